"""Tells a person of a request what became of what it was about, in words that fit what they may still see.

Whoever sees the case reads which request it is and who changed it. Whoever has lost the case, or the request itself, is
told too, because they relied on it, but only that: no number, no name. Whoever is kept out of the case is told nothing.
"""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import for_member
from accounts.models import Membership
from cases.access import branches
from cases.access.queries import visible_cases
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests
from consult.requests.queries import URGENT
from core.actor import Actor, Door
from notifications.actions.notify import notify
from notifications.hooks import subject


def page(request_id: UUID) -> str:
    """The page of the request, where it is compared with what was sent."""
    return reverse("requests:detail", args=[request_id])


def _inbox(_request_id: UUID) -> str:
    """For whoever has no page of the request any more."""
    return reverse("notifications:list")


WITHOUT_CASE = subject(
    "request.changed_without_case",
    _("A case that you were asked about was changed afterwards. Ask its laboratory whether the opinion still holds."),
    page,
    label=_("Case changed, after access to it had ended"),
)
WITHOUT_REQUEST = subject(
    "request.changed_without_request",
    _("A case of a request that was yours was changed afterwards. Ask the laboratory where you worked on it."),
    _inbox,
    label=_("Case changed, after access to the request had ended"),
)


def tell(request: ConsultRequest, actor: Actor, kinds: dict[UUID, str], occasion: str) -> None:
    """Notify the people of a request, by membership, of what `actor` did; but not the actor, nor whoever is kept out of
    the case. Once for each occasion."""
    untold = {actor.person, *branches.denied_people(request.case_id)}
    for membership in Membership.objects.filter(pk__in=kinds).exclude(user__in=untold - {None}):
        kind = _fitting(request, membership.pk, kinds[membership.pk])
        in_full = kind == kinds[membership.pk]
        notify(
            recipient=membership.user_id,
            kind=kind,
            subject=request.pk,
            occasion=occasion,
            number=request.number if in_full else "",
            person_name=actor.name if in_full else "",
            urgent=in_full and request.priority in URGENT,
        )


def _fitting(request: ConsultRequest, membership: UUID, kind: str) -> str:
    """The kind that says no more than this member may know now."""
    if not Membership.objects.active().filter(pk=membership).exists():
        return WITHOUT_REQUEST
    reader = for_member(membership, Door.JOB)
    if not visible_requests(reader).filter(pk=request.pk).exists():
        return WITHOUT_REQUEST
    return kind if visible_cases(reader).filter(pk=request.case_id).exists() else WITHOUT_CASE
