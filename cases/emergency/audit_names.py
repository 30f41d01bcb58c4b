"""The audit names of what no table of transitions holds: a case that was looked for, and looking at the accesses."""

from django.utils.translation import gettext_lazy as _

from core.audit.names import register

ATTEMPTED = register("emergency.attempted", _("Emergency access attempted"))
READ = register("emergency.read", _("Emergency access looked at"))
LISTED = register("emergency.listed", _("Emergency accesses listed"))
