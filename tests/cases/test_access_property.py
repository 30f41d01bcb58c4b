"""Access in random worlds: lists, single objects and grants agree with what a few lines of SQL say from the reasons."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Organisation, User
from cases import hooks
from cases.access import branches
from cases.access.grants import reconcile
from cases.access.pages import Filters, case_page
from cases.access.queries import may_see_slide, visible_among, visible_cases
from cases.models import Share
from core import clock
from core.actor import Actor, system
from core.ids import new_id
from tests.cases.random_worlds import (
    CASES,
    HOUR,
    ORGANS,
    PRIORITIES,
    SECOND,
    START,
    STATUSES,
    Drawn,
    Made,
    a_world,
    all_pages,
    check,
    expected_grants,
    make,
    moments,
    oracle,
    standing_grants,
)
from tests.cast import World

pytestmark = pytest.mark.ci


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens in it is undone: one example leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def actors(world: World) -> list[Actor]:
    """A pathologist and an administrator of one laboratory, a pathologist of another, somebody without a place."""
    user = User.objects.create_user("adrift@north.example", given_name="A", family_name="Drift")
    lab = Organisation.objects.get(pk=world.stranger.lab())
    Membership.objects.create(user=user, organisation=lab, role="clinician")
    adrift = Actor(person=user.pk, name="A. Drift", organisation=lab.pk, role="clinician", membership=new_id())
    return [world.asker, world.admin, world.expert, adrift]


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> Made:
    """The one source of shares, denials and blocks while the test runs; point the lists of `world` at others."""
    current = Made([])
    monkeypatch.setattr(hooks, "_shares", [lambda ids: [each for each in current.shares if each.case in set(ids)]])
    monkeypatch.setattr(hooks, "_blocks", [lambda ids: [each for each in current.blocks if each.case in set(ids)]])
    monkeypatch.setattr(hooks, "_denials", [lambda ids: [each for each in current.denials if each.case in set(ids)]])
    return current


def agrees(actors: list[Actor], reasons: Made, drawn: Drawn, data: st.DataObject) -> None:
    """One random world: grants as expected, and every way of asking agrees, before and after a share ends."""
    with rolled_back(), clock.travel(START):
        world = make(actors, drawn)
        reasons.shares, reasons.denials, reasons.blocks = world.shares, world.denials, world.blocks
        reconcile(world.ids(), actor=system("test"))
        assert standing_grants(world) == expected_grants(world)
        assert reconcile(world.ids(), actor=system("test")) == 0
        for moment in data.draw(st.lists(st.sampled_from(moments(world)), min_size=1, max_size=4, unique=True)):
            with clock.travel(moment):
                check(world)
        if world.shares:
            world.shares.pop(data.draw(st.integers(0, len(world.shares) - 1)))
            reconcile(world.ids(), actor=system("test"))
            assert standing_grants(world) == expected_grants(world)
            check(world)
        if world.blocks:
            world.blocks.pop()
            reconcile(world.ids(), actor=system("test"))
            assert standing_grants(world) == expected_grants(world)
            check(world)


def test_each_reason_for_and_against_opens_and_closes_just_its_own_case(actors: list[Actor], reasons: Made) -> None:
    """A reason of every kind beside one another, each of a case of its own: whatever stops counting shows."""
    one = {"slides": 2, "status": "open", "priority": "routine", "organ_system": "skin"}
    shared, over, to_come = (-1, 3), (-3, 1), (1, 2)
    windows = [shared, over, to_come, shared, None, shared, None, shared, shared]  # by case; the last two end below
    shares = [
        {"case": case, "people": {2}, "window": window, "slides": {0}, "shown": {"shows_label"}}
        for case, window in enumerate(windows)
        if window
    ]
    cases = [{**one, "lab": int(case == 6), "received": case} for case in range(10)]
    denials = [
        {"case": case, "person": who, "hour": hour} for case, who, hour in ((3, 2, 0), (4, 0, 0), (5, 2, 1), (8, 2, 0))
    ]
    with clock.travel(START):
        world = make(actors, {"cases": cases, "shares": shares, "denials": denials})
        reasons.shares, reasons.denials = world.shares, world.denials
        reconcile(world.ids(), actor=system("test"))
        world.shares = reasons.shares = [each for each in world.shares if each.case != world.cases[7].pk]
        world.denials = reasons.denials = world.denials[:-1]
        reconcile(world.ids(), actor=system("test"))
        check(world)
        expert, asker = actors[2], actors[0]
        seen = {at for at, case in enumerate(world.cases) if visible_cases(expert).filter(pk=case.pk).exists()}
        assert seen == {0, 5, 6, 8}
        assert [case.pk in oracle(world, asker, CASES) for case in world.cases] == [
            at not in {4, 6} for at in range(10)
        ]
        assert (
            not visible_cases(expert, branches.VIEW_IDENTITY)
            .filter(pk__in=world.ids())
            .exclude(pk=world.cases[6].pk)
            .exists()
        )
        for at, case in enumerate(world.cases):
            assert set(visible_among(expert, [case.pk]).values_list("pk", flat=True)) == (
                {case.pk} if at in seen else set()
            )
    with clock.travel(START + HOUR):
        check(world)


SOME = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(SOME, max_examples=200)


@SOME
@given(drawn=a_world, data=st.data())
def test_every_way_of_asking_agrees_with_the_reasons(
    actors: list[Actor], reasons: Made, drawn: Drawn, data: st.DataObject
) -> None:
    agrees(actors, reasons, drawn, data)


@pytest.mark.deep
@MANY
@given(drawn=a_world, data=st.data())
def test_every_way_of_asking_agrees_in_many_worlds(
    actors: list[Actor], reasons: Made, drawn: Drawn, data: st.DataObject
) -> None:
    agrees(actors, reasons, drawn, data)


@SOME
@given(
    drawn=a_world,
    status=st.sampled_from(("", *STATUSES)),
    priority=st.sampled_from(("", *PRIORITIES)),
    organ=st.sampled_from(("", *ORGANS)),
)
def test_a_filter_takes_away_and_adds_nothing(
    actors: list[Actor],
    reasons: Made,
    drawn: Drawn,
    status: str,
    priority: str,
    organ: str,
) -> None:
    with rolled_back(), clock.travel(START):
        world = make(actors, drawn)
        reasons.shares, reasons.denials, reasons.blocks = world.shares, world.denials, world.blocks
        reconcile(world.ids(), actor=system("test"))
        wanted = {"status": status, "priority": priority, "organ_system": organ}
        fits = {
            case.pk
            for case in world.cases
            if all(not value or getattr(case, name) == value for name, value in wanted.items())
        }
        for actor in actors:
            listed = {key for key in all_pages(actor, Filters(**wanted)) if key in set(world.ids())}
            assert listed == oracle(world, actor, CASES) & fits


def _side_by_side(actors: list[Actor], reasons: Made) -> Made:
    """One case of the first laboratory with one slide, shared twice with the pathologist of the other."""
    drawn = {
        "cases": [
            {"lab": 0, "slides": 1, "received": 0, "status": "open", "priority": "routine", "organ_system": "skin"}
        ],
        "shares": [
            {"case": 0, "people": {2}, "window": (-1, 3), "slides": {0}, "shown": {"shows_identity"}},
            {"case": 0, "people": {2}, "window": (-1, 4), "slides": set(), "shown": set()},
        ],
        "denials": [],
    }
    world = make(actors, drawn)
    reasons.shares, reasons.denials, reasons.blocks = world.shares, world.denials, world.blocks
    reconcile(world.ids(), actor=system("test"))
    return world


def test_ending_one_of_two_shares_leaves_the_other(actors: list[Actor], reasons: Made) -> None:
    with clock.travel(START):
        world = _side_by_side(actors, reasons)
        expert, (slide,) = actors[2], world.slides[world.cases[0].pk]
        assert may_see_slide(expert, slide)
        world.shares.pop(0)
        reconcile(world.ids(), actor=system("test"))
        assert set(visible_cases(expert).filter(pk__in=world.ids())) == {world.cases[0]}
        assert not may_see_slide(expert, slide)
        assert not visible_cases(expert, branches.VIEW_IDENTITY).filter(pk__in=world.ids()).exists()
        assert Share.objects.filter(case=world.cases[0], ended_at__isnull=True).count() == 1


def test_several_shares_of_one_case_crowd_no_other_off_the_page(actors: list[Actor], reasons: Made) -> None:
    one = {"lab": 0, "slides": 0, "status": "open", "priority": "routine", "organ_system": "skin"}
    shared = {"people": {2}, "window": (-1, 3), "slides": set(), "shown": set()}
    drawn: Drawn = {
        "cases": [{**one, "received": age} for age in range(4)],
        "shares": [{**shared, "case": case} for case in (0, 0, 0, 1, 2, 2, 3)],
        "denials": [],
    }
    with clock.travel(START):
        world = make(actors, drawn)
        reasons.shares = world.shares
        reconcile(world.ids(), actor=system("test"))
        assert [key for key in all_pages(actors[2]) if key in world.ids()] == world.ids()


def test_access_ends_at_its_second(actors: list[Actor], reasons: Made) -> None:
    with clock.travel(START):
        world = _side_by_side(actors, reasons)
        expert, end = actors[2], max(each.valid_until for each in world.shares)
    for moment, sees in ((end - SECOND, True), (end, False), (end + SECOND, False)):
        with clock.travel(moment):
            assert visible_cases(expert).filter(pk__in=world.ids()).exists() is sees
            assert bool([key for key in all_pages(expert) if key in world.ids()]) is sees


def test_a_gap_between_two_shares_stays_a_gap(actors: list[Actor], reasons: Made) -> None:
    one = {"lab": 0, "slides": 1, "received": 0, "status": "open", "priority": "routine", "organ_system": "skin"}
    shares = [
        {"case": 0, "people": {2}, "window": (hour, 1), "slides": {0}, "shown": {"shows_identity"}} for hour in (0, 2)
    ]
    with clock.travel(START):
        world = make(actors, {"cases": [one], "shares": shares, "denials": []})
        reasons.shares = world.shares
        reconcile(world.ids(), actor=system("test"))
    expert, (slide,) = actors[2], world.slides[world.cases[0].pk]
    for hours, sees in ((0, True), (1, False), (1.5, False), (2, True), (3, False)):
        with clock.travel(START + hours * HOUR):
            assert visible_cases(expert).filter(pk__in=world.ids()).exists() is sees
            assert visible_cases(expert, branches.VIEW_IDENTITY).filter(pk__in=world.ids()).exists() is sees
            assert may_see_slide(expert, slide) is sees
            assert bool([key for key in all_pages(expert) if key in world.ids()]) is sees


def test_access_begins_at_its_second(actors: list[Actor], reasons: Made) -> None:
    with clock.travel(START - 2 * HOUR):
        world = _side_by_side(actors, reasons)
        expert, begin = actors[2], min(each.valid_from for each in world.shares)
    for moment, sees in ((begin - SECOND, False), (begin, True), (begin + SECOND, True)):
        with clock.travel(moment):
            assert visible_cases(expert).filter(pk__in=world.ids()).exists() is sees
            assert may_see_slide(expert, world.slides[world.cases[0].pk][0]) is sees


def test_a_page_takes_three_queries_however_many_cases_there_are(
    actors: list[Actor], reasons: Made, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    branches.permission_id(branches.VIEW_CASE)
    one = {"lab": 0, "slides": 1, "received": 0, "status": "open", "priority": "routine", "organ_system": "skin"}
    shares = [{"case": n, "people": {2}, "window": (-1, 3), "slides": {0}, "shown": set()} for n in range(5)]
    with clock.travel(START):
        world = make(actors, {"cases": [one] * 30, "shares": shares, "denials": []})
        reasons.shares = world.shares
        reconcile(world.ids(), actor=system("test"))
        for actor in (actors[0], actors[2]):
            for size in (2, 25):
                with django_assert_num_queries(3):
                    page = case_page(actor, size=size)
                assert page.cases
        with django_assert_num_queries(0):
            _ = [(case.patient.family_name, case.organisation.name) for case in page.cases]


def test_whether_a_slide_may_be_seen_takes_one_query(
    actors: list[Actor], reasons: Made, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with clock.travel(START):
        world = _side_by_side(actors, reasons)
        slide = world.slides[world.cases[0].pk][0]
        for actor in actors:
            with django_assert_num_queries(1):
                may_see_slide(actor, slide)
