"""Reading reports: the paper, the PDF for those who may, the own laboratory's report, the draft that saves itself."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import CaseGrant
from consult.reports.models import Report
from consult.reports.models.report import Kind
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import CANARY, Answer, World
from tests.reports.pages import documents_in, make_document, preview, sign, write

SignIn = Callable[[Actor], Client]


@pytest.fixture
def documents(tmp_path: Path, settings: Any) -> Iterator[Path]:
    with documents_in(tmp_path, settings):
        yield tmp_path


def test_the_signed_report_says_who_signed_what_when_and_how(world: World, sign_in: SignIn) -> None:
    report = world.report("answered")
    page = sign_in(world.asker).get(reverse("reports:detail", args=[report.pk])).content.decode()
    version = report.versions.get()
    for words in ("Yes, a Spitz naevus.", "Dr North Expert", "REG-expert", "Author of this opinion", version.sha256):
        assert words in page
    assert "ZWARTKOPMEES" in page
    assert "N-answered" in page
    assert world.request("answered").answering_accession_number in page
    assert "The text is unchanged since it was signed." in page


def test_reading_a_report_is_recorded_with_its_version(world: World, sign_in: SignIn) -> None:
    report = world.report("answered")
    sign_in(world.asker).get(reverse("reports:detail", args=[report.pk]))
    row = AuditEvent.objects.get(action="report.read", person=world.asker.person)
    assert (row.object_id, row.object_version, row.case) == (str(report.pk), 1, report.case_id)


def test_the_answering_laboratory_keeps_its_report_after_the_request_is_closed(world: World, sign_in: SignIn) -> None:
    address = reverse("reports:detail", args=[world.report("closed").pk])
    for who in ("expert", "expert_colleague", "asker", "colleague"):
        assert sign_in(world.people[who]).get(address).status_code == 200, who
    for who in ("stranger", "clinician", "expert_admin"):
        assert sign_in(world.people[who]).get(address).status_code == 404, who


def test_a_reader_under_a_pseudonym_meets_it_in_the_report_too(world: World, sign_in: SignIn) -> None:
    case = world.case("sent")
    report = Report.objects.get(case=case, kind=Kind.RECEIVED)
    CaseGrant.objects.filter(content_object=case, permission__codename="view_identity").delete()
    page = sign_in(world.expert).get(reverse("reports:detail", args=[report.pk])).content.decode()
    assert "Melanocytic lesion." in page
    assert CANARY.upper() not in page.upper()
    assert "N-sent" not in page


def test_the_pdf_goes_to_those_who_may_and_to_nobody_else(world: World, sign_in: SignIn) -> None:
    report = world.report("closed")
    made = report.versions.get().document
    address = reverse("reports:pdf", args=[report.pk, 1])
    for who in ("expert", "expert_colleague", "asker", "colleague", "staff"):
        response: Any = sign_in(world.people[who]).get(address)
        assert response.status_code == 200, who
        body = b"".join(response.streaming_content)
        assert (body[:5], len(body)) == (b"%PDF-", made.size)
        assert response["Cache-Control"] == "no-store"
        assert CANARY not in response["Content-Disposition"]
        assert response["Content-Disposition"].startswith('attachment; filename="report-')
    for who in ("stranger", "clinician", "admin", "expert_admin"):
        assert sign_in(world.people[who]).get(address).status_code == 404, who
    taken = AuditEvent.objects.filter(action="report.downloaded", object_id=str(report.pk))
    assert taken.count() == 5
    assert taken[0].facts["sha256"] == made.sha256


def test_the_page_waits_for_the_pdf_and_then_offers_it(world: World, sign_in: SignIn, documents: Path) -> None:
    report, expert = write(world), sign_in(world.expert)
    sign(expert, report, preview(expert, report))
    client = sign_in(world.asker)
    state, pdf = reverse("reports:document", args=[report.pk, 1]), reverse("reports:pdf", args=[report.pk, 1])
    before = client.get(reverse("reports:detail", args=[report.pk])).content.decode()
    assert "The PDF is being made" in before
    assert f'hx-get="{state}"' in before
    assert client.get(pdf).status_code == 409
    make_document(report)
    after = client.get(state).content.decode()
    assert pdf in after
    assert "hx-trigger" not in after


def test_what_came_from_outside_has_no_pdf_of_ours(world: World, sign_in: SignIn) -> None:
    report = Report.objects.get(case=world.case("answered"), kind=Kind.RECEIVED)
    client = sign_in(world.asker)
    assert "The PDF is being made" not in client.get(reverse("reports:detail", args=[report.pk])).content.decode()
    assert client.get(reverse("reports:pdf", args=[report.pk, 1])).status_code == 404


def _received_form(world: World, **typed: object) -> dict[str, object]:
    seen = world.seen("accepted")
    versions = {"seen_case": seen.case, "seen_patient": seen.patient, "after_version": 1}
    return {**versions, "diagnosis": "Atypical Spitz tumour.", "reason": "Deeper levels", **typed}


def test_the_own_laboratory_brings_in_a_newer_version_with_its_reason(world: World, sign_in: SignIn) -> None:
    case = world.case("accepted")
    client = sign_in(world.asker)
    address = reverse("reports:receive", args=[case.pk])
    page = client.get(address).content.decode()
    assert "Melanocytic lesion." in page, "starts from what is there"
    assert "Version 1 was brought in" in page
    without = client.post(address, _received_form(world, reason=""))
    assert without.status_code == 422
    assert "Say why there is a newer version." in without.content.decode()
    report = Report.objects.get(case=case, kind=Kind.RECEIVED)
    assert client.post(address, _received_form(world)).status_code == 302
    assert [version.number for version in report.versions.all()] == [1, 2]
    old = client.get(reverse("reports:detail", args=[report.pk]), {"version": "1"}).content.decode()
    assert "This is not the newest version" in old


def test_two_who_bring_in_a_version_at_once_lose_nothing_of_what_was_typed(world: World, sign_in: SignIn) -> None:
    case = world.case("accepted")
    client = sign_in(world.asker)
    address = reverse("reports:receive", args=[case.pk])
    assert client.post(address, _received_form(world)).status_code == 302
    late = client.post(address, _received_form(world, diagnosis="What the second one typed."))
    assert late.status_code == 409
    page = late.content.decode()
    assert "What the second one typed." in page
    assert 'name="after_version" value="2"' in page, "looked at once more, it can be stored"


def test_another_laboratory_brings_in_nothing(world: World, sign_in: SignIn) -> None:
    address = reverse("reports:receive", args=[world.case("accepted").pk])
    assert sign_in(world.expert).get(address).status_code == 403
    assert sign_in(world.stranger).get(address).status_code == 404


def _save(client: Client, world: World, version: int, **text: object) -> Answer:
    report = world.report("accepted")
    seen = world.seen("accepted")
    return client.post(
        reverse("reports:edit", args=[report.pk]),
        {"seen_case": seen.case, "seen_patient": seen.patient, **text},
        headers={"Accept": "application/json", "If-Match": f'"{version}"'},
    )


def test_a_draft_saves_itself_and_keeps_what_was_not_sent(world: World, sign_in: SignIn) -> None:
    client, before = sign_in(world.expert), world.report("accepted").version
    saved = _save(client, world, before, answer="First thought. ", confidence="favoured")
    assert saved.status_code == 200
    assert _save(client, world, saved.json()["version"], comment="Deeper levels might help.").status_code == 200
    draft = world.report("accepted").draft
    assert (draft["answer"], draft["confidence"]) == ("First thought. ", "favoured")
    assert draft["comment"] == "Deeper levels might help."


def test_two_windows_meet_and_both_texts_are_there(world: World, sign_in: SignIn) -> None:
    client, before = sign_in(world.expert), world.report("accepted").version
    saved = _save(client, world, before, answer="From the first window")
    late = _save(client, world, before, answer="From the second window")
    assert late.status_code == 409
    assert late.json()["current"]["version"] == saved.json()["version"]
    assert late.json()["current"]["fields"]["answer"] == "From the first window"
    assert late.json()["current"]["own"] is True, "both windows are the same person's"


def test_an_expired_login_is_told_to_the_script_and_not_hidden_behind_a_page(world: World) -> None:
    answer = _save(Client(), world, 1, answer="Typed for an hour")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_button_saves_too_and_leads_to_the_preview(world: World, sign_in: SignIn) -> None:
    report, seen = world.report("accepted"), world.seen("accepted")
    body = {"seen_case": seen.case, "seen_patient": seen.patient, "version": report.version, "answer": "By the button"}
    response = sign_in(world.expert).post(reverse("reports:edit", args=[report.pk]), body)
    assert response["Location"] == reverse("reports:preview", args=[report.pk])
    assert world.report("accepted").draft["answer"] == "By the button"
