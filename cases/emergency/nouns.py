"""By which number the record names an emergency access, and to whom."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import visible_emergencies
from core.actor import Actor
from core.audit.hooks import Place, locates, noun


def _named(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(visible_emergencies(actor).filter(pk__in=keys).values_list("pk", "number"))


def _by_number(actor: Actor, term: str) -> Iterable[UUID]:
    return visible_emergencies(actor).filter(number__iexact=term).values_list("pk", flat=True)


def _place(key: UUID) -> Place | None:
    case = EmergencyAccess.objects.filter(pk=key).values_list("case", flat=True).first()
    return Place(case=case) if case else None


locates("access_id", _place)
EMERGENCY = noun("emergency", _("Emergency access"), named=_named, found=_by_number)
