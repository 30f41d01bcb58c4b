"""What the record calls it when somebody is kept out of a case. It has no number of its own."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.exclusions.models import Exclusion
from core.audit.hooks import Place, locates, noun


def _place(key: UUID) -> Place | None:
    case = Exclusion.objects.filter(pk=key).values_list("case", flat=True).first()
    return Place(case=case) if case else None


locates("exclusion_id", _place)
EXCLUSION = noun("exclusion", _("Person kept out"))
