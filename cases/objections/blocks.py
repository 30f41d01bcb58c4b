"""States what a standing objection holds back: every share of its case, except what a rule lets through."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.basis.blocks import lets_through
from cases.basis.kinds import Against
from cases.basis.rules import Applied, rules_for
from cases.hooks import BlockSpec
from cases.objections.models import Objection
from cases.objections.states import Status
from core import terms


def of_objections(case_ids: Collection[UUID]) -> Iterable[BlockSpec]:
    """One for each standing objection; emergency access overrides it where value set and rule both let it."""
    standing = Objection.objects.filter(case__in=case_ids, status=Status.STANDING)
    rows = list(standing.values_list("case", "kind", "case__organisation"))
    rules = rules_for({row[2] for row in rows}) if rows else {}
    for case, kind, lab in rows:
        yield BlockSpec(case, _("the patient objects to sharing it."), _yields_to(kind, rules[lab]))


def yields_to_emergency(kind: str, laboratory: UUID) -> bool:
    """Whether an objection of this kind lets an emergency open a case of this laboratory, by the rule that holds now;
    for words on its pages. Two queries."""
    return bool(_yields_to(kind, rules_for([laboratory])[laboratory]))


def _yields_to(kind: str, rule: Applied) -> frozenset[str]:
    overridable = kind in terms.marked("objection_types", "break_glass_allowed")
    return lets_through(rule, Against.ALL) if overridable else frozenset()
