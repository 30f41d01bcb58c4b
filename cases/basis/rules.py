"""Which rule holds for a laboratory: its own, that of an organisation above it, else that of its country."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from cases.basis.conditions import WITHOUT_RULE, Conditions
from cases.basis.models import LegalRule, RuleConfirmation
from core.audit.models import CoreNow


@dataclass(frozen=True, slots=True)
class Applied:
    """The rule that holds for a laboratory now, None where its country has none; and who confirmed it, if anybody."""

    organisation: UUID
    rule: LegalRule | None
    conditions: Conditions
    confirmation: RuleConfirmation | None = None

    @property
    def name(self) -> str:
        """The rule with its version; '' for none."""
        return str(self.rule) if self.rule else ""


def in_force() -> QuerySet[LegalRule]:
    """The rules in force at this moment; decided in SQL."""
    return LegalRule.objects.filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=CoreNow()), valid_from__lte=CoreNow()
    )


def rules_for(laboratories: Collection[UUID], *, without: UUID | None = None) -> dict[UUID, Applied]:
    """The rule of each of these laboratories. Two queries; confirmations are left out (see `rule_for`).

    `without` is a rule that is passed over: what would hold if it were not there.
    """
    labs = Organisation.objects.filter(pk__in=laboratories).order_by()
    rows = list(labs.values_list("pk", "parent", "parent__parent", "country"))
    places = {key for row in rows for key in row[:3] if key}
    found = in_force().filter(Q(organisation__in=places) | Q(country__in={row[3] for row in rows}))
    if without is not None:
        found = found.exclude(pk=without)
    by_place: dict[object, LegalRule] = {
        each.organisation_id or each.country: each for each in found.select_related("organisation")
    }
    applied = {}
    for row in rows:
        rule = next((by_place[place] for place in row if place in by_place), None)
        applied[row[0]] = Applied(row[0], rule, rule.says if rule else WITHOUT_RULE)
    return applied


def rule_for(laboratory: UUID, *, without: UUID | None = None) -> Applied:
    """The rule of one laboratory with its confirmation: by the laboratory itself, or by one above. Three queries."""
    applied = rules_for([laboratory], without=without)[laboratory]
    if applied.rule is None:
        return applied
    own = Organisation.objects.filter(Q(pk=laboratory) | Q(children=laboratory) | Q(children__children=laboratory))
    confirmed = RuleConfirmation.objects.filter(rule=applied.rule, organisation__in=own.order_by().values("pk"))
    found = confirmed.select_related("organisation").order_by("confirmed_at").first()
    return Applied(laboratory, applied.rule, applied.conditions, found)
