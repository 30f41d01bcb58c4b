"""Searching in random worlds finds exactly what a few lines say that somebody sees, may know, and that fits."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import hooks
from cases.access.grants import reconcile
from cases.finding import find_cases, find_patients, typed
from cases.models import Case, Patient, PatientIdentifier
from core import clock
from core.actor import Actor, system
from core.search.keep import refresh
from tests.cases.random_worlds import CASES, START, Drawn, Made, a_world, cuts, make, moments, oracle
from tests.cases.test_access_property import rolled_back
from tests.cast import World

NAMES = ("anna", "anders", "vries", "vriesman", "bo")
WORDS = ("lesion", "lesions", "vries", "arm", "anna", "12")
written = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.lists(st.sampled_from(WORDS), max_size=4),
    ),
    min_size=5,
    max_size=5,
)
asked = st.lists(st.sampled_from([*NAMES, *WORDS, "an", "les", "v", "no-1", "no1", "R-1", "r-", "R"]), max_size=2)


@pytest.fixture
def people(world: World) -> list[Actor]:
    """Two pathologists of different laboratories, an administrator, and somebody whose role sees no cases."""
    return [world.asker, world.admin, world.expert, world.clinician]


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """The one source of shares, denials and blocks while the test runs."""
    current = Made([])
    monkeypatch.setattr(hooks, "_shares", [lambda ids: [each for each in current.shares if each.case in set(ids)]])
    monkeypatch.setattr(hooks, "_denials", [lambda ids: [each for each in current.denials if each.case in set(ids)]])
    monkeypatch.setattr(hooks, "_blocks", [lambda ids: [each for each in current.blocks if each.case in set(ids)]])
    yield current


def knows_patient(world: Made, actor: Actor, case: Case) -> bool:
    """Straight from the reasons: the own laboratory's, or a share with the identity that is open now."""
    now = clock.now()
    at_home = case.organisation_id == actor.organisation and actor.role == "pathologist"
    return at_home or any(
        share.case == case.pk
        and actor.person in share.people
        and share.shows_identity
        and share.valid_from <= now < min([share.valid_until, *cuts(world, share)])
        and all(cut > share.valid_from for cut in cuts(world, share))
        for share in world.shares
    )


def fits(text: str, number: str, accession: str, names: list[str], history: list[str], *, knows: bool) -> bool:
    """What should be found, in plain words: a whole number, the beginning of an accession number, or all words."""
    if len(max(text.replace("-", " ").split(), key=len, default="")) < 2:
        return False
    squeezed = text.replace(" ", "")
    if knows and squeezed.replace("-", "") == number.replace("-", ""):
        return True
    if knows and len(squeezed) > 2 and accession.startswith(squeezed.upper()):
        return True
    if knows:
        own = [*names, *history]
    else:
        own = [
            word
            for word in history
            if not word.isdigit() and word not in names and not any(len(n) > 2 and word.startswith(n) for n in names)
        ]

    def fits_part(part: str) -> bool:
        if any(word.startswith(part.lower()) for word in own):
            return True
        whole = knows and part.replace("-", "").lower() == number.replace("-", "")
        return whole or (knows and len(part) > 2 and accession.startswith(part.upper()))

    # A part with a hyphen is a number, or else words of its own.
    return all(fits_part(part) for part in text.split()) or all(
        fits_part(part) for part in text.replace("-", " ").split()
    )


def agrees(
    people: list[Actor], reasons: Made, drawn: Drawn, texts: list[tuple[str, str, list[str]]], data: st.DataObject
) -> None:
    with rolled_back(), clock.travel(START):
        world = make(people, drawn)
        for place, (case, (family, called, history)) in enumerate(zip(world.cases, texts, strict=False)):
            case.patient = Patient.objects.create(
                organisation_id=case.organisation_id, family_name=family, given_name=called, created_at=START
            )
            PatientIdentifier.objects.create(patient=case.patient, system="LOCAL", value=f"no-{place}")
            case.history = " ".join(history)
            case.save(update_fields=["patient", "history"])
        reasons.shares, reasons.denials, reasons.blocks = world.shares, world.denials, world.blocks
        reconcile(world.ids(), actor=system("test"))
        refresh("case", world.ids())
        refresh("patient", [case.patient_id for case in world.cases])
        for moment in data.draw(st.lists(st.sampled_from(moments(world)), min_size=1, max_size=3, unique=True)):
            text = " ".join(data.draw(asked))
            with clock.travel(moment):
                for actor in people:
                    _compare(world, actor, text, texts)


def _compare(world: Made, actor: Actor, text: str, texts: list[tuple[str, str, list[str]]]) -> None:
    visible = oracle(world, actor, CASES)
    wanted, wanted_patients = set(), set()
    for place, (case, (family, called, history)) in enumerate(zip(world.cases, texts, strict=False)):
        knows = knows_patient(world, actor, case)
        arguments = (text, f"no-{place}", case.accession_number, [family, called])
        if case.pk in visible and fits(*arguments, history, knows=knows):
            wanted.add(case.pk)
        own = case.organisation_id == actor.organisation and actor.role == "pathologist"
        if own and fits(text, f"no-{place}", "", [family, called], [], knows=True):
            wanted_patients.add(case.patient_id)
    found = [view.id for view in _all(find_cases, actor, text) if view.id in set(world.ids())]
    assert len(found) == len(set(found))
    assert set(found) == wanted, (text, actor.role)
    known = {case.patient_id for case in world.cases}
    assert {view.id for view in _all(find_patients, actor, text)} & known == wanted_patients, text


def _all(finder, actor: Actor, text: str) -> list:  # type: ignore[no-untyped-def, type-arg]  # two finders, two kinds of views
    things, after = [], None
    while True:
        page = finder(actor, typed(text), size=3, after=after)
        things += page.things
        assert page.after is None or page.after != after, "the next page is the same again"
        after = page.after
        if after is None:
            return things


SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SOME
@given(drawn=a_world, texts=written, data=st.data())
def test_a_search_finds_what_is_visible_known_and_fits(
    people: list[Actor], reasons: Made, drawn: Drawn, texts: list[tuple[str, str, list[str]]], data: st.DataObject
) -> None:
    agrees(people, reasons, drawn, texts, data)


@pytest.mark.deep
@settings(SOME, max_examples=300)
@given(drawn=a_world, texts=written, data=st.data())
def test_a_search_finds_it_in_many_worlds(
    people: list[Actor], reasons: Made, drawn: Drawn, texts: list[tuple[str, str, list[str]]], data: st.DataObject
) -> None:
    agrees(people, reasons, drawn, texts, data)
