"""The views of the worklist: which requests each holds, for whom it is there, and how it is sorted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.roles import REQUEST, SEE_HOME_CASES, SIGN
from consult.requests.models import ConsultRequest
from consult.requests.queries import BY_DUE, BY_START, Order, asked_by, asked_to, of_lab, stood_in
from consult.requests.states import ENDED, OPEN, Status
from core.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Requests = QuerySet[ConsultRequest]
DONE = (Status.ANSWERED, Status.ACKNOWLEDGED, Status.CLOSED, Status.DECLINED, Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class View:
    """One view of the worklist. `parts` are its branches, each with its own index; `is_counted` shows a number."""

    name: str
    label: "StrOrPromise"
    caption: "StrOrPromise"
    roles: frozenset[str]
    parts: Callable[[Actor], Sequence[Requests]]
    order: Order
    statuses: tuple[Status, ...]
    is_counted: bool = True


def _mine(actor: Actor) -> list[Requests]:
    return [asked_to(actor).filter(status__in=OPEN), *stood_in(actor)]


def _asked(actor: Actor) -> list[Requests]:
    return [asked_by(actor).exclude(status__in=ENDED)]


def _waiting(actor: Actor) -> list[Requests]:
    return [
        asked_to(actor).filter(status__in=[Status.ASKED, Status.WAITING]),
        asked_by(actor).filter(status__in=[Status.SENT, Status.ACCEPTED]),
    ]


def _done(actor: Actor) -> list[Requests]:
    return [asked_to(actor).filter(status__in=DONE), asked_by(actor).filter(status__in=DONE)]


VIEWS = (
    View(
        "mine",
        _("Mine to answer"),
        _("Requests that I am to answer, the most urgent first"),
        frozenset(SIGN),
        _mine,
        BY_DUE,
        OPEN,
    ),
    View(
        "asked",
        _("I asked"),
        _("Requests that I asked, the newest first"),
        frozenset(REQUEST),
        _asked,
        BY_START,
        (Status.DRAFT, *OPEN, Status.ANSWERED, Status.ACKNOWLEDGED),
    ),
    View(
        "waiting",
        _("Waiting for others"),
        _("Requests that wait for somebody else, the most urgent first"),
        frozenset(REQUEST),
        _waiting,
        BY_DUE,
        OPEN,
    ),
    View(
        "lab",
        _("My lab"),
        _("Requests of my laboratory, the newest first"),
        frozenset(SEE_HOME_CASES),
        of_lab,
        BY_START,
        (*OPEN, *DONE),
        is_counted=False,
    ),
    View(
        "done",
        _("Signed and closed"),
        _("Requests that are answered or have ended, the newest first"),
        frozenset(REQUEST),
        _done,
        BY_START,
        DONE,
        is_counted=False,
    ),
)


def views_for(actor: Actor) -> list[View]:
    """The views that the actor's role has."""
    return [view for view in VIEWS if actor.role in view.roles]


def partner_labs() -> list[tuple[str, str]]:
    """The laboratories that a list can be narrowed to."""
    return [(str(key), name) for key, name in Organisation.objects.partners().values_list("pk", "short_name")]
