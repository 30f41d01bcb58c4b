"""What a machine's token opens: by its scopes, of its laboratory alone, under its name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.actions.make_token import make_token
from accounts.models import MachineToken
from accounts.policy import administered, is_platform_admin, visible_audit
from cases.access.pages import case_page
from cases.access.queries import visible_cases, visible_slides
from cases.models import Case
from consult.reports.models import Report
from consult.reports.policy import visible_reports
from consult.requests.policy import visible_requests
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.access.row import JSON
from tests.accounts.machine_tokens import ALL, NEW, machine, machine_client, machine_token, made_token, problem
from tests.cast import World, client_for

pytestmark = pytest.mark.usefixtures("own_cache")  # refusals are counted there


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
