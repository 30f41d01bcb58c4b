"""The audit names of what no table of transitions holds: a case that was looked for, found or refused, and looking at
the accesses."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import REVIEW_EMERGENCIES
from core.actor import Purpose
from core.audit.names import register, serves

ATTEMPTED = register("emergency.attempted", _("Emergency access attempted"))
REFUSED = register("emergency.refused", _("Emergency access refused"))
FOUND = register("emergency.found", _("Found by a number of the patient, in an emergency search"))
READ = register("emergency.read", _("Emergency access looked at"))
LISTED = register("emergency.listed", _("Emergency accesses listed"))
serves(
    Purpose.COMPLIANCE,
    *(READ, LISTED, "emergency.ended", "emergency.reviewed", "emergency.letter_sent"),
    roles=REVIEW_EMERGENCIES,
)
