"""The patient is the same everywhere: name at birth and name used too, from the banner to the PDF."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.access.lock import Seen
from cases.models import CaseGrant, Patient
from consult.reports.actions.edit import edit
from consult.reports.actions.receive import receive
from consult.reports.models import Report
from consult.reports.models.report import Kind
from consult.requests.actions.accept import accept
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from core.actor import Actor
from tests.cast import World
from tests.reports.document_sample import page_texts
from tests.reports.pages import documents_in, make_document, preview, sign

pytestmark = pytest.mark.usefixtures("own_cache")  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]
SEEN = Seen(1, 1)
BIRTH, USED = "Kuifeendje", "Annetje"  # names that nobody else has


@pytest.fixture
def request_(world: World) -> ConsultRequest:
    """A request about a patient with both names, accepted, its opinion written."""
    request, expert = world.request("draft"), world.expert
    Patient.objects.filter(cases=request.case_id).update(birth_family_name=BIRTH, used_name=USED)
    request = send(actor=world.asker, request_id=request.pk, version=request.version, seen=SEEN)
    request = accept(
        actor=expert, request_id=request.pk, version=request.version, seen=SEEN, accession_number="EXP-names"
    )
    report = Report.objects.get(request=request)
    edit(actor=expert, report_id=report.pk, version=report.version, seen=SEEN, text={"answer": "Yes."})
    return request


def names_both(text: str) -> list[bool]:
    """Whether both names stand there, each with the word that says which it is."""
    words = " ".join(text.replace("</dt><dd>", " ").split())
    return [f"Name at birth {BIRTH.upper()}" in words, f"Name used {USED}" in words]


def test_what_the_expert_reads_and_signs_names_the_patient_alike(
    world: World, sign_in: SignIn, request_: ConsultRequest, tmp_path: Path, settings: Any
) -> None:
    expert, report = sign_in(world.expert), Report.objects.get(request=request_)
    reading = expert.get(reverse("requests:read", args=[request_.pk])).content.decode()
    assert names_both(reading[reading.index('class="cs-patient') : reading.index("</section>")]) == [True, True]
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    paper, dialog = page.index("<article"), page.index('id="sign-dialog"')
    for part in (page[:paper], page[paper : page.index("</article>")], page[dialog:]):
        assert names_both(part) == [True, True]
    with documents_in(tmp_path, settings):
        assert sign(expert, report, preview(expert, report)).status_code == 302
        signed = expert.get(reverse("reports:detail", args=[report.pk])).content.decode()
        assert names_both(signed[: signed.index("<article")]) == [True, True]
        assert names_both(signed[signed.index("<article") :]) == [True, True]
        printed = page_texts((tmp_path / make_document(report).name).read_bytes())
    assert all(names_both(text) == [True, True] for text in printed)
    patient = report.versions.get().tree.patient
    assert (patient.birth_family_name, patient.used_name) == (BIRTH, USED)


def test_a_reader_under_a_pseudonym_meets_neither_name(world: World, sign_in: SignIn, request_: ConsultRequest) -> None:
    case_id = request_.case_id
    version = receive(
        actor=world.asker, case_id=case_id, seen=SEEN, diagnosis="Naevus.", reason="Revised", after_version=1
    )
    assert version.tree.patient.used_name == USED
    report = Report.objects.get(case=case_id, kind=Kind.RECEIVED)
    CaseGrant.objects.filter(content_object=case_id, permission__codename="view_identity").delete()
    page = sign_in(world.expert).get(reverse("reports:detail", args=[report.pk])).content.decode()
    assert "Naevus." in page
    assert BIRTH.upper() not in page.upper() and USED.upper() not in page.upper()
