"""Who sees a case without a share, what others keep of it, and for which organisation somebody reads."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actions.withdraw_token import withdraw_token
from accounts.actors import for_member
from accounts.models import MachineToken, Membership
from accounts.roles import SEE_HOME_CASES, Role
from cases.access.differences import differences
from cases.access.queries import visible_cases
from cases.exclusions.queries import candidates
from cases.models import Share
from consult.requests.actions.edit import Draft, edit
from consult.requests.policy import visible_requests
from core import clock
from core.actor import Actor, Door
from tests.accounts.machine_tokens import ALL, made_token
from tests.cast import STATES, World
from tests.emergency.helping import call
from tests.emergency.helping import join as join_lab
from tests.objections.test_objections import objects
from tests.requests import blind
from tests.requests.outside import confirmed, taken_up
from tests.requests.test_deputy import away, deputy  # noqa: F401 - a fixture

SignIn = Callable[[Actor], Client]


def told(client: Client, world: World, state: str = "sent") -> dict[str, Any]:
    """What the API says."""
    found: dict[str, Any] = client.get(reverse("api-case-access", args=[world.case(state).pk])).json()
    return found


def page(client: Client, world: World, state: str = "sent") -> str:
    return client.get(reverse("cases:access", args=[world.case(state).pk])).content.decode()


# For which organisation


def joined_elsewhere_first(world: World) -> None:
    """The expert has been in another laboratory for longer than in the one that is asked."""
    before = datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC"))
    elsewhere = {"organisation_id": world.stranger.lab(), "role": Role.PATHOLOGIST, "valid_from": before}
    Membership.objects.create(user=world.user("expert"), **elsewhere)


def named(client: Client, world: World) -> list[str]:
    """As what the expert stands on the page of who can see, over the API, on the case page, and among those who can be
    kept out."""
    case = world.case("sent")
    access = client.get(reverse("cases:access", args=[case.pk])).context["accesses"]
    readers = client.get(reverse("cases:detail", args=[case.pk])).context["readers"]
    kept_out = [each for each in candidates(case) if each.id == world.expert.person]
    shown = [*(each for each, _reason in access), *readers, *kept_out]
    return [*(each.organisation for each in shown), *(each["organisation"] for each in told(client, world)["results"])]


def test_it_names_the_organisation_for_which_somebody_was_asked(world: World, sign_in: SignIn) -> None:
    joined_elsewhere_first(world)
    assert named(sign_in(world.staff), world) == ["Nanswering"] * 4


def test_where_the_share_does_not_say_it_names_every_organisation_of_the_person(world: World, sign_in: SignIn) -> None:
    joined_elsewhere_first(world)
    gone = {"organisation_id": world.asker.lab(), "role": Role.CLINICIAN, "valid_until": clock.now()}
    Membership.objects.create(user=world.user("expert"), valid_from=clock.now() - timedelta(days=9), **gone)
    Membership.objects.create(
        user=world.user("expert"), organisation_id=world.expert.lab(), role=Role.CLINICIAN, valid_from=clock.now()
    )
    Share.objects.update(organisation=None)
    assert named(sign_in(world.staff), world) == ["Nother, Nanswering"] * 4


def test_in_an_emergency_it_is_the_laboratory_under_which_it_was_opened(world: World, sign_in: SignIn) -> None:
    call(world, world.expert, "draft")
    joined_elsewhere_first(world)
    (found,) = told(sign_in(world.staff), world, "draft")["results"]
    assert (found["organisation"], found["is_emergency"]) == ("Nanswering", True)


@pytest.mark.usefixtures("deputy")
def test_open_shares_of_before_are_filled_in_as_reconciling_would(world: World) -> None:
    away(world)
    call(world, world.stranger, "withdrawn")
    cases = [world.case(state).pk for state in STATES]
    rows = Share.objects.filter(case__in=cases, ended_at=None)
    assert {each.source_kind for each in rows} == {"request", "deputy", "emergency"}
    was = dict(rows.values_list("pk", "organisation"))
    assert set(was.values()) == {world.expert.lab(), world.stranger.lab()}
    Share.objects.filter(case__in=cases).update(organisation=None)
    assert differences(cases) > 0
    with connection.cursor() as cursor:
        for room in ("consult.requests.migrations.0015", "cases.emergency.migrations.0005"):
            cursor.execute(import_module(f"{room}_organisations_of_shares").FILL)
    assert dict(rows.values_list("pk", "organisation")) == was
    assert differences(cases) == 0
    assert not Share.objects.filter(case__in=cases, organisation__isnull=False).exclude(ended_at=None).exists()


# Machines


def listed(client: Client, world: World, token: MachineToken) -> list[dict[str, Any]]:
    """What is said of the machine of this token."""
    return [each for each in told(client, world)["machines"] if each["name"] == token.name]


def test_a_machine_of_the_laboratory_is_listed_while_its_token_counts(world: World, sign_in: SignIn) -> None:
    token, text = made_token(world, "cases:read", name="Incubator LIS", purpose="Moves cases from the LIS")
    client = sign_in(world.staff)
    (machine,) = listed(client, world, token)
    assert machine["purpose"] == "Moves cases from the LIS"
    assert machine["may"] == ["Read the laboratory's own cases and their patients"]
    assert machine["ends"].startswith("Who can withdraw the token: Laboratory administrator")
    assert datetime.fromisoformat(machine["valid_until"]) == token.expires_at
    shown = page(client, world)
    for words in ("Incubator LIS", "Machine of your laboratory", "Moves cases from the LIS", "no images of slides"):
        assert words in shown
    for secret in (text, token.prefix, token.secret_hash):
        assert secret not in shown
    withdraw_token(actor=world.admin, token_id=token.pk)
    assert listed(client, world, token) == []
    assert "Incubator LIS" not in page(client, world)


def test_a_machine_is_listed_with_all_that_it_may_and_not_when_its_time_is_over_or_it_is_elsewhere(
    world: World, sign_in: SignIn, at: Callable[..., None]
) -> None:
    token, _text = made_token(world, *ALL)
    client = sign_in(world.staff)
    (machine,) = listed(client, world, token)
    assert len(machine["may"]) == len(ALL)
    MachineToken.objects.filter(pk=token.pk).update(organisation_id=world.expert.lab())
    assert listed(client, world, token) == []
    MachineToken.objects.filter(pk=token.pk).update(organisation_id=world.asker.lab())
    at(token.expires_at)
    assert listed(sign_in(world.staff), world, token) == []


# What others keep


ROLES = "Pathologist, Trainee (needs a co-signature), Laboratory staff, Secretary"
SENT = "The request as it was sent, with who the patient is, and what was said about it"
REPORT, SIGNED, HASHES = "The first report as it was shared", "The signed report", "The hashes of the slides, no images"
NOTHING = ["Only that there was a request, and when"]
KEEPS = {
    **{state: [SENT, REPORT, HASHES] for state in ("accepted", "waiting")},
    **{state: [SENT, REPORT, SIGNED, HASHES] for state in ("answered", "acknowledged", "closed")},
    **{state: NOTHING for state in ("declined", "withdrawn")},
}


@pytest.mark.parametrize("state", STATES)
def test_what_the_other_laboratory_keeps_is_said_for_each_request(world: World, sign_in: SignIn, state: str) -> None:
    client, request = sign_in(world.staff), world.request(state)
    kept = told(client, world, state)["kept"]
    assert [each["keeps"] for each in kept] == ([KEEPS[state]] if state in KEEPS else [])
    by_role = visible_requests(world.expert_colleague).filter(pk=request.pk).exists()
    assert [each["readers"] for each in kept if ROLES in each["readers"]] == [
        f"Dr North Expert; by role: {ROLES}; machines there with a token for requests or reports"
    ] * by_role
    shown = page(client, world, state)
    assert ("What others keep of it" in shown) == bool(kept)
    for each in kept:
        assert (each["organisation"], each["words"]) == ("Nanswering", f"Request {request.number}")
        there = "As long as that laboratory keeps its records" if by_role else "As long as they belong there"
        assert each["until"] == there
        assert all(line in shown for line in each["keeps"])


@pytest.mark.parametrize("state", STATES)
def test_what_others_keep_is_not_said_to_be_shared_with_nobody(world: World, sign_in: SignIn, state: str) -> None:
    client = sign_in(world.staff)
    unshared = client.get(reverse("cases:access", args=[world.case(state).pk])).context["unshared"]
    is_nobodys = state in ("draft", "declined", "withdrawn")
    assert (unshared.identity, unshared.first_report) == (is_nobodys, is_nobodys)
    assert unshared.label and unshared.earlier


def test_under_a_pseudonym_the_name_is_shared_with_nobody(world: World, sign_in: SignIn) -> None:
    blind.accepted(world, blind.sent(world, blind.drafted(world)))
    answer = sign_in(world.staff).get(reverse("cases:access", args=[world.case(blind.STATE).pk]))
    assert answer.context["unshared"].identity and answer.context["unshared"].first_report


def test_the_past_names_the_organisation_too(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.staff).get(reverse("cases:access", args=[world.case("closed").pk]))
    assert [each.organisation for each, _reason in answer.context["past"]] == ["Nanswering"]


def test_a_request_that_is_held_tells_nothing_of_the_case_for_as_long(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.staff)
    for state in ("sent", "accepted", "closed"):
        objects(world, state)
    assert [each["keeps"] for each in told(client, world, "sent")["kept"]] == [NOTHING]
    assert [each["keeps"] for each in told(client, world, "accepted")["kept"]] == [NOTHING]
    assert [each["keeps"] for each in told(client, world, "closed")["kept"]] == [KEEPS["closed"]]


def test_under_a_pseudonym_they_keep_neither_the_name_nor_the_report(world: World, sign_in: SignIn) -> None:
    blind.accepted(world, blind.sent(world, blind.drafted(world)))
    (kept,) = told(sign_in(world.staff), world, blind.STATE)["kept"]
    assert kept["keeps"] == ["The request as it was sent, under a pseudonym, and what was said about it", HASHES]


def test_a_report_that_stayed_back_is_not_kept(world: World, sign_in: SignIn) -> None:
    request, seen = world.request("draft"), world.seen("draft")
    draft = Draft(shares_first_report=False)
    request = edit(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, draft=draft)
    blind.accepted(world, blind.sent(world, request))
    (kept,) = told(sign_in(world.staff), world, "draft")["kept"]
    assert kept["keeps"] == [SENT, HASHES]


def test_what_nobody_there_reads_any_more_is_not_said_to_be_kept(world: World, sign_in: SignIn) -> None:
    client, gone = sign_in(world.staff), {"valid_until": clock.now()}
    assert told(client, world, "declined")["kept"]
    Membership.objects.filter(user=world.user("expert")).update(**gone)
    assert told(client, world, "declined")["kept"] == [], "the expert alone read that there was a request"
    assert told(client, world, "closed")["kept"], "others of the laboratory read on by their role"


def test_what_an_outside_expert_keeps_is_theirs_alone(world: World, sign_in: SignIn) -> None:
    taken_up(world, "accept sign")
    (kept,) = told(sign_in(world.staff), world, "draft")["kept"]
    assert (kept["organisation"], kept["readers"]) == ("Elsewhere Institute", "Prof. Ada Utanför")
    assert SIGNED in kept["keeps"]
    assert kept["until"] == "As long as they belong there"


def test_who_is_invited_and_has_not_joined_is_in_no_list(world: World, sign_in: SignIn) -> None:
    confirmed(world)
    found = told(sign_in(world.staff), world, "draft")
    assert (found["results"], found["kept"]) == ([], [])
    assert "Utanför" not in page(sign_in(world.staff), world, "draft")


def test_a_second_reading_at_home_leaves_no_record_elsewhere(world: World, sign_in: SignIn) -> None:
    request, seen = world.request("draft"), world.seen("draft")
    draft = Draft(expert=world.colleague.membership)
    request = edit(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, draft=draft)
    request = blind.sent(world, request)
    at_home = World(world.name, {**world.people, "expert": world.colleague})
    blind.accepted(at_home, request)
    assert told(sign_in(world.staff), world, "draft")["kept"] == []


# Everybody else


def test_everybody_else_is_named_by_what_they_are_on_the_page_and_over_the_api(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.staff)
    found = told(client, world)
    assert found["home"] == {"organisation": "Nasking", "roles": ROLES.split(", ")}
    assert [each["who"] for each in found["besides"]] == [
        "In an emergency, anybody who works as: Pathologist, Trainee (needs a co-signature), Clinician",
        "Laboratory administrator, Privacy officer of your laboratory",
        "Other roles of your laboratory",
        "Somebody invited from outside for one case",
        "Administrators and privacy officers elsewhere",
        "Whoever runs the installation",
    ]
    shown = page(client, world).replace("&#x27;", "'")
    for each in found["besides"]:
        assert each["who"] in shown and each["sees"] in shown


@pytest.mark.parametrize("role", Role)
def test_the_roles_that_are_said_to_see_the_case_do_and_no_other(world: World, role: Role) -> None:
    person = join_lab(world, "Newcomer", role, world.asker)
    actor = for_member(person.acting(), Door.WEB)
    assert visible_cases(actor).filter(pk=world.case("sent").pk).exists() == (role in SEE_HOME_CASES)


def test_whoever_runs_the_installation_sees_no_case(world: World) -> None:
    user = world.user("clinician")
    user.is_platform_admin = True
    user.save()
    assert not visible_cases(world.clinician).exists()
