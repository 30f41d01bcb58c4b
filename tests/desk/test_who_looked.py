"""Who looked at a patient: the owner laboratory reads what anybody did with its cases, and nobody else does."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.actions.work import WorkFields, enter_absence, plan_work
from accounts.models import Organisation
from cases.emergency.actions.end import end
from cases.models import Denial, PatientIdentifier
from cases.trail import looked_at
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.audit.record import record
from core.ids import new_id
from tests.basis.helping import note
from tests.cast import CANARY, World, client_for, local_day
from tests.desk.on_record import newest, page
from tests.emergency.helping import call
from tests.exclusions.helping import keeps_out
from tests.objections.test_objections import objects

pytestmark = pytest.mark.ci

Signer = Callable[[Actor], Client]


def test_the_owner_laboratory_sees_what_an_expert_elsewhere_did_and_why(world: World, sign_in: Signer) -> None:
    case, slide = world.case("sent"), world.slides("sent")[0]
    expert = sign_in(world.expert)
    expert.get(reverse("cases:detail", args=[case.pk]))
    expert.post(reverse("slides:opened", args=[slide.pk]))
    html = sign_in(world.staff).get(page(world)).content.decode()
    assert "Dr North Expert" in html
    assert "North answering laboratory" in html
    assert f"Case opened; Slide opened: {slide.label}" in html, "one line for what was one sitting"
    assert f"Asked for an opinion ({world.request('sent').number})" in html
    assert "CET" in html, "the zone beside the time"


def test_every_row_of_a_line_can_be_read(world: World, sign_in: Signer) -> None:
    case = world.case("sent")
    for _ in range(3):
        sign_in(world.expert).get(reverse("cases:detail", args=[case.pk]))
    (line,) = looked_at(world.staff, [case.pk], show="others").lines[:1]
    assert len(line.acts) == 1, "each time in a session of its own"
    client = sign_in(world.expert)
    for _ in range(3):
        client.get(reverse("cases:detail", args=[case.pk]))
    line = looked_at(world.staff, [case.pk], show="others").lines[0]
    assert [act.action for act in line.acts] == ["case.read"] * 3
    assert line.what.endswith("(3 times)")


def test_what_lies_an_hour_apart_is_told_apart(
    world: World, sign_in: Signer, at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SESSION_IDLE_AFTER", 7200)  # nobody is asked who they are in between
    case, client, now = world.case("sent"), sign_in(world.expert), clock.now()
    for minutes in (0, 20, 90):
        at(now + timedelta(minutes=minutes))
        client.get(reverse("cases:detail", args=[case.pk]))
    found = looked_at(world.staff, [case.pk], show="others").lines
    assert [len(line.acts) for line in found[:2]] == [1, 2]


def test_a_refused_attempt_is_told_to_the_owner_and_to_nobody_else(
    world: World, mirror: World, sign_in: Signer
) -> None:
    case = world.case("sent")
    assert sign_in(world.stranger).get(reverse("cases:detail", args=[case.pk])).status_code == 404
    html = sign_in(world.staff).get(page(world, show="refused")).content.decode()
    assert "Dr North Stranger" in html
    assert "Tried to open it and was refused" in html
    assert "Dr North Expert" not in html
    own = sign_in(world.stranger).get(reverse("desk:trail")).content.decode()
    assert "Tried to open it and was refused" in own
    assert case.accession_number not in own, "absent and hidden are the same there too"
    assert sign_in(mirror.staff).get(page(world)).status_code == 404


@pytest.mark.parametrize("named", ["exclusion", "objection", "emergency", "fact", "fact of all cases"])
def test_a_refused_attempt_at_what_stands_about_a_case_is_told_too(world: World, sign_in: Signer, named: str) -> None:
    """The address names no case, or one that is none."""
    case, client = world.case("sent"), sign_in(world.expert_admin)
    if named == "exclusion":
        address = reverse("exclusions:lift", args=[keeps_out(world, "colleague", "sent").pk])
    elif named == "objection":
        address = reverse("objections:lift", args=[objects(world, "sent").pk])
    elif named == "emergency":
        address = reverse("emergency:detail", args=[call(world).pk])
    else:
        fact = note(world, "block", "sent", reach="all", all_cases=named != "fact")
        address = reverse("basis:end", args=[new_id(), fact.pk, "end"])
    assert client.get(address).status_code == 404
    of_patient = named == "fact of all cases"
    cases, patient = ([], case.patient_id) if of_patient else ([case.pk], None)
    (found,) = looked_at(world.staff, cases, patient=patient, show="refused").lines
    assert (found.who, found.what) == ("Dr North Keeper", "Tried to open it and was refused")


def test_the_list_for_the_patient_says_of_which_cases_it_is_whoever_makes_it(world: World, sign_in: Signer) -> None:
    """Somebody who is kept out of one makes it without that case, and nothing in it says that there is one."""
    keeps_out(world, "colleague", "sent")
    address, limits = reverse("desk:looked_print", args=[world.case("sent").patient_id]), "that whoever made it may see"
    number = world.case("sent").accession_number
    whole, partial = (sign_in(who).get(address).text for who in (world.staff, world.colleague))
    assert limits in whole and number in whole and "None that whoever made" not in whole
    assert limits in partial and number not in partial and "None that whoever made this list may see" in partial
    shown = sign_in(world.colleague).get(page(world)).text
    assert "of cases that you may see. There is none." in shown and "()" not in shown


def test_what_an_open_page_sends_after_access_has_ended_is_called_that(world: World, sign_in: Signer) -> None:
    """Nobody pressed anything: the page saved itself, or left its slide."""
    slide, report = world.slides("accepted")[0], world.report("accepted")
    client, seen = sign_in(world.stranger), world.seen("accepted")
    typed = {"version": "1", "seen_case": str(seen.case), "seen_patient": str(seen.patient)}
    edit = reverse("reports:edit", args=[report.pk])
    for address, headers in (
        (reverse("slides:closed", args=[slide.pk]), {}),
        (reverse("slides:heartbeat", args=[slide.pk]), {}),
        (edit, {"If-Match": '"3"'}),
    ):
        assert client.post(address, typed, headers={"Accept": "application/json", **headers}).status_code == 404
    (*own,) = looked_at(world.staff, [world.case("accepted").pk], show="refused").lines[:3]
    assert {line.what for line in own} == {"A page left open saved or asked by itself and was refused"}
    assert {line.because for line in own} == {"No access at that moment"}
    assert client.post(edit, typed, headers={"Accept": "application/json"}).status_code == 404
    line = looked_at(world.staff, [world.case("accepted").pk], show="refused").lines[0]
    assert line.what == "Tried to change something and was refused", "what somebody sends by hand stays what it is"


@pytest.mark.parametrize("asked", ["nonsense", "%00", "00000000-0000-0000-0000-000000000000"])
def test_a_case_that_is_none_of_the_patients_is_no_attempt_at_the_patient(
    world: World, sign_in: Signer, asked: str
) -> None:
    patient, client = world.case("sent").patient_id, sign_in(world.staff)
    for name in ("desk:looked", "desk:looked_print", "desk:looked_pdf"):
        assert client.get(reverse(name, args=[patient]) + f"?case={asked}").status_code == 422
    assert not AuditEvent.objects.filter(patient=patient, outcome="denied").exists()
    assert not AuditEvent.objects.filter(action="access.denied", person=world.staff.person).exists()


def test_the_own_trail_tells_no_number_that_one_may_not_know(world: World, sign_in: Signer) -> None:
    case = world.case("sent")
    for who in (world.admin, world.clinician, world.officer):
        client = sign_in(who)
        assert client.get(reverse("cases:detail", args=[case.pk])).status_code == 404
        assert case.accession_number not in client.get(reverse("desk:trail")).content.decode()
    html = sign_in(world.officer).get(reverse("desk:audit")).content.decode()
    assert "Tried to open it and was refused" in html
    assert f'<td class="cs-nowrap">{case.accession_number}</td>' in html, "of their own laboratory, whose record it is"


def test_the_answering_laboratory_reads_nothing_of_the_owner(world: World) -> None:
    case = world.case("accepted")
    found = looked_at(world.expert, [case.pk], patient=case.patient_id)
    assert found.lines == []


def test_a_denial_of_the_case_holds_for_who_looked_at_it(world: World) -> None:
    case = world.case("sent")
    assert looked_at(world.staff, [case.pk]).lines
    Denial.objects.create(
        case=case,
        user_id=world.staff.who(),
        kind="conflict",
        source_kind="test",
        source_id=case.pk,
        valid_from=clock.now() - timedelta(days=1),
    )
    found = looked_at(world.staff, [case.pk], patient=case.patient_id).lines
    assert {act.action for line in found for act in line.acts} <= {"patient.registered"}


def test_pages_follow_each_other_without_gap_or_double(world: World) -> None:
    case = world.case("closed")
    everything = {act.id for line in looked_at(world.staff, [case.pk], size=500).lines for act in line.acts}
    found: list[UUID] = []
    after = None
    while True:
        part = looked_at(world.staff, [case.pk], patient=case.patient_id, after=after, size=3)
        found += [act.id for line in part.lines for act in line.acts]
        assert part.after is None or part.after != after, "the next page is the same again"
        if (after := part.after) is None:
            break
    assert len(found) == len(set(found))
    assert everything <= set(found)


def test_the_case_page_and_the_banner_lead_there_for_the_owner_alone(world: World, sign_in: Signer) -> None:
    address = f"{page(world)}?case={world.case('sent').pk}"
    detail = reverse("cases:detail", args=[world.case("sent").pk])
    assert sign_in(world.staff).get(detail).content.decode().count(address) == 2
    assert "/privacy/patients/" not in sign_in(world.expert).get(detail).content.decode()


def test_the_list_for_the_patient_names_staff_as_each_organisation_has_set(world: World, sign_in: Signer) -> None:
    sign_in(world.expert).get(reverse("cases:detail", args=[world.case("sent").pk]))
    address = reverse("desk:looked_print", args=[world.case("sent").patient_id])
    client = sign_in(world.staff)
    html = client.get(address, {"language": "en-gb"}).content.decode()
    assert "Dr North Expert, Pathologist, North answering laboratory" in html
    assert CANARY.upper() in html
    assert newest("audit.patient_printed").facts == {"form": "page", "language": "en-gb"}
    Organisation.objects.filter(pk=world.expert.lab()).update(staff_names="roles")
    html = client.get(address, {"language": "en-gb"}).content.decode()
    assert "Dr North Expert" not in html
    assert "Pathologist, North answering laboratory" in html
    assert "Dr North Asker" in html, "the own laboratory names its staff"


def test_what_a_list_was_made_for_is_asked_and_recorded_as_said(world: World, sign_in: Signer) -> None:
    client, asked = sign_in(world.officer), "For whom is it?"
    assert asked in client.get(page(world)).content.decode()
    address = reverse("desk:looked_print", args=[world.case("sent").patient_id])
    for given, purpose in (({"purpose": "patient"}, "PATRQT"), ({"purpose": "supervision"}, "HCOMPL"), ({}, "HCOMPL")):
        printed = client.get(address, given | {"language": "nl"})
        assert ("Wie uw gegevens heeft ingezien" in printed.content.decode()) == (purpose == "PATRQT")
        row = newest("audit.patient_printed")
        assert (row.purpose, row.facts["language"]) == (purpose, "nl")


def test_who_stood_in_is_named_with_the_colleague_for_whom(world: World, sign_in: Signer) -> None:
    fields, me = WorkFields(deputy=world.expert_colleague.membership), world.expert.acting()
    plan_work(actor=world.expert, membership_id=me, fields=fields)
    today, case = local_day(), world.case("accepted")
    enter_absence(actor=world.expert, membership_id=me, first_day=today, last_day=today + timedelta(days=2))
    client, staff = sign_in(world.expert_colleague), sign_in(world.staff)
    client.get(reverse("cases:detail", args=[case.pk]))
    for answer in (
        staff.get(page(world, "accepted", show="others")),
        sign_in(world.officer).get(reverse("desk:audit"), {"person": "Neighbour"}),
        client.get(reverse("desk:trail")),
    ):
        assert answer.content.decode().count("for Dr North Expert") == 1
    results = staff.get(reverse("api-patient-looks", args=[case.patient_id]), {"show": "others"}).json()["results"]
    assert (results[0]["who"], results[0]["for_whom"]) == ("Dr North Neighbour", "Dr North Expert")
    letter = reverse("desk:looked_print", args=[case.patient_id])
    printed = staff.get(letter, {"language": "en-gb"}).content.decode()
    assert "Dr North Neighbour, Pathologist, North answering laboratory, for Dr North Expert" in printed
    Organisation.objects.filter(pk=world.expert.lab()).update(staff_names="roles")
    printed = staff.get(letter, {"language": "en-gb"}).content.decode()
    assert "Pathologist, North answering laboratory, for a colleague who was away" in printed
    assert "Dr North Expert" not in printed and "Neighbour" not in printed


def test_who_acts_for_two_is_told_apart(world: World) -> None:
    """One person, session and case, and the ground has changed in between."""
    case = world.case("sent")
    for whom in (world.expert.person, None):
        actor = replace(world.expert_colleague, on_behalf_of=whom)
        record(actor, "case.read", object_kind="case", object_id=case.pk, case=case.pk, patient=case.patient_id)
    found = looked_at(world.staff, [case.pk], show="others").lines[:2]
    assert [line.for_whom for line in found] == ["", "Dr North Expert"]


def test_the_pdf_is_in_the_language_chosen(world: World, sign_in: Signer) -> None:
    address = reverse("desk:looked_pdf", args=[world.case("sent").patient_id])
    answer = sign_in(world.staff).get(address, {"language": "nl", "purpose": "patient"})
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    text = "".join(each.extract_text() for each in reader.pages)
    assert "Wie uw gegevens heeft ingezien" in text
    assert CANARY.upper() in text
    assert str(reader.root_object["/Lang"]) == "nl"
    assert newest("audit.patient_printed").facts == {"form": "pdf", "language": "nl"}
    officers = sign_in(world.officer).get(address).content
    assert CANARY.upper() not in "".join(each.extract_text() for each in PdfReader(io.BytesIO(officers)).pages).upper()


def test_the_own_trail_is_of_the_person_in_every_membership(world: World, sign_in: Signer) -> None:
    client = sign_in(world.expert)
    client.get(reverse("cases:detail", args=[world.case("sent").pk]))
    html = client.get(reverse("desk:trail")).content.decode()
    assert "Case opened" in html
    assert "Dr North Asker" not in html
    answer = client.get(reverse("desk:trail"), {"until": "2001-01-01"}).content.decode()
    assert "Nothing is on record here" in answer


def test_the_api_says_the_same(world: World, sign_in: Signer) -> None:
    case = world.case("sent")
    sign_in(world.expert).get(reverse("cases:detail", args=[case.pk]))
    answer = sign_in(world.staff).get(reverse("api-patient-looks", args=[case.patient_id]), {"show": "others"})
    first = answer.json()["results"][0]
    assert (first["who"], first["action"], first["case"]) == ("Dr North Expert", "case.read", case.accession_number)
    officer = sign_in(world.officer)
    found = officer.post(
        reverse("api-audit-patients"), json.dumps({"number": case.accession_number}), content_type="application/json"
    ).json()
    assert found == {"patients": [str(case.patient_id)]}
    body = json.dumps({"patient": str(case.patient_id), "outcome": "success"})
    rows = officer.post(reverse("api-audit-search"), body, content_type="application/json").json()["results"]
    assert first["id"] in {row["id"] for row in rows}
    mine = client_for(world.expert).get(reverse("api-audit-mine")).json()["results"]
    assert first["id"] in {row["id"] for row in mine}


def test_supervising_is_said_of_those_alone_who_supervise(world: World, sign_in: Signer) -> None:
    """Nor is an emergency said of whoever ended the access of somebody else."""
    access, case = call(world), world.case("sent")
    detail = reverse("emergency:detail", args=[access.pk])
    for who in (world.stranger, world.staff, world.officer):
        sign_in(who).get(detail)
        sign_in(who).get(page(world))
    end(actor=world.officer, access_id=access.pk)
    found = {
        (line.who, act.action): (line.because, line.is_emergency)
        for line in looked_at(world.officer, [case.pk], patient=case.patient_id).lines
        for act in line.acts
        if act.outcome == "success"
    }
    supervising, own = ("Supervising access", False), ("Own case", False)
    assert found[world.stranger.name, "emergency.read"] == ("Emergency access", True)
    assert found[world.staff.name, "emergency.read"] == found[world.staff.name, "audit.patient_read"] == own
    for action in ("emergency.read", "audit.patient_read", "emergency.ended"):
        assert found[world.officer.name, action] == supervising, action


def test_each_patient_number_on_the_list_says_whose_it_is(world: World, sign_in: Signer) -> None:
    patient = world.case("sent").patient
    PatientIdentifier.objects.create(patient=patient, system="GB:NHS", value="999 102 9249")
    html = sign_in(world.staff).get(reverse("desk:looked_print", args=[patient.pk])).content.decode()
    assert "<dt>Patient number (North asking laboratory)</dt><dd>north-sent-1</dd>" in html
    assert "<dt>Patient number (NHS)</dt><dd>999 102 9249</dd>" in html
    assert "<dt>Patient number</dt>" not in html


def test_whoever_ends_the_own_emergency_access_had_used_it(world: World) -> None:
    access = call(world)
    end(actor=world.stranger, access_id=access.pk)
    rows = AuditEvent.objects.filter(action="emergency.ended", object_id=str(access.pk))
    assert [row.purpose for row in rows] == ["ETREAT"]
