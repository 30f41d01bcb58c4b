"""States what a standing objection holds back: every share of its case, except what a rule lets through."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.hooks import BlockSpec
from cases.objections.models import Objection
from cases.objections.states import Status
from core import terms

EMERGENCY = "emergency"  # the kind of shares that emergency access makes


def of_objections(case_ids: Collection[UUID]) -> Iterable[BlockSpec]:
    """One for each standing objection; whether emergency access may override it is a flag of the value set.

    Blocks by care unit, organisation or country are further sources of the same hook.
    """
    overridable = terms.marked("objection_types", "break_glass_allowed")
    for case, kind in Objection.objects.filter(case__in=case_ids, status=Status.STANDING).values_list("case", "kind"):
        yields_to = frozenset({EMERGENCY}) if kind in overridable else frozenset[str]()
        yield BlockSpec(case, _("the patient objects to sharing it."), yields_to)
