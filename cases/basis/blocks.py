"""States what speaks against sharing: each share that it concerns is held, and opens again when it is lifted."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.basis.conditions import decide
from cases.basis.kinds import Against, Need, Sharing
from cases.basis.models import LegalFact
from cases.basis.relied import without_basis
from cases.basis.rules import Applied, rules_for
from cases.basis.standing import Houses, Recorded, entry, facts_of, reduce
from cases.hooks import BlockSpec, stated_shares
from cases.models import Case
from core import clock

EMERGENCY = "emergency"  # the kind of shares that emergency access makes
WORDS = {
    Against.CARE_UNIT: _("the patient has it blocked for other units of your organisation."),
    Against.ORGANISATION: _("the patient has it blocked for that organisation."),
    Against.ALL: _("the patient has it blocked for everybody outside your laboratory."),
    Against.REFUSED: _("the patient has refused or withdrawn consent, or the consent has run out."),
    Against.PROTECTED: _("the patient's identity is protected."),
}
NO_BASIS = _("what was recorded of the patient before it was shared does not count any more.")


def of_basis(case_ids: Collection[UUID]) -> Iterable[BlockSpec]:
    """One for each thing that speaks against sharing these cases, and one for the shares of a case that were allowed by
    what does not count any more. Three queries where nothing was ever recorded."""
    cases = list(Case.objects.filter(pk__in=case_ids).only("pk", "patient_id", "organisation_id"))
    found = recorded_of(cases)
    for case, (applied, recorded) in found.items():
        yield from stated(case, applied, recorded)
    unfounded = without_basis(cases, {case: recorded.met for case, (_applied, recorded) in found.items()})
    own = {case.pk: frozenset({case.organisation_id}) for case in cases}
    for case, sources in unfounded.items():
        yield BlockSpec(case, NO_BASIS, spares=own[case], sources=sources)


def stated(case: UUID, applied: Applied, recorded: Recorded) -> Iterable[BlockSpec]:
    """One for each thing of one case, from what is recorded under its rule. No query."""
    for each in recorded.held:
        yield BlockSpec(
            case,
            WORDS[each.against],
            yields_to=lets_through(applied, each.against),
            only=each.only,
            spares=each.spares,
            spares_pseudonym=each.spares_pseudonym,
            begins=each.begins,
        )


def lets_through(applied: Applied, against: Against) -> frozenset[str]:
    """The kinds of shares that go on against it under this rule: emergency access, or none."""
    found = decide(applied.conditions, Sharing.CONSULTATION, recorded=(), against=[against], emergency=True)
    return frozenset({EMERGENCY}) if found.allowed else frozenset()


def recorded_of(
    cases: Collection[Case], rules: Mapping[UUID, Applied] | None = None
) -> dict[UUID, tuple[Applied, Recorded]]:
    """The rule of each case's laboratory and what is recorded; cases of which nothing is are missing.

    `rules` are those of the laboratories, where they were read already.
    """
    facts = {key: rows for key, rows in facts_of(cases).items() if rows}
    if not facts:
        return {}
    concerned = [case for case in cases if case.pk in facts]
    rules = rules or rules_for({case.organisation_id for case in concerned})
    houses, at = Houses(), clock.now()
    found = {}
    for case in concerned:
        applied = rules[case.organisation_id]
        entries = [entry(each, _named(each, houses)) for each in facts[case.pk]]
        house = houses.of(case.organisation_id)
        found[case.pk] = applied, reduce(entries, house, applied.conditions.protection, at)
    return found


def _named(fact: LegalFact, houses: Houses) -> frozenset[UUID]:
    named = [each.pk for each in fact.organisations.all()]
    return houses.below(named) if named else frozenset()


def stands(case: Case) -> tuple[list[Need], list[Against], bool]:
    """What is recorded for sharing this case, what speaks against it now, and whether something goes on for which it
    was shared by what does not count any more; for words on its pages. Two queries for nothing."""
    found = recorded_of([case]).get(case.pk)
    recorded = found[1] if found else Recorded({}, [])
    at = clock.now()
    against = {each.against for each in recorded.held if each.begins <= at}
    unfounded = without_basis([case], {case.pk: recorded.met}).get(case.pk, frozenset())
    return (
        [each for each in Need if each in recorded.met],
        [each for each in Against if each in against],
        bool(unfounded) and any(spec.source_id in unfounded for spec in stated_shares([case.pk])),
    )
