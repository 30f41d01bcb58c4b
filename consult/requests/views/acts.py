"""What a person may do to a request that runs, as small forms: for each action its words, its form and its function.

Whether an action is offered comes from the table in states.py alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.access.lock import Seen
from consult.requests import forms
from consult.requests.actions.accept import accept
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.add_slides import add_slides
from consult.requests.actions.ask import ask
from consult.requests.actions.close import close
from consult.requests.actions.confirm_identity import confirm_identity
from consult.requests.actions.decline import decline
from consult.requests.actions.discard_draft import discard_draft
from consult.requests.actions.give_number import give_number
from consult.requests.actions.reply import reply
from consult.requests.actions.take_over import take_over
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Call = Callable[[Actor, UUID, int, Seen, Mapping[str, Any]], ConsultRequest]


@dataclass(frozen=True, slots=True)
class Act:
    """`title` says what is about to happen, `button` does it, `done` is said afterwards, `opener` leads to the form."""

    form: type[forms.SeenForm]
    call: Call
    title: "StrOrPromise"
    button: "StrOrPromise"
    done: "StrOrPromise"
    icon: str
    intro: "StrOrPromise" = ""
    opener: "StrOrPromise" = ""

    @property
    def link(self) -> "StrOrPromise":
        """The words that lead to the form."""
        return self.opener or self.button


ACTS: dict[str, Act] = {
    "accept": Act(
        forms.AcceptForm,
        lambda actor, pk, version, seen, data: accept(
            actor=actor, request_id=pk, version=version, seen=seen, accession_number=data["accession_number"]
        ),
        _("Accept this request"),
        _("Accept"),
        _("You have accepted the request. The requester is told."),
        "check-lg",
        _("The answer is then yours to give, and the request becomes part of your laboratory's record."),
    ),
    "ask": Act(
        forms.AskForm,
        lambda actor, pk, version, seen, data: ask(
            actor=actor, request_id=pk, version=version, seen=seen, text=data["text"], codes=data["codes"]
        ),
        _("Ask for information"),
        _("Ask"),
        _("Your question is sent. The clock stands still until the answer comes."),
        "question-diamond",
        _("Write your question, choose what is missing, or do both."),
    ),
    "decline": Act(
        forms.DeclineForm,
        lambda actor, pk, version, seen, data: decline(
            actor=actor, request_id=pk, version=version, seen=seen, reason=data["reason"], note=data["note"]
        ),
        _("Decline this request"),
        _("Decline"),
        _("You have declined the request. The requester is told, and your access has ended."),
        "dash-circle",
        _("The requester is told why, so that somebody else can be asked. Your access to the case ends."),
    ),
    "reply": Act(
        forms.ReplyForm,
        lambda actor, pk, version, seen, data: reply(
            actor=actor,
            request_id=pk,
            version=version,
            seen=seen,
            text=data["text"],
            texts_checked=data["texts_checked"],
        ),
        _("Give the information"),
        _("Send the answer"),
        _("Your answer is sent. The clock runs again."),
        "reply",
        opener=_("Answer the question"),
    ),
    "take_over": Act(
        forms.SeenForm,
        lambda actor, pk, version, seen, data: take_over(actor=actor, request_id=pk, version=version, seen=seen),
        _("Take over this request"),
        _("Take over"),
        _("The request is yours now. The requester and your colleague are told."),
        "person-check",
        _("Your colleague is away and you stand in. From here on you answer; a draft stays with its author."),
    ),
    "confirm_identity": Act(
        forms.SeenForm,
        lambda actor, pk, version, seen, data: confirm_identity(actor=actor, request_id=pk, version=version, seen=seen),
        _("Confirm the request as it is now"),
        _("Confirm as it is now"),
        _("The request stands for the patient and case as they are now. The expert is told."),
        "check2-circle",
        _("Compare both sides. After this the request, and the opinion, stand for what is there now."),
    ),
    "add_slides": Act(
        forms.AddSlidesForm,
        lambda actor, pk, version, seen, data: add_slides(
            actor=actor,
            request_id=pk,
            version=version,
            seen=seen,
            slides=data["slides"],
            texts_checked=data["texts_checked"],
        ),
        _("Share more slides"),
        _("Share these slides"),
        _("The slides are shared. The expert is told."),
        "plus-lg",
        opener=_("Share more slides"),
    ),
    "give_number": Act(
        forms.NumberForm,
        lambda actor, pk, version, seen, data: give_number(
            actor=actor, request_id=pk, version=version, seen=seen, accession_number=data["accession_number"]
        ),
        _("Your laboratory's accession number"),
        _("Save the number"),
        _("The accession number is saved."),
        "hash",
        opener=_("Accession number"),
    ),
    "acknowledge": Act(
        forms.SeenForm,
        lambda actor, pk, version, seen, data: acknowledge(actor=actor, request_id=pk, version=version, seen=seen),
        _("Acknowledge the opinion"),
        _("I have read the opinion"),
        _("The expert is told that you have read the opinion. Say next whether you adopted it."),
        "check2-all",
        _("The expert is told that the opinion has been read and understood."),
    ),
    "close": Act(
        forms.CloseForm,
        lambda actor, pk, version, seen, data: close(
            actor=actor,
            request_id=pk,
            version=version,
            seen=seen,
            use=data["use"],
            use_note=data["use_note"],
            texts_checked=data["texts_checked"],
            final_report_reference=data["final_report_reference"],
        ),
        _("Close this request"),
        _("Close the request"),
        _("The request is closed and the expert's access to the slides has ended."),
        "archive",
        _("The expert's access to the slides ends. Request and report stay readable in both laboratories."),
    ),
    "withdraw": Act(
        forms.WithdrawForm,
        lambda actor, pk, version, seen, data: withdraw(
            actor=actor,
            request_id=pk,
            version=version,
            seen=seen,
            reason=data["reason"],
            texts_checked=data["texts_checked"],
        ),
        _("Withdraw this request"),
        _("Withdraw"),
        _("The request is withdrawn. The expert is told, and the access has ended."),
        "x-lg",
        _("The expert is told, an opinion in draft is discarded, and the access to the slides ends."),
    ),
    "discard": Act(
        forms.SeenForm,
        lambda actor, pk, version, seen, data: discard_draft(actor=actor, request_id=pk, version=version, seen=seen),
        _("Discard this draft"),
        _("Discard the draft"),
        _("The draft is discarded."),
        "trash",
        _("Nobody else has seen it."),
    ),
}
