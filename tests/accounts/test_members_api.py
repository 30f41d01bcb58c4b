"""An administrator's programs look after the own laboratory's people by the same actions as the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AddressChange, Membership, Organisation
from core.actor import Actor
from tests.accounts.second_factor import give_app
from tests.accounts.test_reauthentication import stale
from tests.cast import PASSWORD, Answer, World, local_day

SignIn = Callable[[Actor], Client]


def put(client: Client, page: str, given: dict[str, Any], tag: str = "") -> Answer:
    """Write it back over what was read, or over an older version."""
    headers = {"If-Match": tag or client.get(page)["ETag"]}
    return client.put(page, given, content_type="application/json", headers=headers)


def post(client: Client, page: str, key: str = "members-key-1") -> Answer:
    """One act."""
    return client.post(page, {}, content_type="application/json", headers={"Idempotency-Key": key} if key else {})


def membership(world: World, who: str) -> str:
    return reverse("api-membership", args=[world.people[who].acting()])


def writable(client: Client, page: str, **changes: Any) -> dict[str, Any]:
    """What was read, as far as it may be written, with changes."""
    kept = ("role", "registration_number", "registration_body", "last_day", "organ_systems")
    read = client.get(page).json()
    return {name: read[name] for name in kept} | changes


def test_people_are_listed_with_roles_and_second_factors_to_their_administrator(world: World, sign_in: SignIn) -> None:
    give_app(world.user("expert"))
    client = sign_in(world.expert_admin)
    (found,) = client.get(reverse("api-people"), {"name": "north expert@"}).json()["results"]
    assert (found["id"], found["second_factors"]) == (str(world.expert.person), ["totp"])
    assert [each["id"] for each in found["memberships"]] == [str(world.expert.membership)]
    one = client.get(reverse("api-person", args=[world.expert.who()]))
    assert one.json() == found
    everybody = {each["id"] for each in client.get(reverse("api-people")).json()["results"]}
    assert str(world.asker.person) not in everybody and str(world.expert_colleague.person) in everybody


def test_a_membership_is_changed_over_the_version_that_was_read(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership(world, "expert")
    tag, last = client.get(page)["ETag"], str(local_day() + timedelta(days=9))
    given = writable(client, page, role="trainee", last_day=last, organ_systems=["breast"])
    answer = put(client, page, given | {"open_work_seen": True}, tag)
    assert answer.status_code == 200
    read = client.get(page)
    assert answer.json() == read.json() and answer["ETag"] == read["ETag"] != tag
    assert writable(client, page) == given
    late = put(client, page, given | {"role": "clinician"}, tag)
    assert late.status_code == 409
    assert late.json()["current"] == given, "what stands now is told"
    assert Membership.objects.get(pk=world.expert.acting()).role == "trainee"
    unread = client.put(page, given, content_type="application/json")
    assert unread.status_code == 428
    assert put(client, page, given, '"1"').status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "king"}, "role"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"organ_systems": ["moon"]}, "organ_systems"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    world: World, sign_in: SignIn, change: dict[str, Any], field: str
) -> None:
    client, page = sign_in(world.expert_admin), membership(world, "expert")
    answer = put(client, page, writable(client, page, **change))
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


def test_what_grants_asks_for_a_proof_of_the_last_minutes(world: World, sign_in: SignIn, own_cache: None) -> None:
    client, page = sign_in(world.expert_admin), membership(world, "expert")
    given = writable(client, page, registration_number="81")
    stale(client)
    assert put(client, page, given).status_code == 401
    assert put(client, page, given | {"password": "guess"}).status_code == 401
    assert Membership.objects.get(pk=world.expert.acting()).registration_number != "81"
    assert put(client, page, given | {"password": PASSWORD}).status_code == 200
    person = reverse("api-person", args=[world.expert.who()])
    name = {"title": "", "given_name": "A", "family_name": "B", "email": world.user("expert").email}
    assert put(client, person, name).status_code == 401


def test_nobody_gives_themselves_another_role_or_ends_what_they_act_under(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), membership(world, "admin")
    assert put(client, page, writable(client, page, role="pathologist")).status_code == 403
    end = reverse("api-membership-end", args=[world.admin.acting()])
    assert post(client, end).status_code == 403
    away = reverse("api-person-deactivate", args=[world.admin.who()])
    assert post(client, away).status_code == 403
    assert Membership.objects.active().filter(pk=world.admin.acting(), role="lab_admin").exists()


def test_open_work_is_told_before_a_membership_ends_and_it_ends_once(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership(world, "expert")
    open_work = client.get(page).json()["open_work"]
    assert {"number": world.request("accepted").number, "to": "", "is_draft": False} in open_work
    end = reverse("api-membership-end", args=[world.expert.acting()])
    assert post(client, end, "").status_code == 400, "without a key"
    first, again = post(client, end), post(client, end)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["last_day"] is not None and first.json()["open_work"] == []
    assert not Membership.objects.not_ended().filter(pk=world.expert.acting()).exists()
    assert client.get(page).status_code == 404


def test_a_role_that_no_longer_signs_moves_no_open_work_unseen(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership(world, "expert")
    given = writable(client, page, role="lab_staff")
    refused = put(client, page, given)
    assert refused.status_code == 422
    assert world.request("accepted").number in refused.json()["fields"]["open_work_seen"]
    assert Membership.objects.get(pk=world.expert.acting()).role == "pathologist"
    assert world.request("accepted").status == "accepted"
    assert put(client, page, given | {"open_work_seen": True}).status_code == 200
    assert world.request("accepted").status == "declined"


def test_a_name_is_corrected_and_an_account_deactivated(world: World, mirror: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), reverse("api-person", args=[world.staff.who()])
    tag = client.get(page)["ETag"]
    given = {"title": "", "given_name": "New", "family_name": "Name", "email": "new.staff@north.example"}
    assert put(client, page, given, tag).json()["family_name"] == "Name"
    assert AddressChange.objects.get(person=world.staff.who()).new_email == "new.staff@north.example"
    late = put(client, page, given | {"family_name": "Late"}, tag)
    assert (late.status_code, late.json()["current"]["family_name"]) == (409, "Name")
    away = reverse("api-person-deactivate", args=[world.staff.who()])
    assert [post(client, away).status_code for _ in range(2)] == [204, 204]
    assert not world.user("staff").is_active
    Membership.objects.create(user_id=world.asker.who(), organisation_id=mirror.admin.lab(), role="pathologist")
    other = reverse("api-person-deactivate", args=[world.asker.who()])
    assert post(client, other, "members-key-2").status_code == 403
    assert world.user("asker").is_active


def test_the_laboratorys_particulars_are_written_over_the_version_that_was_read(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), reverse("api-organisation", args=[world.admin.lab()])
    read = client.get(page)
    given = read.json() | {"address": "2 Street", "country": "DE", "kind": "network"}
    answer = put(client, page, given, read["ETag"])
    assert answer.json() == read.json() | {"address": "2 Street"}, "and its place stays"
    late = put(client, page, given | {"address": "3 Street"}, read["ETag"])
    assert (late.status_code, late.json()["current"]["address"]) == (409, "2 Street")
    assert Organisation.objects.get(pk=world.admin.lab()).address == "2 Street"
    wrong = put(client, page, given | {"time_zone": "Moon/Crater"})
    assert wrong.status_code == 422
    assert "time_zone" in wrong.json()["fields"]
