"""What the record calls a patient's objection. It has no number of its own."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.objections.models import Objection
from core.audit.hooks import Place, locates, noun


def _place(key: UUID) -> Place | None:
    case = Objection.objects.filter(pk=key).values_list("case", flat=True).first()
    return Place(case=case) if case else None


locates("objection_id", _place)
OBJECTION = noun("objection", _("Objection"))
