"""What is changed between the question and the signature: it stops the signature, or the signer has to say so."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from consult.reports.models import Report
from consult.requests.models import ConsultRequest
from core.actor import Actor
from tests.cast import CANARY, PASSWORD, World
from tests.reports.pages import preview, sign, write
from tests.requests.changes import (
    BLOCKING,
    CHANGES,
    CORRECTED,
    NEW_HISTORY,
    NEW_NUMBER,
    WARNING,
    confirm,
    move,
    rename,
)

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]
# By kind: what the signer reads before signing, the old beside the new.
TOLD = {
    "other_patient": (
        "The case was moved to another patient after the request was sent.",
        f"Name as sent: {CANARY.upper()}, Given accepted. Now: {CANARY.upper()}, Given declined.",
        "Dr North Asker has to confirm the request for the new patient first.",
    ),
    "accession_number_changed": (
        f"Accession number as sent: N-accepted. Now: {NEW_NUMBER}.",
        "Dr North Asker has to confirm the request with the new number first.",
    ),
    "patient_corrected": (
        "The patient&#x27;s record was corrected after the request was sent.",
        f"Name as sent: {CANARY.upper()}, Given accepted. Now: {CORRECTED.upper()}, Given accepted.",
        "The opinion names the patient as sent.",
    ),
    "material_corrected": ("A1-HE", "X0-HE", "The opinion names the slides as they are called now."),
    "history_edited": (
        "The clinical details were edited after the request was sent.",
        "The opinion prints the details that were sent.",
    ),
}


@pytest.fixture
def accepted(world: World) -> ConsultRequest:
    """The request that the expert works on."""
    return world.request("accepted")


def before_signing(client: Client, report: Report) -> str:
    """The list of the preview."""
    page = client.get(reverse("reports:preview", args=[report.pk])).content.decode()
    return page[page.index("Before you sign") : page.index("Who signs")]


def report_of(world: World, request: ConsultRequest) -> Report:
    """The opinion on it, written before anything changes."""
    assert request.report is not None
    write(world)
    return Report.objects.get(pk=request.report.pk)


@pytest.mark.parametrize("kind", BLOCKING)
def test_another_patient_or_number_stops_the_signature_until_it_is_confirmed(
    world: World, sign_in: SignIn, accepted: ConsultRequest, kind: str
) -> None:
    report, expert = report_of(world, accepted), sign_in(world.expert)
    held = preview(expert, report)
    CHANGES[kind](world, accepted)
    listed = before_signing(expert, report)
    assert all(words in listed for words in TOLD[kind])
    assert "Must be mended first" in listed
    assert preview(expert, report) == {}  # there is no form to sign with
    assert sign(expert, report, held, confirmed=[kind]).status_code in {409, 422}
    assert not report.versions.exists()
    confirm(world.asker, accepted)
    assert sign(expert, report, preview(expert, report)).status_code == 302
    content = report.versions.get().tree
    assert content.patient.given_names == ("Given declined" if kind == "other_patient" else "Given accepted")
    assert content.asking.accession_number == (NEW_NUMBER if kind != "other_patient" else "N-accepted")


@pytest.mark.parametrize("kind", WARNING)
def test_what_else_was_changed_must_be_confirmed_by_the_signer(
    world: World, sign_in: SignIn, accepted: ConsultRequest, kind: str
) -> None:
    report, expert = report_of(world, accepted), sign_in(world.expert)
    CHANGES[kind](world, accepted)
    listed = before_signing(expert, report)
    assert all(words in listed for words in TOLD[kind])
    assert "You confirm this when you sign" in listed
    held = preview(expert, report)
    assert sign(expert, report, held).status_code == 422
    assert not report.versions.exists()
    assert sign(expert, report, held, confirmed=[kind]).status_code == 302


@pytest.mark.parametrize("kind", WARNING)
def test_after_confirming_the_opinion_says_what_is_now_and_nobody_is_warned(
    world: World, sign_in: SignIn, accepted: ConsultRequest, kind: str
) -> None:
    report, expert = report_of(world, accepted), sign_in(world.expert)
    CHANGES[kind](world, accepted)
    held = preview(expert, report)
    confirm(world.asker, accepted)
    if kind != "material_corrected":  # the preview named the slides as they are called already
        assert sign(expert, report, held).status_code == 409
    assert sign(expert, report, preview(expert, report)).status_code == 302
    content = report.versions.get().tree
    assert content.patient.family_name == (CORRECTED if kind == "patient_corrected" else CANARY)
    assert (content.clinical_details == NEW_HISTORY) == (kind == "history_edited")
    assert (content.slides[0].label == "X0-HE") == (kind == "material_corrected")


def test_the_signer_is_not_sent_to_mend_what_only_the_requester_can(
    world: World, sign_in: SignIn, accepted: ConsultRequest
) -> None:
    report = report_of(world, accepted)
    move(world, accepted)
    listed = before_signing(sign_in(world.expert), report)
    assert "Mend this" not in listed
    assert reverse("requests:detail", args=[accepted.pk]) in listed


@pytest.mark.parametrize(
    ("kind", "confirmed", "status"),
    [*((kind, True, 422) for kind in BLOCKING)]
    + [(kind, confirmed, 201 if confirmed else 422) for kind in WARNING for confirmed in (True, False)],
)
def test_the_api_holds_the_signature_to_the_same(
    world: World, sign_in: SignIn, accepted: ConsultRequest, kind: str, confirmed: bool, status: int
) -> None:
    report, client = report_of(world, accepted), sign_in(world.expert)
    CHANGES[kind](world, accepted)
    address = f"/api/v1/reports/{report.pk}"
    shown = client.get(f"{address}/preview").json()
    found = {each["code"]: each["blocks"] for each in shown["checks"]}
    assert found == {kind: kind in BLOCKING, "slides_not_opened": False}
    answer = client.post(
        f"{address}/sign",
        {
            "seen": shown["seen"],
            "shown_sha256": shown["sha256"],
            "confirmed": ["slides_not_opened", kind] if confirmed else ["slides_not_opened"],
            "password": PASSWORD,
        },
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4()), "If-Match": f'"{shown["version"]}"'},
    )
    assert answer.status_code == status, answer.content
    assert report.versions.exists() == (status == 201)


def test_a_patient_who_was_corrected_and_put_back_stops_nobody(
    world: World, sign_in: SignIn, accepted: ConsultRequest
) -> None:
    report, expert = report_of(world, accepted), sign_in(world.expert)
    rename(world, accepted)
    rename(world, accepted, CANARY)
    assert sign(expert, report, preview(expert, report)).status_code == 302
