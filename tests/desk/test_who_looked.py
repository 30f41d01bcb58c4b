"""Who looked at a patient: the owner laboratory reads what anybody did with its cases, and nobody else does."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.actions.invite import invite
from accounts.actors import for_member
from accounts.models import Membership, Organisation
from accounts.roles import Role
from cases.models import Denial
from cases.trail import looked_at
from core import clock
from core.actor import Actor, Door
from core.audit import names
from core.audit.models import AuditEvent
from core.audit.record import record
from tests.cast import CANARY, World, client_for

pytestmark = pytest.mark.ci

Signer = Callable[[Actor], Client]


def page(world: World, state: str = "sent", **query: str) -> str:
    return reverse("desk:looked", args=[world.case(state).patient_id], query=query)


def newest(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("at", "pk")


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


def test_a_privacy_officer_gets_there_by_a_number_and_meets_no_clinical_content(world: World, sign_in: Signer) -> None:
    client, case = sign_in(world.officer), world.case("sent")
    number = case.patient.identifiers.all()[0].value if case.patient.identifiers.exists() else ""
    for typed in filter(None, (case.accession_number.lower(), number)):
        answer = client.post(reverse("desk:audit_find"), {"number": typed})
        assert answer.status_code == 302
        assert typed not in answer["Location"]
        assert answer["Location"] == page(world)
        row = newest("audit.patient_searched")
        assert (row.patient, row.facts) == (case.patient_id, {"by": "number", "found": 1})
    html = client.get(page(world)).content.decode()
    assert case.accession_number in html
    assert CANARY.upper() not in html.upper()
    assert case.history not in html or not case.history
    assert "/cases/" not in html.replace(reverse("cases:list"), "")
    assert client.get(reverse("cases:detail", args=[case.pk])).status_code == 404
    answer = client.post(reverse("desk:audit_find"), {"number": "no such number"})
    assert answer.status_code == 422
    assert "no such number" in answer.content.decode(), "what was typed is not lost"


def test_another_laboratory_s_number_finds_nothing(world: World, mirror: World, sign_in: Signer) -> None:
    answer = sign_in(mirror.officer).post(reverse("desk:audit_find"), {"number": world.case("sent").accession_number})
    assert answer.status_code == 422


def test_the_search_finds_what_others_did_with_own_cases_and_not_what_they_did_elsewhere(
    world: World, sign_in: Signer
) -> None:
    sign_in(world.expert).get(reverse("cases:detail", args=[world.case("sent").pk]))
    record(world.expert, "case.listed", object_kind="case")
    client = sign_in(world.officer)
    html = client.get(reverse("desk:audit"), {"person": "north expert", "action": "case.read"}).content.decode()
    assert "Dr North Expert" in html
    answer = client.get(reverse("desk:audit"), {"person": "north expert", "action": "case.listed"})
    assert "No entry fits" in answer.content.decode()
    row = newest("audit.listed")
    assert row.person == world.officer.person
    assert row.facts["filter"]["action"] == "case.listed"
    assert row.facts["filter"]["person"] is True, "that a name was typed, not which"


def test_the_key_of_another_laboratory_s_patient_is_told_to_nobody(world: World, sign_in: Signer) -> None:
    """By it, two cases that somebody reads under pseudonyms would turn out to be one patient's."""
    case = world.case("sent")
    sign_in(world.expert).get(reverse("cases:detail", args=[case.pk]))
    Membership.objects.filter(pk=world.expert_admin.acting()).update(role=Role.PRIVACY_OFFICER)
    client = client_for(for_member(world.expert_admin.acting(), Door.WEB))
    file = client.post(reverse("desk:audit_file"), {"reason": "check"}).content.decode()
    assert str(case.pk) in file
    assert str(case.patient_id) not in file
    html = client.get(reverse("desk:audit"), {"patient": str(case.patient_id)}).content.decode()
    assert "No entry fits" in html
    row = AuditEvent.objects.filter(person=world.expert.person, action="case.read").latest("at")
    admin = client.get(reverse("admin:audit_auditevent_change", args=[row.pk]))
    assert admin.status_code == 200
    assert str(case.patient_id) not in admin.content.decode()
    assert client.get(reverse("desk:looked", args=[case.patient_id])).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"since": "nonsense"},
        {"organisation": "nonsense"},
        {"case": "nonsense"},
        {"action": "no.such"},
        {"until": "2020-01-01"},
        {"outcome": "denied"},
    ],
)
def test_a_filter_that_cannot_be_used_breaks_nothing(world: World, sign_in: Signer, query: dict[str, str]) -> None:
    assert sign_in(world.officer).get(reverse("desk:audit"), query).status_code == 200


