"""Tokens of machines: who makes one, what it opens, and every way in which it opens nothing."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import sessions, tokens
from accounts.actions.make_token import make_token
from accounts.actions.withdraw_token import withdraw_token
from accounts.models import MachineToken, Membership, Organisation, SignIn, User
from accounts.policy import administered, is_platform_admin, visible_audit
from accounts.scopes import Scope
from cases.access.pages import case_page
from cases.access.queries import visible_cases, visible_slides
from cases.models import Case
from consult.reports.models import Report
from consult.reports.policy import visible_reports
from consult.requests.policy import visible_requests
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.access.row import JSON
from tests.accounts.machine_tokens import machine_client, machine_token, made_token
from tests.cast import PASSWORD, Answer, World, client_for, outsider

pytestmark = pytest.mark.usefixtures("own_cache")  # refusals are counted there
SignedIn = Callable[[Actor], Client]
ALL = tuple(Scope.values)
NEW = {
    "accession_number": "LIS-1",
    "organ_system": "skin",
    "patient": {"family_name": "Other", "identifiers": [{"system": "LOCAL", "value": "9"}], "sex": "F"},
}


def machine(world: World, *scopes: str, **more: Any) -> Actor:
    """The actor that such a token makes."""
    token, _text = made_token(world, *scopes, **more)
    return tokens.actor_of(token, "192.0.2.7")


def cases(client: Client, **more: Any) -> Answer:
    return client.get(reverse("api-cases"), **more)


def problem(answer: Answer) -> tuple[int, str]:
    """Status and kind of a refusal, which is always problem+json."""
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]


def refused_rows() -> list[tuple[str, str, str, str]]:
    rows = AuditEvent.objects.filter(outcome="denied").order_by("pk")
    return [(row.action, row.person_name, row.reason, row.address) for row in rows]


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


# Ways in which it opens nothing


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


# What it opens


def test_each_scope_opens_what_it_says(world: World) -> None:
    """Every scope alone on top of reading cases: in where it is asked for, 403 everywhere else."""
    case, request = world.case("answered"), world.request("answered")
    report = world.report("answered")
    gets = {
        reverse("api-cases"): "cases:read",
        reverse("api-case", args=[case.pk]): "cases:read",
        reverse("api-patient", args=[case.patient_id]): "cases:read",
        reverse("api-requests"): "requests:read",
        reverse("api-request", args=[request.pk]): "requests:read",
        reverse("api-reports"): "reports:read",
        reverse("api-report", args=[report.pk]): "reports:read",
        reverse("api-report-version", args=[report.pk, 1]): "reports:read",
        reverse("api-report-pdf", args=[report.pk, 1]): "reports:read",
    }
    for scope in ALL:
        scopes = {"cases:read", scope}
        client = machine_client(machine_token(world, *scopes))
        found = {address: client.get(address).status_code for address in gets}
        assert found == {address: 200 if needed in scopes else 403 for address, needed in gets.items()}
        new = client.post(reverse("api-cases"), NEW, content_type=JSON, headers={"Idempotency-Key": "new-case-1"})
        assert new.status_code == (201 if scope == "cases:write" else 403)


def test_it_sees_its_own_laboratory_and_no_other(world: World, mirror: World) -> None:
    actor = machine(world, *ALL)
    own = set(Case.objects.filter(organisation=world.asker.organisation).values_list("pk", flat=True))
    assert set(visible_cases(actor).values_list("pk", flat=True)) == own
    assert {case.pk for case in case_page(actor, size=1000).cases} == own
    assert set(visible_slides(actor).values_list("case", flat=True)) == own
    assert set(visible_requests(actor)) == set(visible_requests(world.staff))
    assert set(visible_reports(actor)) == set(visible_reports(world.staff))
    client = machine_client(machine_token(world, *ALL))
    assert problem(client.get(reverse("api-case", args=[mirror.case("sent").pk]))) == (404, "not-found")
    answering = tokens.actor_of(made_token_of(world.expert_admin), "")
    assert not visible_cases(answering).exists(), "nor by what somebody shared with a person of it"
    assert set(visible_requests(answering)) == set(visible_requests(world.expert_colleague)), (
        "but what it accepted is its own record"
    )


def made_token_of(admin: Actor) -> MachineToken:
    return make_token(actor=admin, name="LIS", purpose="Cases", scopes=ALL, days=9)[0]


def test_without_a_scope_the_lists_are_empty_too(world: World) -> None:
    """Not the door alone: what a machine without the scope sees is nothing, whoever asks for it."""
    actor = machine(world, "cases:read")
    assert visible_cases(actor).exists()
    assert not visible_requests(actor).exists()
    assert not visible_reports(actor).exists()
    Report.objects.filter(case=world.case("sent")).update(author=None)  # a row without author is nobody's draft
    assert not visible_reports(actor).exists()


def test_a_machine_is_not_the_system(world: World) -> None:
    """Jobs and commands act for all organisations; a token acts for none but its own, and administers nothing."""
    actor = machine(world, *ALL)
    assert not actor.is_system
    assert not administered(actor).exists()
    assert not visible_audit(actor).exists()
    assert not is_platform_admin(actor)


def test_it_registers_cases_with_material_under_its_name(world: World) -> None:
    client = machine_client(machine_token(world, "cases:read", "cases:write", name="LIS"))
    headers = {"Idempotency-Key": "from-the-lis-1"}
    made = client.post(reverse("api-cases"), NEW, content_type=JSON, headers=headers)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert made.json()["actions"] == ["add_material"], "what else an editor may, a machine may not"
    again = client.post(reverse("api-cases"), NEW, content_type=JSON, headers=headers)
    assert (again.status_code, again.json()["id"]) == (201, key)
    assert Case.objects.filter(accession_number="LIS-1").count() == 1
    parts = {"parts": [{"label": "Z", "type": "excision"}]}
    more = {"Idempotency-Key": "from-the-lis-2", "If-Match": made["ETag"]}
    added = client.post(reverse("api-case-material", args=[key]), parts, content_type=JSON, headers=more)
    assert added.status_code == 201
    rows = AuditEvent.objects.filter(case=key, outcome="success")
    assert {row.action for row in rows} >= {"case.registered", "case.material_added"}
    assert {(row.person, row.person_name, row.role, row.door, row.organisation) for row in rows} == {
        (None, "LIS", "machine", "api", world.admin.organisation)
    }
    other = machine_client(machine_token(world, "cases:read", "cases:write"))
    taken = other.post(reverse("api-cases"), NEW, content_type=JSON, headers=headers)
    assert taken.status_code == 422, "another machine's key is its own, and so is its answer"


def test_every_look_leaves_a_row_and_the_token_says_when_and_from_where(world: World) -> None:
    token, text = made_token(world, *ALL, name="LIS")
    client = machine_client(text)
    case, report = world.case("answered"), world.report("answered")
    for address in (
        reverse("api-cases"),
        reverse("api-case", args=[case.pk]),
        reverse("api-patient", args=[case.patient_id]),
        reverse("api-requests"),
        reverse("api-request", args=[world.request("answered").pk]),
        reverse("api-reports"),
        reverse("api-report", args=[report.pk]),
        reverse("api-report-version", args=[report.pk, 1]),
        reverse("api-report-pdf", args=[report.pk, 1]),
    ):
        before = AuditEvent.objects.count()
        assert client.get(address, headers={"X-Forwarded-For": "192.0.2.44"}).status_code == 200
        rows = AuditEvent.objects.order_by("-pk")[: AuditEvent.objects.count() - before]
        assert [(row.person_name, row.session, row.address) for row in rows] == [
            ("LIS", f"token {token.prefix}", "192.0.2.44")
        ], address
    token.refresh_from_db()
    assert token.last_used_address == "192.0.2.44"
    assert token.last_used_at is not None
    assert clock.now() - token.last_used_at < timedelta(minutes=1)
    page = client_for(world.staff).get(reverse("desk:looked", args=[case.patient_id])).content.decode()
    assert "LIS" in page, "the patient's laboratory reads that a machine looked"
    assert "Machine" in page


def test_whoever_runs_the_installation_sees_and_withdraws_them(world: World) -> None:
    token, _text = made_token(world, "cases:read", name="LIS")
    platform = outsider("platform@installation.example")
    assert "LIS" in platform.get(reverse("accounts:tokens")).content.decode()
    assert platform.post(reverse("accounts:withdraw_token", args=[token.pk])).status_code == 302
    token.refresh_from_db()
    assert token.withdrawn_at is not None


def test_the_description_of_the_api_says_what_is_for_machines(client: Client) -> None:
    schema = client.get(reverse("api-schema"), headers={"Accept": "application/json"}).json()
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    open_to = {
        (path.removeprefix("/api/v1"), method)
        for path, methods in schema["paths"].items()
        for method, said in methods.items()
        if {"token": []} in said.get("security", [])
    }
    assert open_to == {
        ("/cases", "get"),
        ("/cases", "post"),
        ("/cases/{case_id}", "get"),
        ("/cases/{case_id}/material", "post"),
        ("/patients/search", "post"),
        ("/patients/{patient_id}", "get"),
        ("/requests", "get"),
        ("/requests/{request_id}", "get"),
        ("/reports", "get"),
        ("/reports/{report_id}", "get"),
        ("/reports/{report_id}/versions/{number}", "get"),
        ("/reports/{report_id}/versions/{number}/pdf", "get"),
    }
