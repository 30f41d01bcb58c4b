"""The states of an agreement between organisations, as a table: one side proposes, it binds once the other confirms."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """The life of an agreement. Whether it is in force now is decided by its dates (models.Agreement)."""

    PROPOSED = "proposed", pgettext_lazy("agreement", "Proposed")
    CONFIRMED = "confirmed", pgettext_lazy("agreement", "Confirmed")
    NOTICE = "notice", _("Notice given")
    DECLINED = "declined", pgettext_lazy("agreement", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "Withdrawn")


PROPOSER, PARTNER = frozenset({"proposer"}), frozenset({"partner"})
EITHER = PROPOSER | PARTNER
BINDING = (Status.CONFIRMED, Status.NOTICE)

TELL_PARTIES = "accounts.tell_parties"

AGREEMENT = Machine(
    noun="agreement",
    statuses=dict(Status.choices),
    table={
        ("", "propose"): Rule(
            Status.PROPOSED, PROPOSER, _("Agreement proposed"), "agreement.proposed", (TELL_PARTIES,)
        ),
        (Status.PROPOSED, "confirm"): Rule(
            Status.CONFIRMED, PARTNER, _("Agreement confirmed"), "agreement.confirmed", (TELL_PARTIES,)
        ),
        (Status.PROPOSED, "decline"): Rule(
            Status.DECLINED, PARTNER, _("Agreement declined"), "agreement.declined", (TELL_PARTIES,)
        ),
        (Status.PROPOSED, "withdraw"): Rule(
            Status.WITHDRAWN, PROPOSER, _("Proposal withdrawn"), "agreement.withdrawn", (TELL_PARTIES,)
        ),
        **{
            (status, "end"): Rule(
                Status.NOTICE, EITHER, _("Notice of the agreement given"), "agreement.ended", (TELL_PARTIES,)
            )
            for status in BINDING
        },
    },
)
