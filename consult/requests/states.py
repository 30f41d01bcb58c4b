"""The states of a consult request, as a table: who may do what from where, and what it causes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """The life of a request."""

    DRAFT = "draft", pgettext_lazy("request", "Draft")
    DISCARDED = "discarded", pgettext_lazy("request", "Discarded")
    SENT = "sent", pgettext_lazy("request", "Sent")
    ASKED = "asked", _("Information asked, not yet accepted")
    ACCEPTED = "accepted", _("In review")
    WAITING = "waiting", _("Information asked")
    ANSWERED = "answered", _("Opinion signed")
    ACKNOWLEDGED = "acknowledged", _("Read by the requester")
    CLOSED = "closed", pgettext_lazy("request", "Closed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


REQUESTER = frozenset({"requester"})
ASKING = frozenset({"asking_lab"})  # whoever asks is one of them
EXPERT = frozenset({"expert"})
DEPUTY = frozenset({"deputy"})
UNBLINDED = frozenset({"unblinded"})  # who read under a pseudonym and opens the case in an emergency
# Because the expert has left the laboratory or signs there no more, or the author of a draft has left or is kept out.
LEAVING = frozenset({"leaving"})
UNCONFIRMING = frozenset({"unconfirming"})  # who has just withdrawn the outside expert who was asked
OPEN = (Status.SENT, Status.ASKED, Status.ACCEPTED, Status.WAITING)
TAKEN_UP = (Status.ACCEPTED, Status.WAITING)
SHARED = (*OPEN, Status.ANSWERED, Status.ACKNOWLEDGED)
SIGNED = (Status.ANSWERED, Status.ACKNOWLEDGED, Status.CLOSED)
ENDED = (Status.CLOSED, Status.DECLINED, Status.WITHDRAWN, Status.DISCARDED)

TELL_EXPERT, TELL_REQUESTER = "requests.tell_expert", "requests.tell_requester"
TELL_FORMER = "requests.tell_former_expert"
TELL_COLLEAGUES = "requests.tell_colleagues"
REMIND_TO_CLOSE = "requests.remind_to_close"
TAKE_OUTSIDE_BACK = "requests.outside_take_back"
OPENED_BY_NAME = "open_by_name"

_to_expert, _to_requester = (TELL_EXPERT,), (TELL_REQUESTER,)

REQUEST = Machine(
    noun="request",
    statuses=dict(Status.choices),
    table={
        ("", "create"): Rule(Status.DRAFT, REQUESTER, _("Request started"), "request.started"),
        (Status.DRAFT, "edit"): Rule(Status.DRAFT, REQUESTER, _("Request edited"), "request.edited"),
        (Status.DRAFT, "send"): Rule(Status.SENT, REQUESTER, _("Request sent"), "request.sent", _to_expert),
        (Status.DRAFT, "discard"): Rule(
            Status.DISCARDED,
            REQUESTER,
            _("Draft of the request discarded"),
            "request.discarded",
            (TAKE_OUTSIDE_BACK,),
        ),
        (Status.DRAFT, "requester_left"): Rule(
            Status.DISCARDED,
            LEAVING,
            _("Draft of the request discarded: who wrote it cannot send it any more"),
            "request.author_left",
            (TELL_COLLEAGUES, TAKE_OUTSIDE_BACK),
        ),
        (Status.SENT, "accept"): Rule(
            Status.ACCEPTED, EXPERT, _("Request accepted"), "request.accepted", _to_requester
        ),
        (Status.SENT, "ask"): Rule(
            Status.ASKED, EXPERT, _("Information asked"), "request.information_asked", _to_requester
        ),
        (Status.ASKED, "reply"): Rule(
            Status.SENT, ASKING, _("Information given"), "request.information_given", _to_expert
        ),
        (Status.ASKED, "accept"): Rule(
            Status.WAITING, EXPERT, _("Request accepted"), "request.accepted", _to_requester
        ),
        (Status.ACCEPTED, "ask"): Rule(
            Status.WAITING, EXPERT, _("Information asked"), "request.information_asked", _to_requester
        ),
        (Status.WAITING, "reply"): Rule(
            Status.ACCEPTED, ASKING, _("Information given"), "request.information_given", _to_expert
        ),
        (Status.ACCEPTED, "give_number"): Rule(
            Status.ACCEPTED, EXPERT, _("Accession number given"), "request.number_given"
        ),
        (Status.WAITING, "give_number"): Rule(
            Status.WAITING, EXPERT, _("Accession number given"), "request.number_given"
        ),
        (Status.ACCEPTED, "answer"): Rule(
            Status.ANSWERED, EXPERT, _("Opinion signed"), "request.answered", _to_requester
        ),
        (Status.WAITING, "answer"): Rule(
            Status.ANSWERED, EXPERT, _("Opinion signed"), "request.answered", _to_requester
        ),
        # Before accepting, and after: whoever turns out not to be able to answer hands the request back.
        **{
            (status, "decline"): Rule(Status.DECLINED, EXPERT, _("Request declined"), "request.declined", _to_requester)
            for status in OPEN
        },
        **{
            (status, "withdraw"): Rule(
                Status.WITHDRAWN, ASKING | UNCONFIRMING, _("Request withdrawn"), "request.withdrawn", _to_expert
            )
            for status in OPEN
        },
        **{
            (status, "add_slides"): Rule(status, ASKING, _("Slides added"), "request.slides_added", _to_expert)
            for status in OPEN
        },
        **{
            (status, "confirm_identity"): Rule(
                status, ASKING, _("Confirmed for the patient and case as they are"), "request.confirmed", _to_expert
            )
            for status in OPEN
        },
        **{
            (status, "take_over"): Rule(
                status, DEPUTY, _("Taken over by the deputy"), "request.taken_over", (TELL_REQUESTER, TELL_FORMER)
            )
            for status in OPEN
        },
        **{
            (status, "hand_over"): Rule(
                status, LEAVING, _("Handed over to the deputy"), "request.handed_over", (TELL_EXPERT, TELL_REQUESTER)
            )
            for status in OPEN
        },
        **{
            (status, "expert_left"): Rule(
                Status.DECLINED,
                LEAVING,
                _("The expert takes no more consultations"),
                "request.expert_left",
                _to_requester,
            )
            for status in OPEN
        },
        **{
            (status, OPENED_BY_NAME): Rule(
                status,
                UNBLINDED,
                _("Case opened by name in an emergency"),
                "request.opened_by_name",
                (TELL_EXPERT, TELL_REQUESTER),
            )
            for status in SHARED
        },
        (Status.ANSWERED, "acknowledge"): Rule(
            Status.ACKNOWLEDGED, ASKING, _("Opinion acknowledged"), "request.acknowledged", _to_expert
        ),
        (Status.ACKNOWLEDGED, "close"): Rule(Status.CLOSED, ASKING, _("Request closed"), "request.closed", _to_expert),
    },
)