def test_entries_are_taken_out_with_a_reason_and_cannot_calculate(world: World, sign_in: Signer) -> None:
    record(
        Actor(
            person=world.asker.person,
            name="=HYPERLINK(1)",
            organisation=world.asker.organisation,
            organisation_name="+1",
        ),
        "case.listed",
    )
    sign_in(world.expert).get(reverse("cases:detail", args=[world.case("sent").pk]))
    client, file = sign_in(world.officer), reverse("desk:audit_file")
    without = client.post(file, {"person": "x"})
    assert without.status_code == 422
    assert 'value="x"' in without.content.decode()
    answer = client.post(file, {"reason": "incident"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert any(row["who"] == "'=HYPERLINK(1)" for row in rows)
    theirs = [row for row in rows if row["who"] == "Dr North Expert" and row["action"] == "case.read"]
    assert theirs
    assert {row["session"] + row["network address"] for row in theirs} == {""}, "from where is theirs"
    told = newest("audit.exported")
    assert (told.reason, told.facts["entries"]) == ("incident", len(rows))
    assert CANARY not in answer.content.decode()


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


def test_the_pdf_is_in_the_language_chosen(world: World, sign_in: Signer) -> None:
    address = reverse("desk:looked_pdf", args=[world.case("sent").patient_id])
    answer = sign_in(world.staff).get(address, {"language": "nl"})
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


def test_an_auditor_reads_steps_and_seals_without_numbers_of_cases(world: World, sign_in: Signer) -> None:
    client = sign_in(world.auditor)
    steps = client.get(reverse("admin:workflow_timelineentry_changelist"))
    html = steps.content.decode()
    assert steps.context["cl"].result_count > 0
    assert world.case("sent").accession_number not in html
    assert newest("audit.steps_listed").person == world.auditor.person
    assert client.get(reverse("admin:audit_auditseal_changelist")).status_code == 200
    assert client.get(reverse("admin:audit_auditevent_changelist")).status_code == 403
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    home = client.get(reverse("desk:home")).content.decode()
    assert reverse("admin:workflow_timelineentry_changelist") in home


def test_every_row_says_for_what_it_was_done(world: World, sign_in: Signer) -> None:
    """By what was done: care, administration, supervision, the patient's own wish."""
    patient, case = world.case("sent").patient_id, world.case("sent")
    officer, staff = sign_in(world.officer), sign_in(world.staff)
    staff.get(reverse("cases:detail", args=[case.pk]))
    staff.get(reverse("desk:looked_print", args=[patient]))
    officer.get(reverse("desk:audit"))
    sign_in(world.stranger).get(reverse("cases:detail", args=[case.pk]))
    sign_in(world.stranger).get(reverse("accounts:people"))
    invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        email="somebody@else.example",
        given_name="S",
        family_name="Else",
        role="secretary",
    )
    purposes = {
        "case.read": "TREAT",
        "audit.patient_printed": "PATRQT",
        "audit.listed": "HCOMPL",
        "invitation.sent": "HOPERAT",
    }
    assert {name: newest(name).purpose for name in purposes} == purposes
    refused = AuditEvent.objects.filter(action="access.denied", person=world.stranger.person)
    found = dict(refused.values_list("object_kind", "purpose"))
    assert found == {"cases:detail": "TREAT", "accounts:people": "HOPERAT"}


def test_a_privacy_officer_reads_the_numbers_of_own_cases_and_of_no_others(
    world: World, mirror: World, sign_in: Signer
) -> None:
    sign_in(world.expert).get(reverse("cases:detail", args=[world.case("sent").pk]))
    number = world.case("sent").accession_number
    assert f'<td class="cs-nowrap">{number}</td>' in sign_in(world.officer).get(reverse("desk:audit")).content.decode()
    for other in (mirror.officer,):
        assert number not in sign_in(other).get(reverse("desk:audit")).content.decode()


def test_no_two_acts_are_called_the_same() -> None:
    """Whoever filters the record by what was done must know which is which."""
    words = [str(label) for label in names.all_names().values()]
    assert sorted(words) == sorted(set(words))
