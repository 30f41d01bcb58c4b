"""Reports in the API: the same conditions as the pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from consult.reports.models import Report, Signature
from core.actor import Actor
from core.audit.models import AuditEvent
from core.web.models import IdempotentAnswer
from tests.cast import PASSWORD, Answer, World
from tests.reports.pages import write

pytestmark = pytest.mark.usefixtures("own_cache")  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]
ROOT = "/api/v1/reports"


def _post(client: Client, address: str, body: dict[str, Any], *, key: str, etag: str = "") -> Answer:
    headers = {"Idempotency-Key": key} | ({"If-Match": etag} if etag else {})
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def _signature(shown: dict[str, Any], **more: object) -> dict[str, Any]:
    known = {"confirmed": ["slides_not_opened"]}  # the cast's slides have no image
    return {"seen": shown["seen"], "shown_sha256": shown["sha256"], "password": PASSWORD, **known, **more}


def test_the_list_holds_what_the_pages_show_and_nothing_clinical(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.expert_colleague).get(ROOT).json()
    own = {str(world.report(state).pk) for state in ("answered", "acknowledged", "closed")}
    accepted = [world.case(state) for state in ("accepted", "waiting", "answered", "acknowledged", "closed")]
    shared = Report.objects.filter(case__in=accepted, kind="received")
    assert {row["id"] for row in answer["results"]} == own | {str(report.pk) for report in shared}
    shown = {"id", "case", "organisation", "kind", "status", "language", "created_at", "created_year"}
    assert set(answer["results"][0]) == shown


def test_a_draft_is_read_with_its_etag_and_written_with_it(world: World, sign_in: SignIn) -> None:
    client, report = sign_in(world.expert), world.report("accepted")
    read = client.get(f"{ROOT}/{report.pk}")
    assert read.json()["actions"] == ["edit", "sign"]
    body = {"seen": read.json()["seen"], "answer": "By the API"}
    sent: Any = {"content_type": "application/json", "headers": {"If-Match": read["ETag"]}}
    assert client.patch(f"{ROOT}/{report.pk}", json.dumps(body), **sent).json()["draft"]["answer"] == "By the API"
    late = client.patch(f"{ROOT}/{report.pk}", json.dumps({**body, "answer": "Too late"}), **sent)
    assert late.status_code == 409
    assert late.json()["current"]["draft"]["answer"] == "By the API"


def test_nobody_else_reads_the_draft(world: World, sign_in: SignIn) -> None:
    report = write(world)
    for who in ("asker", "expert_colleague", "stranger"):
        assert sign_in(world.people[who]).get(f"{ROOT}/{report.pk}").status_code == 404


def test_signing_wants_preview_password_and_key_and_happens_once(world: World, sign_in: SignIn) -> None:
    client, report = sign_in(world.expert), write(world)
    shown = client.get(f"{ROOT}/{report.pk}/preview")
    body, address = _signature(shown.json()), f"{ROOT}/{report.pk}/sign"
    wrong = _post(client, address, {**body, "password": "guess"}, key="signature-1", etag=shown["ETag"])
    assert wrong.status_code == 401
    assert AuditEvent.objects.filter(action="report.signature_refused", object_id=str(report.pk)).count() == 1
    signed = _post(client, address, body, key="signature-1", etag=shown["ETag"])
    assert signed.status_code == 201
    assert signed.json()["sha256"] == shown.json()["sha256"]
    repeated = _post(client, address, body, key="signature-1", etag=shown["ETag"])
    assert (repeated.status_code, repeated.json()) == (201, signed.json())
    again = _post(client, address, body, key="signature-2", etag=shown["ETag"])
    assert again.status_code == 409
    assert Signature.objects.filter(version__report=report).count() == 1


def test_the_record_of_the_key_knows_nothing_of_the_password(world: World, sign_in: SignIn) -> None:
    client, report = sign_in(world.expert), write(world)
    shown = client.get(f"{ROOT}/{report.pk}/preview")
    address = f"{ROOT}/{report.pk}/sign"
    _post(client, address, _signature(shown.json()), key="signature-3", etag=shown["ETag"])
    with_it = IdempotentAnswer.objects.get(key="signature-3").fingerprint
    other = world.user("expert")
    other.set_password("quite another password")
    other.save(update_fields=["password"])
    client = sign_in(world.expert)
    body = _signature(shown.json(), password="quite another password")
    assert _post(client, address, body, key="signature-3", etag=shown["ETag"]).status_code == 201
    assert IdempotentAnswer.objects.get(key="signature-3").fingerprint == with_it


def test_a_text_changed_after_the_preview_is_refused(world: World, sign_in: SignIn) -> None:
    client, report = sign_in(world.expert), write(world)
    shown = client.get(f"{ROOT}/{report.pk}/preview")
    write(world, answer="Another answer.")
    address = f"{ROOT}/{report.pk}/sign"
    assert _post(client, address, _signature(shown.json()), key="signature-4", etag=shown["ETag"]).status_code == 409
    assert not report.versions.exists()


def test_a_version_is_read_with_its_content_and_leaves_a_row(world: World, sign_in: SignIn) -> None:
    report = world.report("closed")
    read = sign_in(world.expert_colleague).get(f"{ROOT}/{report.pk}/versions/1").json()
    assert read["content"]["sections"][0]["text"] == "Yes, a Spitz naevus."
    assert (read["masked"], read["signatures"][0]["printed_name"]) == (False, "Dr North Expert")
    assert AuditEvent.objects.filter(action="report.read", person=world.expert_colleague.person).count() == 1


def test_the_own_report_is_brought_in_by_its_laboratory_only(world: World, sign_in: SignIn) -> None:
    seen = {"case": 1, "patient": 1}
    body = {
        "case": str(world.case("accepted").pk),
        "seen": seen,
        "diagnosis": "Atypical Spitz tumour.",
        "reason": "Deeper levels",
        "after_version": 1,
    }
    assert _post(sign_in(world.expert), ROOT, body, key="receive-1").status_code == 403
    assert _post(sign_in(world.stranger), ROOT, body, key="receive-2").status_code == 404
    made = _post(sign_in(world.asker), ROOT, body, key="receive-3")
    assert made.status_code == 201
    assert [version["number"] for version in made.json()["versions"]] == [2, 1]
