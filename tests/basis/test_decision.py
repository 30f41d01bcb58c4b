"""The decision as a table: every rule that ships and every combination of what is recorded, for every purpose."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from typing import TypeVar

import pytest

from cases.basis.actions.rule import PARTS, presets
from cases.basis.conditions import WITHOUT_RULE, Conditions, decide
from cases.basis.kinds import REACHES, Against, Kind, Need, Protection, Sharing, Told
from cases.basis.standing import Entry, House, Recorded, reduce
from core.ids import new_id

PRESETS = {each["country"]: Conditions.of(each) for each in presets()}
RULES = [*PRESETS.values(), WITHOUT_RULE]
START = datetime(2030, 1, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


Chosen = TypeVar("Chosen", Need, Against)


def subsets(of: Iterable[Chosen]) -> list[frozenset[Chosen]]:
    every = list(of)
    return [frozenset(s) for s in chain.from_iterable(combinations(every, n) for n in range(len(every) + 1))]


@pytest.mark.parametrize("conditions", RULES, ids=[*PRESETS, "none"])
@pytest.mark.parametrize("sharing", list(Sharing))
def test_every_combination(conditions: Conditions, sharing: Sharing) -> None:
    for recorded, against, emergency in product(subsets(Need), subsets(Against), (False, True)):
        found = decide(conditions, sharing, recorded=recorded, against=against, emergency=emergency)
        wanted: set[Need] = {
            n for n in (Need.INFORMED, Need.CONSENT) if n in conditions.needs[sharing] and n not in recorded
        }
        stops: set[Against] = set() if sharing == Sharing.SAME_LAB else set(against)
        if emergency:
            wanted, stops = set(), {each for each in stops if each not in conditions.overrides}
        assert set(found.missing) == wanted and set(found.against) == stops
        assert found.allowed == (not wanted and not stops)


@pytest.mark.parametrize("country", ["SE", "NL", "BE", "FR", "GB"])
def test_every_preset_says_its_source_and_day_for_each_part(country: str) -> None:
    (raw,) = (each for each in presets() if each["country"] == country)
    assert set(raw["sources"]) == set(PARTS) and all(raw["sources"].values())
    assert set(raw["needs"]) == set(Sharing.values) and raw["as_of"] and raw["number"] >= 1
    assert PRESETS[country].told & {Told.PRIVACY_OFFICER, Told.ADMINISTRATORS}


def test_in_england_direct_care_is_implied_and_in_sweden_the_patient_is_asked() -> None:
    assert PRESETS["GB"].needs[Sharing.CONSULTATION] == {Need.TREATMENT}
    assert PRESETS["SE"].needs[Sharing.CONSULTATION] == {Need.TREATMENT, Need.INFORMED, Need.CONSENT}
    assert all(rule.needs[Sharing.SAME_LAB] == {Need.TREATMENT} for rule in RULES)


def test_what_is_stored_is_read_back_as_it_was() -> None:
    for rule in RULES:
        assert Conditions.of(rule.stored()) == rule


def test_a_kind_of_sharing_that_a_rule_does_not_know_needs_everything() -> None:
    stored = PRESETS["GB"].stored()
    del stored["needs"]["mdt"]
    assert Conditions.of(stored).needs[Sharing.MDT] == set(Need)


LAB, SISTER, FAR = new_id(), new_id(), new_id()
HOUSE = House(LAB, frozenset({LAB, SISTER}), frozenset({LAB, SISTER, FAR}))


def entry(kind: Kind, hour: int = 0, *, of_case: bool = True, status: str = "stands", **more: object) -> Entry:
    at = START + hour * HOUR
    return Entry(new_id(), kind, of_case, status, at, at, **more)  # type: ignore[arg-type]  # the fields of Entry


def reduced(
    *entries: Entry, protection: Protection = Protection.PSEUDONYM, at: datetime = START + 9 * HOUR
) -> Recorded:
    return reduce(entries, HOUSE, protection, at)


def kept_out(found: Recorded) -> set[object]:
    """Of the three laboratories, those that a share with them would be held for."""
    return {
        lab
        for lab in (LAB, SISTER, FAR)
        for each in found.held
        if lab not in each.spares and (each.only is None or lab in each.only)
    }


@pytest.mark.parametrize(
    ("reach", "names", "out"),
    [
        (Against.CARE_UNIT, (), {SISTER}),
        (Against.ORGANISATION, (), {FAR}),
        (Against.ORGANISATION, (SISTER,), {SISTER}),
        (Against.ALL, (), {SISTER, FAR}),
    ],
)
def test_a_block_keeps_out_whom_it_names_and_never_the_laboratory_itself(
    reach: str, names: tuple[object, ...], out: set[object]
) -> None:
    block = entry(Kind.BLOCK, reach=reach, names=frozenset(names))
    assert kept_out(reduced(block)) == out
    assert kept_out(reduced(entry(Kind.BLOCK, reach=reach, names=frozenset(names), status="ended"))) == set()


def test_informed_and_consent_meet_their_needs_and_nothing_else_does() -> None:
    assert set(reduced(entry(Kind.INFORMED), entry(Kind.CONSENT)).met) == {Need.INFORMED, Need.CONSENT}
    assert reduced(entry(Kind.REFUSAL), entry(Kind.PROTECTED)).met == {}


def test_the_last_word_about_the_same_counts() -> None:
    yes, no = entry(Kind.CONSENT, 1), entry(Kind.REFUSAL, 2)
    assert (reduced(yes, no).met, kept_out(reduced(yes, no))) == ({}, {SISTER, FAR})
    later = entry(Kind.CONSENT, 3)
    assert reduced(yes, no, later).met and not reduced(yes, no, later).held


def test_a_refusal_for_one_case_outlives_a_later_consent_for_all() -> None:
    no, yes = entry(Kind.REFUSAL, 1), entry(Kind.CONSENT, 2, of_case=False)
    assert kept_out(reduced(no, yes)) == {SISTER, FAR}
    assert not reduced(entry(Kind.REFUSAL, 1, of_case=False), yes).held


def test_a_consent_taken_back_counts_against_from_then_on() -> None:
    back = entry(Kind.CONSENT, 1, status="withdrawn", ended_at=START + 4 * HOUR)
    (held,) = reduced(back).held
    assert (held.against, held.begins) == (Against.REFUSED, START + 4 * HOUR)
    assert not reduced(back, entry(Kind.CONSENT, 5)).held


def test_a_consent_that_runs_out_is_taken_back_then() -> None:
    short = entry(Kind.CONSENT, 1, valid_until=START + 6 * HOUR)
    assert reduced(short, at=START + 5 * HOUR).met
    assert not reduced(short, at=START + 6 * HOUR).met
    (held,) = reduced(short, at=START + 5 * HOUR).held
    assert held.begins == START + 6 * HOUR
    assert not reduced(short, entry(Kind.CONSENT, 2)).held


def test_a_later_consent_until_a_day_is_not_lengthened_by_what_was_said_before() -> None:
    wide, short = entry(Kind.CONSENT, 1), entry(Kind.CONSENT, 2, valid_until=START + 6 * HOUR)
    before, after = (reduced(wide, short, at=START + hour * HOUR) for hour in (5, 6))
    assert (before.met, after.met) == ({Need.CONSENT: short.id}, {})
    assert [each.begins for each in after.held] == [START + 6 * HOUR]
    longer = entry(Kind.CONSENT, 1, valid_until=START + 8 * HOUR)
    assert [each.begins for each in reduced(longer, short).held] == [START + 6 * HOUR]


def test_a_consent_until_a_day_for_all_cases_shortens_one_for_the_case_and_not_the_other_way_round() -> None:
    case, every = entry(Kind.CONSENT, 1), entry(Kind.CONSENT, 2, of_case=False, valid_until=START + 6 * HOUR)
    assert not reduced(case, every).met and kept_out(reduced(case, every)) == {SISTER, FAR}
    case, every = entry(Kind.CONSENT, 1, valid_until=START + 6 * HOUR), entry(Kind.CONSENT, 2, of_case=False)
    assert not reduced(case, every).met and kept_out(reduced(case, every)) == {SISTER, FAR}


def test_a_protected_identity_goes_under_a_pseudonym_or_after_a_confirmation() -> None:
    hidden, cleared = entry(Kind.PROTECTED, 1), entry(Kind.CLEARED, 2)
    (held,) = reduced(hidden, cleared).held
    assert held.spares_pseudonym
    assert not reduced(hidden, cleared, protection=Protection.CONFIRMED).held
    again = entry(Kind.PROTECTED, 3)
    assert len(reduced(hidden, cleared, again, protection=Protection.CONFIRMED).held) == 1


def test_only_what_can_be_a_block_is_one() -> None:
    assert Conditions.of({**WITHOUT_RULE.stored(), "blocks": list(Against)}).blocks == set(REACHES)
