"""States what a standing objection holds back: every share of its case, except what a rule lets through."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.basis.blocks import lets_through
from cases.basis.kinds import Against
from cases.basis.rules import rules_for
from cases.hooks import BlockSpec
from cases.objections.models import Objection
from cases.objections.states import Status
from core import terms


def of_objections(case_ids: Collection[UUID]) -> Iterable[BlockSpec]:
    """One for each standing objection; emergency access overrides it where value set and rule both let it."""
    overridable = terms.marked("objection_types", "break_glass_allowed")
    standing = Objection.objects.filter(case__in=case_ids, status=Status.STANDING)
    rows = list(standing.values_list("case", "kind", "case__organisation"))
    rules = rules_for({row[2] for row in rows}) if rows else {}
    for case, kind, lab in rows:
        yields_to = lets_through(rules[lab], Against.ALL) if kind in overridable else frozenset[str]()
        yield BlockSpec(case, _("the patient objects to sharing it."), yields_to)
