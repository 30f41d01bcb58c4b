"""Which shares a request states: to whom, for how long, of what, and to which deputy. Against plain sentences."""

from datetime import timedelta
from uuid import UUID

import pytest

from accounts.models import Absence, Membership
from accounts.roles import SIGN, Role
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.shares import DEPUTY, LONGEST, SHARE, of_requests
from consult.requests.states import OPEN, SHARED
from core import clock
from tests.cast import STATES, World
from tests.requests.outside import taken_up

DAY = timedelta(days=1)


def stated(*requests: ConsultRequest) -> dict[str, set[tuple[UUID, UUID]]]:
    """(request, person) by the kind of the share."""
    found: dict[str, set[tuple[UUID, UUID]]] = {SHARE: set(), DEPUTY: set()}
    for each in of_requests([request.case_id for request in requests]):
        found[each.source_kind] |= {(each.source_id, person) for person in each.people}
    return found


def stands_in(world: World, first: int = -1, last: int = 1) -> Absence:
    """The expert is away, in days from now, and the colleague stands in."""
    member = Membership.objects.filter(pk=world.expert.acting())
    member.update(deputy=world.expert_colleague.membership)
    at = clock.now()
    days = {"valid_from": at + first * DAY, "valid_until": at + last * DAY}
    return Absence.objects.create(membership_id=world.expert.acting(), **days)


def test_one_share_while_it_runs_and_one_for_the_deputy_while_there_is_something_to_answer(world: World) -> None:
    requests = [world.request(state) for state in STATES]
    running = {(each.pk, world.expert.who()) for each in requests if each.status in SHARED}
    assert stated(*requests) == {SHARE: running, DEPUTY: set()}
    stands_in(world)
    waiting = {(each.pk, world.expert_colleague.who()) for each in requests if each.status in OPEN}
    assert stated(*requests) == {SHARE: running, DEPUTY: waiting}
    assert 0 < len(waiting) < len(running)
    for each in requests:
        mine = {found for found in running if found[0] == each.pk}
        assert stated(each)[SHARE] == mine, "of this case alone"


@pytest.mark.parametrize("role", Role)
def test_a_deputy_reads_by_a_role_that_answers(world: World, role: Role) -> None:
    stands_in(world)
    Membership.objects.filter(pk=world.expert_colleague.acting()).update(role=role)
    assert bool(stated(world.request("accepted"))[DEPUTY]) == (role in SIGN)


def test_nobody_stands_in_who_is_not_named_or_for_somebody_who_is_there(world: World) -> None:
    request, absence = world.request("accepted"), stands_in(world)
    assert stated(request)[DEPUTY]
    Membership.objects.filter(pk=world.expert.acting()).update(deputy=None)
    assert not stated(request)[DEPUTY]
    stands_in(world).delete()
    absence.delete()
    assert not stated(request)[DEPUTY]


def test_an_outside_expert_reads_while_somebody_has_confirmed_them_for_the_case(world: World) -> None:
    outside, request = taken_up(world, "accept")
    shared = {SHARE: {(request.pk, outside.who())}, DEPUTY: set()}
    made, at = OutsideExpert.objects.get(), world.request("sent")
    assert stated(request) == shared
    for changed in ({"request": at}, {"membership": world.expert.membership}, {"status": "withdrawn"}):
        was = {name: getattr(made, f"{name}_id" if name != "status" else name) for name in changed}
        OutsideExpert.objects.filter(pk=made.pk).update(**changed)
        assert stated(request)[SHARE] == set(), changed
        OutsideExpert.objects.filter(pk=made.pk).update(**was)
    assert stated(request) == shared


def test_windows(world: World) -> None:
    request = world.request("accepted")
    assert request.sent_at is not None
    (share,) = of_requests([request.case_id])
    assert (share.valid_from, share.valid_until) == (request.sent_at, request.sent_at + LONGEST)
    absence = stands_in(world, first=2, last=4)
    (_, deputy) = of_requests([request.case_id])
    assert (deputy.valid_from, deputy.valid_until) == (absence.valid_from, absence.valid_until)
    leaves = {"expert": absence.valid_from + DAY, "expert_colleague": absence.valid_from + DAY / 2}
    for who, until in leaves.items():
        Membership.objects.filter(pk=world.people[who].acting()).update(valid_until=until)
    share, deputy = of_requests([request.case_id])
    assert (share.valid_until, deputy.valid_until) == (leaves["expert"], leaves["expert_colleague"])
    Membership.objects.filter(pk=world.expert.acting()).update(valid_until=absence.valid_from)
    assert stated(request)[DEPUTY] == set(), "gone before the absence begins"
    Membership.objects.filter(pk=world.expert.acting()).update(valid_until=clock.now())
    assert stated(request) == {SHARE: set(), DEPUTY: set()}


@pytest.mark.parametrize("first_hidden", [False, True])
def test_who_stands_in_for_two_reads_as_the_first_was_asked(world: World, first_hidden: bool) -> None:
    """One by name and one under a pseudonym: somebody who stands in for both must not hear the name."""
    first, second = world.request("sent"), world.request("accepted")
    other = Membership.objects.create(
        user_id=world.stranger.who(), organisation_id=world.expert.lab(), role=Role.PATHOLOGIST
    )
    assert first.sent_at is not None
    rows = ConsultRequest.objects
    rows.filter(pk=first.pk).update(is_pseudonymised=first_hidden)
    later = {"case": first.case_id, "sent_at": first.sent_at + DAY, "expert": other}
    rows.filter(pk=second.pk).update(**later, is_pseudonymised=not first_hidden)
    stands_in(world)
    colleague = world.expert_colleague
    Membership.objects.filter(pk=other.pk).update(deputy=colleague.membership)
    Absence.objects.create(membership=other, valid_from=clock.now() - DAY, valid_until=clock.now() + DAY)
    assert stated(first)[DEPUTY] == {(first.pk, colleague.who())}
    rows.filter(pk=second.pk).update(is_pseudonymised=first_hidden)
    assert stated(first)[DEPUTY] == {(each.pk, colleague.who()) for each in (first, second)}
    rows.filter(pk=second.pk).update(is_pseudonymised=not first_hidden, expert=colleague.membership)
    assert stated(first)[DEPUTY] == set(), "who is asked the other way"


def test_nobody_stands_in_under_a_pseudonym_who_knows_the_patient_at_home(world: World) -> None:
    request, colleague = world.request("accepted"), world.expert_colleague
    ConsultRequest.objects.filter(pk=request.pk).update(is_pseudonymised=True)
    stands_in(world)
    assert stated(request)[DEPUTY] == {(request.pk, colleague.who())}
    Membership.objects.create(user_id=colleague.who(), organisation_id=world.asker.lab(), role=Role.PATHOLOGIST)
    assert stated(request)[DEPUTY] == set()
    ConsultRequest.objects.filter(pk=request.pk).update(is_pseudonymised=False)
    assert stated(request)[DEPUTY] == {(request.pk, colleague.who())}, "by name there is nothing to hide"


def test_who_knows_the_patient_stands_in_by_name_beside_a_request_under_a_pseudonym(world: World) -> None:
    hidden, named, colleague = world.request("sent"), world.request("accepted"), world.expert_colleague
    ConsultRequest.objects.filter(pk=hidden.pk).update(is_pseudonymised=True)
    ConsultRequest.objects.filter(pk=named.pk).update(case=hidden.case_id)
    stands_in(world)
    Membership.objects.create(user_id=colleague.who(), organisation_id=world.asker.lab(), role=Role.PATHOLOGIST)
    assert stated(hidden)[DEPUTY] == {(named.pk, colleague.who())}
