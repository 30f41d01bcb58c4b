"""Every way in which a machine's token opens nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import sessions, tokens
from accounts.actions.withdraw_token import withdraw_token
from accounts.models import Organisation, SignIn
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.access.row import JSON
from tests.accounts.machine_tokens import ALL, NEW, cases, machine_client, machine_token, made_token, problem
from tests.cast import World, client_for

pytestmark = pytest.mark.usefixtures("own_cache")  # refusals are counted there
SignedIn = Callable[[Actor], Client]


def refused_rows() -> list[tuple[str, str, str, str]]:
    rows = AuditEvent.objects.filter(outcome="denied").order_by("pk")
    return [(row.action, row.person_name, row.reason, row.address) for row in rows]


def test_a_token_opens_the_api_and_nothing_else(world: World) -> None:
    client = machine_client(machine_token(world, *ALL))
    assert cases(client).status_code == 200
    for page in ("desk:home", "cases:list", "accounts:tokens", "admin:index"):
        answer = client.get(reverse(page))
        assert answer.status_code == 302
        assert "login" in answer["Location"]
    assert client.cookies.get(settings.SESSION_COOKIE_NAME) is None


def test_with_a_token_no_cookie_counts(world: World, sign_in: SignedIn) -> None:
    """Neither helps the other: the token's scopes hold, and a wrong token is refused to somebody signed in."""
    text = machine_token(world, "cases:read")
    signed_in = sign_in(world.asker)
    with_both = {"Authorization": f"Bearer {text}"}
    assert signed_in.get(reverse("api-me")).status_code == 200
    assert problem(signed_in.get(reverse("api-me"), headers=with_both)) == (403, "out-of-scope")
    assert problem(cases(signed_in, headers={"Authorization": "Bearer x"})) == (401, "token-refused")
    assert [each[:2] for each in refused_rows()][-1] == ("token.unknown", "-"), "and not under the person's name"
    assert signed_in.get(reverse("api-me")).status_code == 200, "and the session is as it was"
    sessions.pause(SignIn.objects.get(pk=signed_in.session["sign_in"]))
    assert signed_in.get(reverse("api-cases")).status_code == 401
    assert cases(signed_in, headers=with_both).status_code == 200, "a session in part closes nothing to the machine"


def test_a_token_needs_no_csrf_token_and_a_session_does(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {machine_token(world, *ALL)}", "Idempotency-Key": "from-the-lis-1"}
    assert client.post(reverse("api-cases"), NEW, content_type=JSON, headers=headers).status_code == 201
    asker = client_for(world.asker)
    asker.handler.enforce_csrf_checks = True
    headers = {"Idempotency-Key": "from-a-page-1"}
    assert asker.post(reverse("api-cases"), NEW, content_type=JSON, headers=headers).status_code == 403


def test_withdrawn_it_is_refused_from_the_next_request_on(world: World) -> None:
    token, text = made_token(world, "cases:read", name="LIS")
    client = machine_client(text)
    assert cases(client).status_code == 200
    withdraw_token(actor=world.admin, token_id=token.pk)
    answer = cases(client)
    assert problem(answer) == (401, "token-refused")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert refused_rows() == [("access.denied", "LIS", "token-refused", "127.0.0.1")]
    (row,) = AuditEvent.objects.filter(action="access.denied")
    assert (row.organisation, row.role, row.session) == (world.admin.organisation, "machine", f"token {token.prefix}")


def test_its_time_ends_it(world: World, at: Callable[[datetime], None]) -> None:
    token, text = made_token(world, "cases:read", days=1)
    at(token.expires_at - timedelta(minutes=1))
    assert cases(machine_client(text)).status_code == 200
    at(token.expires_at)
    assert problem(cases(machine_client(text))) == (401, "token-refused")


def test_an_organisation_that_is_not_active_has_no_machines(world: World) -> None:
    text = machine_token(world, "cases:read")
    Organisation.objects.filter(pk=world.admin.lab()).update(is_active=False)
    assert problem(cases(machine_client(text))) == (401, "token-refused")


@pytest.mark.parametrize(
    ("network", "address", "status"),
    [
        ("192.0.2.0/24", "192.0.2.200", 200),
        ("192.0.2.0/24", "192.0.3.1", 403),
        ("192.0.2.0/24", "::ffff:192.0.2.9", 200),
        ("192.0.2.0/24", "no address", 403),
        ("2001:db8::/48", "2001:db8::1", 200),
        ("2001:db8::/48", "192.0.2.9", 403),
        ("192.0.2.9", "192.0.2.9", 200),
    ],
)
def test_it_opens_from_its_network_alone(world: World, network: str, address: str, status: int) -> None:
    client = machine_client(machine_token(world, "cases:read", network=network))
    answer = cases(client, headers={"X-Forwarded-For": address})
    assert answer.status_code == status
    if status == 403:
        assert problem(answer) == (403, "wrong-network")
        assert [each[2] for each in refused_rows()] == ["wrong-network"]


def test_a_wrong_secret_is_refused_and_learns_nothing(world: World) -> None:
    """Of a token that was withdrawn it is told the same as of one that counts, and of one that nobody has."""
    token, _text = made_token(world, "cases:read", name="LIS")
    fresh = tokens.made()
    secret = fresh.text.split("_")[2][:40]
    guess = f"cns_{token.prefix}_{secret}{tokens.checksum(token.prefix, secret)}"
    answers = [cases(machine_client(guess)), cases(machine_client(fresh.text)), cases(machine_client("nonsense"))]
    withdraw_token(actor=world.admin, token_id=token.pk)
    answers.append(cases(machine_client(guess)))
    assert {(problem(each), each.json()["title"]) for each in answers} == {
        ((401, "token-refused"), "This token is not valid.")
    }
    assert [each[:2] for each in refused_rows()] == [
        ("access.denied", "LIS"),
        ("token.unknown", "-"),
        ("token.unknown", "-"),
        ("access.denied", "LIS"),
    ]


def test_many_wrong_ones_from_one_address_are_held_back_and_do_not_fill_the_record(world: World) -> None:
    text, wrong = machine_token(world, "cases:read"), machine_client("cns_wrong")
    found = [cases(wrong).status_code for _n in range(15)]
    assert found == [401] * 10 + [429] * 5
    assert cases(wrong)["Retry-After"]
    assert [each[0] for each in refused_rows()] == ["token.unknown"] * 10 + ["token.held_back"]
    assert cases(wrong, headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 401, "each address by itself"
    assert cases(machine_client(text)).status_code == 200, "who has a right one always comes in"
