"""The states of an invitation of an outside expert: a pathologist proposes, the laboratory's administrator confirms."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """How far it has come."""

    PROPOSED = "proposed", pgettext_lazy("outside expert", "Waits for your administrator")
    INVITED = "invited", pgettext_lazy("outside expert", "Invited")
    JOINED = "joined", pgettext_lazy("outside expert", "Has joined")
    REFUSED = "refused", pgettext_lazy("outside expert", "Not confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("outside expert", "Withdrawn")


REQUESTER, OWNER_ADMIN = frozenset({"requester"}), frozenset({"owner_admin"})
TELL_ADMINISTRATORS, TELL_PROPOSER = "requests.outside_tell_administrators", "requests.outside_tell_proposer"
DISCARDING = frozenset({"discarding"})  # the system, after the draft for which they were proposed was discarded
ELSEWHERE = frozenset({"elsewhere"})  # the system, once they are a member of a laboratory here
TAKE_MEMBER_BACK = "requests.outside_take_member_back"
WAITING = (Status.PROPOSED, Status.INVITED)
CURRENT = (*WAITING, Status.JOINED)

OUTSIDE = Machine(
    noun="outside_expert",
    statuses=dict(Status.choices),
    table={
        ("", "propose"): Rule(
            Status.PROPOSED, REQUESTER, _("Outside expert proposed"), "outside_expert.proposed", (TELL_ADMINISTRATORS,)
        ),
        (Status.PROPOSED, "confirm"): Rule(
            Status.INVITED, OWNER_ADMIN, _("Outside expert confirmed"), "outside_expert.confirmed", (TELL_PROPOSER,)
        ),
        (Status.PROPOSED, "refuse"): Rule(
            Status.REFUSED, OWNER_ADMIN, _("Outside expert not confirmed"), "outside_expert.refused", (TELL_PROPOSER,)
        ),
        (Status.INVITED, "join"): Rule(
            Status.JOINED,
            frozenset({"invited"}),
            _("Outside expert has joined"),
            "outside_expert.joined",
            (TELL_PROPOSER,),
        ),
        **{
            (status, "withdraw"): Rule(
                Status.WITHDRAWN,
                REQUESTER | OWNER_ADMIN,
                _("Outside expert withdrawn"),
                "outside_expert.withdrawn",
                (TELL_PROPOSER,),
            )
            for status in CURRENT
        },
        **{
            (status, "discard"): Rule(
                Status.WITHDRAWN,
                DISCARDING,
                _("Outside expert withdrawn: the draft was discarded"),
                "outside_expert.discarded",
            )
            for status in WAITING
        },
        **{
            (status, "join_elsewhere"): Rule(
                Status.WITHDRAWN,
                ELSEWHERE,
                _("Outside expert withdrawn: a member of a laboratory here"),
                "outside_expert.joined_elsewhere",
                (TELL_PROPOSER,),
            )
            for status in WAITING
        },
    },
)
