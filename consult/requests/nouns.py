"""What the room's rows in the record are about: requests, and who is invited from outside for one.

A request's number is the product's own and free of patient data: mails and notifications tell it too. So whoever may
read a row of the record may know the number in it, and whoever knows a number may look for its rows among theirs.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.access.queries import visible_cases
from consult.requests.models import ConsultRequest
from consult.requests.outside.policy import visible_outside_experts
from consult.requests.policy import visible_requests
from core.actor import Actor, Purpose
from core.audit.hooks import Place, locates, noun
from core.audit.names import serves


def _requests(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(ConsultRequest.objects.filter(pk__in=keys).values_list("pk", "number"))


def _by_number(actor: Actor, term: str) -> Iterable[UUID]:
    return ConsultRequest.objects.filter(number__iexact=term).values_list("pk", flat=True)


def _place(key: UUID) -> Place | None:
    case = ConsultRequest.objects.filter(pk=key).values_list("case", flat=True).first()
    return Place(case=case) if case else None


def _sees(actor: Actor, key: UUID) -> bool:
    return visible_requests(actor).filter(pk=key, case__in=visible_cases(actor).values("pk")).exists()


locates("pk", _place, _sees)  # what requests are called in the addresses of pages, and nothing else is
locates("request_id", _place, _sees)


def _outside_experts(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return {row.pk: str(row) for row in visible_outside_experts(actor).filter(pk__in=keys)}


REQUEST = noun("request", _("Request"), named=_requests, found=_by_number)
OUTSIDE_EXPERT = noun("outside_expert", _("Outside expert"), named=_outside_experts)
serves(Purpose.OPERATIONS, OUTSIDE_EXPERT)
