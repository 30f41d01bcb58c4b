"""Tokens of machines: what one is, who makes and withdraws it, and who hears of that."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.actions.make_token import make_token
from accounts.actions.withdraw_token import withdraw_token
from accounts.models import MachineToken, Membership, User
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.access.row import JSON
from tests.accounts.machine_tokens import ALL, cases, machine, machine_client, machine_token, made_token, problem
from tests.cast import PASSWORD, World, outsider

pytestmark = pytest.mark.usefixtures("own_cache")  # refusals are counted there
SignedIn = Callable[[Actor], Client]


# What a token is


def test_a_token_says_what_it_is_and_only_its_hash_is_kept(world: World) -> None:
    token, text = made_token(world, "cases:read")
    assert re.fullmatch(r"cns_[0-9a-z]{8}_[0-9A-Za-z]{46}", text)
    assert text.startswith(f"cns_{token.prefix}_")
    secret = text.split("_")[2]
    kept = " ".join(str(value) for value in MachineToken.objects.filter(pk=token.pk).values_list()[0])
    assert secret not in kept
    assert secret[:12] not in kept
    assert tokens.hashed(text, "another installation") != token.secret_hash, "the hash needs the installation's key"
    everywhere = "".join(str(row) for row in AuditEvent.objects.filter(action="token.made").values())
    assert secret[:12] not in everywhere


def test_a_letter_misread_is_known_without_asking_the_database(
    world: World, django_assert_num_queries: Callable[[int], Any]
) -> None:
    text = machine_token(world, "cases:read")
    assert tokens.parts(text) is not None
    with django_assert_num_queries(0):
        for place in (5, 20, len(text) - 1):
            other = "a" if text[place] != "a" else "b"
            assert tokens.find(text[:place] + other + text[place + 1 :]) is None
        assert tokens.find("") is None
        assert tokens.find(text + "x") is None


def test_a_former_key_of_the_installation_still_counts_while_it_is_kept(world: World, settings: Any) -> None:
    token, text = made_token(world, "cases:read")
    former, settings.SECRET_KEY = settings.SECRET_KEY, "the next one"
    assert not tokens.is_of(token, text)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert tokens.is_of(token, text)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", {"name": "  "}),
        ("purpose", {"purpose": ""}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["reports:read"]}),
        ("scopes", {"scopes": ["cases:read", "admin"]}),
        ("days", {"days": 366}),
        ("days", {"days": 0}),
        ("network", {"network": "192.0.2.1/24"}),
        ("network", {"network": "everywhere"}),
    ],
)
def test_what_cannot_be_a_token_is_said_at_its_field(world: World, field: str, given: dict[str, Any]) -> None:
    fine: dict[str, Any] = {"name": "LIS", "purpose": "Cases", "scopes": ["cases:read"], "days": 365}
    with pytest.raises(Invalid) as refusal:
        make_token(actor=world.admin, **fine | given)
    assert set(refusal.value.fields) == {field}
    assert not MachineToken.objects.filter(name="LIS").exists()


def test_the_database_refuses_a_longer_life_too(world: World) -> None:
    token, _text = made_token(world, "cases:read", days=365)
    for change in ({"expires_at": token.created_at + timedelta(days=366)}, {"scopes": ["reports:read"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MachineToken.objects.filter(pk=token.pk).update(**change)


def test_two_tokens_that_count_cannot_bear_one_name(world: World, mirror: World) -> None:
    first, _text = made_token(world, "cases:read", name="LIS")
    with pytest.raises(Invalid) as refusal:
        made_token(world, "cases:read", name="LIS")
    assert set(refusal.value.fields) == {"name"}
    made_token(mirror, "cases:read", name="LIS")
    withdraw_token(actor=world.admin, token_id=first.pk)
    made_token(world, "cases:read", name="LIS")


# Who makes and withdraws one


def test_only_an_administrator_of_a_laboratory_makes_one(world: World) -> None:
    platform = User.objects.get(email="platform@installation.example")
    others = [actor for who, actor in world.people.items() if who not in {"admin", "expert_admin"}]
    others += [Actor(person=platform.pk, name="Platform"), machine(world, *ALL)]
    for actor in others:
        with pytest.raises(Forbidden):
            make_token(actor=actor, name="X", purpose="Y", scopes=["cases:read"], days=1)


def test_the_text_is_shown_once(world: World, sign_in: SignedIn) -> None:
    admin = sign_in(world.admin)
    sent = {"name": "LIS", "purpose": "Cases", "scopes": ["cases:read"], "network": "", "days": "90"}
    answer = admin.post(reverse("accounts:tokens"), sent)
    assert answer.status_code == 200
    (text,) = re.findall(r"cns_[0-9a-z]{8}_[0-9A-Za-z]{46}", answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert cases(machine_client(text)).status_code == 200
    secret = text.split("_")[2]
    token = MachineToken.objects.get(name="LIS")
    for address in (reverse("accounts:tokens"), reverse("accounts:token", args=[token.pk]), reverse("api-tokens")):
        page = admin.get(address).content.decode()
        assert "LIS" in page
        assert secret not in page
    again = admin.post(reverse("accounts:tokens"), sent)
    assert again.status_code == 422
    assert "There is a token of this name already" in again.content.decode()
    assert 'value="Cases"' in again.content.decode(), "nothing typed is lost"


def stale(client: Client) -> Client:
    """The same session, in which nobody has proved for a while who they are."""
    session = client.session
    for each in session["account_authentication_methods"]:
        each["at"] -= 3600
    session.save()
    return client


def test_making_and_withdrawing_ask_again_who_it_is(world: World, sign_in: SignedIn) -> None:
    token, _text = made_token(world, "cases:read")
    admin = stale(sign_in(world.admin))
    sent = {"name": "LIS", "purpose": "Cases", "scopes": ["cases:read"], "days": "90"}
    assert admin.post(reverse("accounts:tokens"), sent).status_code == 422
    assert admin.post(reverse("accounts:withdraw_token", args=[token.pk])).status_code == 422
    api = {**sent, "days": 90}
    assert admin.post(reverse("api-tokens"), api, content_type=JSON).status_code == 401
    assert admin.post(reverse("api-token-withdraw", args=[token.pk]), {}, content_type=JSON).status_code == 401
    admin.post(
        reverse("admin:accounts_machinetoken_changelist"), {"action": "withdraw", "_selected_action": str(token.pk)}
    )
    assert not MachineToken.objects.filter(name="LIS").exists()
    assert MachineToken.objects.in_force().filter(pk=token.pk).exists()
    made = admin.post(reverse("api-tokens"), {**api, "password": PASSWORD}, content_type=JSON)
    assert made.status_code == 201
    assert cases(machine_client(made.json()["token"])).status_code == 200
    assert admin.post(reverse("accounts:withdraw_token", args=[token.pk]), {"password": PASSWORD}).status_code == 302
    assert MachineToken.objects.get(pk=token.pk).withdrawn_by_id == world.admin.who()


def test_withdrawing_is_for_those_who_administer_the_laboratory(world: World) -> None:
    token, _text = made_token(world, "cases:read")
    for who in ("asker", "expert_admin", "stranger"):
        with pytest.raises(Hidden):
            withdraw_token(actor=world.people[who], token_id=token.pk)
    with pytest.raises(Forbidden):
        withdraw_token(actor=world.officer, token_id=token.pk)
    with pytest.raises(Hidden):
        withdraw_token(actor=tokens.actor_of(token, ""), token_id=token.pk)
    withdraw_token(actor=world.admin, token_id=token.pk)
    with pytest.raises(Conflict):
        withdraw_token(actor=world.admin, token_id=token.pk)


def test_the_admin_site_reads_and_withdraws_and_makes_none(world: World, sign_in: SignedIn) -> None:
    token, text = made_token(world, "cases:read", name="LIS")
    admin, listed = sign_in(world.admin), reverse("admin:accounts_machinetoken_changelist")
    assert "LIS" in admin.get(listed).content.decode()
    page = admin.get(reverse("admin:accounts_machinetoken_change", args=[token.pk])).content.decode()
    assert token.prefix in page
    assert token.secret_hash not in page
    assert admin.get(reverse("admin:accounts_machinetoken_add")).status_code == 403
    admin.post(listed, {"action": "withdraw", "_selected_action": str(token.pk)})
    assert problem(cases(machine_client(text))) == (401, "token-refused")
    assert "LIS" not in sign_in(world.expert_admin).get(listed).content.decode()


def test_whoever_runs_the_installation_sees_and_withdraws_them(world: World) -> None:
    token, _text = made_token(world, "cases:read", name="LIS")
    platform = outsider("platform@installation.example")
    assert "LIS" in platform.get(reverse("accounts:tokens")).content.decode()
    assert platform.post(reverse("accounts:withdraw_token", args=[token.pk])).status_code == 302
    token.refresh_from_db()
    assert token.withdrawn_at is not None


# Who hears of it


def told(step: str) -> dict[Any, str]:
    run.drain()
    return {row.recipient_id: row.sentence for row in Notification.objects.filter(kind=f"token.{step}")}


def test_the_others_who_watch_over_the_laboratory_are_told(world: World) -> None:
    other = world.clinician
    Membership.objects.filter(pk=other.acting()).update(role="lab_admin")
    token, text = made_token(world, "cases:read")
    made = told("made")
    assert set(made) == {other.person, world.officer.person}, "but not who made it, nor another laboratory"
    assert all(f"cns_{token.prefix}" in each and world.admin.name in each for each in made.values())
    assert text.split("_")[2] not in str(made)
    withdraw_token(actor=world.admin, token_id=token.pk)
    assert set(told("withdrawn")) == {other.person, world.officer.person}


def test_fourteen_days_before_the_end_all_are_told(world: World, at: Callable[[datetime], None]) -> None:
    token, _text = made_token(world, "cases:read", days=90)
    made_token(world, "cases:read", days=14)
    gone, _text = made_token(world, "cases:read", days=90)
    withdraw_token(actor=world.admin, token_id=gone.pk)
    assert told("ends") == {}
    at(token.expires_at - timedelta(days=14) + timedelta(minutes=1))
    found = told("ends")
    assert set(found) == {world.admin.person, world.officer.person}
    assert {row.subject for row in Notification.objects.filter(kind="token.ends")} == {token.pk}
