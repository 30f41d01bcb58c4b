"""The rule, the records and the decisions as people read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Organisation
from cases.basis.conditions import Conditions
from cases.basis.kinds import AGAINST, Against, Kind, Need, Sharing, Told
from cases.basis.models import LegalFact, Outcome, SharingDecision
from cases.basis.policy import may_end
from cases.basis.rules import Applied
from cases.basis.states import FactStatus


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a rule: its code, what it is about, what it says, and law and article."""

    part: str
    label: str
    says: list[str]
    source: str


def _labels(words: Iterable[tuple[str, object]], chosen: Collection[str]) -> list[str]:
    return [str(label) for code, label in words if code in chosen] or [_("none")]


def lines(conditions: Conditions, sources: dict[str, str]) -> list[Line]:
    """The whole of a rule."""
    needs = [
        _("%(sharing)s: %(needs)s")
        % {"sharing": each.label, "needs": ", ".join(_labels(Need.choices, conditions.needs[each]))}
        for each in Sharing
    ]
    parts = [
        ("needs", _("What must be there before a case is shared"), needs),
        ("blocks", _("Blocks that a patient may ask for"), _labels(Against.choices, conditions.blocks)),
        ("protection", _("With a protected identity"), [str(conditions.protection.label)]),
        ("overrides", _("What emergency access overrides"), _labels(Against.choices, conditions.overrides)),
        ("told", _("Who is told of an emergency access"), _labels(Told.choices, conditions.told)),
    ]
    return [Line(part, label, says, sources.get(part, "")) for part, label, says in parts]


@dataclass(frozen=True, slots=True)
class RuleView:
    """The rule that holds for a laboratory. `is_confirmed` is by somebody who answers for it."""

    applied: Applied
    lines: list[Line]

    @property
    def is_confirmed(self) -> bool:
        """Whether it was confirmed, or stated, locally."""
        return self.applied.confirmation is not None

    @property
    def needs(self) -> list[Line]:
        """What must be there before a case is shared."""
        return [line for line in self.lines if line.part == "needs"]

    @property
    def name(self) -> str:
        """The rule with its version."""
        return self.applied.name or _("No rule for this country")


def rule_view(applied: Applied) -> RuleView:
    """In words."""
    return RuleView(applied, lines(applied.conditions, applied.rule.sources if applied.rule else {}))


@dataclass(frozen=True, slots=True)
class FactView:
    """One record in words. `is_against` says that it stands against sharing; `ends` how it may be ended."""

    fact: LegalFact
    title: str
    detail: str
    is_against: bool
    ends: list[str]

    @property
    def stands(self) -> bool:
        """Whether it counts at all."""
        return self.fact.status != FactStatus.ENDED

    @property
    def meets_need(self) -> bool:
        """Whether it is of a kind that a rule may ask for: a case may have been shared because of it."""
        return self.fact.kind in Need.values


def fact_view(fact: LegalFact) -> FactView:
    """In words. The organisations of blocks are read by then."""
    title = str(fact.get_kind_display())
    detail = ""
    if fact.kind == Kind.BLOCK:
        named: list[Organisation] = list(fact.organisations.all())
        title = str(Against(fact.reach).label)
        detail = ", ".join(each.name for each in named)
    if fact.status == FactStatus.WITHDRAWN:
        title = _("Consent withdrawn")
    against = fact.kind in AGAINST or fact.status == FactStatus.WITHDRAWN
    return FactView(fact, title, detail, against and fact.status != FactStatus.ENDED, may_end(fact))


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision in words."""

    decision: SharingDecision
    title: str
    grounds: str
    is_held: bool


def decision_view(decision: SharingDecision) -> DecisionView:
    """In words; grounds of another release by their code."""
    grounds = [_ground(each) for each in decision.grounds]
    title = str(Outcome(decision.outcome).label)
    if decision.sharing:
        title = _("%(what)s: %(which)s") % {"what": title, "which": Sharing(decision.sharing).label}
    return DecisionView(decision, title, ", ".join(grounds), decision.outcome == Outcome.HELD)


def _ground(ground: dict[str, str]) -> str:
    known = dict(Against.choices) | dict(Need.choices) | dict(Kind.choices)
    words = str(known.get(ground["code"], ground["code"]))
    if ground.get("status") == FactStatus.WITHDRAWN:
        return _("Consent withdrawn")
    return _("Ended: %(what)s") % {"what": words} if ground.get("status") == FactStatus.ENDED else words
