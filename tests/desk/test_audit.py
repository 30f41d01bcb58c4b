"""The record as privacy officers and auditors read it: found, filtered, taken out, and nothing of others in it."""

import csv
import io
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.invite import invite
from accounts.actors import for_member
from accounts.models import Membership
from accounts.roles import Role
from consult.desk.audit_search import SIZE
from core.actor import Actor, Door
from core.audit import names
from core.audit.models import AuditEvent
from core.audit.record import record
from tests.cast import CANARY, Answer, World, client_for
from tests.desk.on_record import newest, page
from tests.exclusions.helping import keeps_out, lets_in

pytestmark = pytest.mark.ci

Signer = Callable[[Actor], Client]


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
    html = searched(client, person="north expert", action="case.read").content.decode()
    assert "Dr North Expert" in html
    answer = searched(client, person="north expert", action="case.listed")
    assert "No entry fits" in answer.content.decode()
    row = newest("audit.listed")
    assert row.person == world.officer.person
    assert row.facts["filter"]["action"] == "case.listed"
    assert row.facts["filter"]["person"] is True, "that a name was typed, not which"


def searched(client: Client, **given: str) -> Answer:
    """The audit, narrowed as its form does it."""
    return client.post(reverse("desk:audit"), given, follow=True)


def test_a_period_without_a_day_is_an_error_at_its_field(world: World, sign_in: Signer) -> None:
    """And not an answer: nothing says that nothing fits."""
    wrong, client = {"since": "2026-03-02", "until": "2026-03-01"}, sign_in(world.officer)
    searching = client.post(reverse("desk:audit"), wrong)
    assert searching.status_code == 422
    taking_out = client.post(reverse("desk:audit_file"), wrong | {"reason": "check"})
    assert taking_out.status_code == 422
    for found in (searching, taking_out, client.get(reverse("desk:trail"), wrong)):
        assert found.context["form"].errors == {"until": ["The last day is before the first."]}
        html = found.content.decode()
        assert "The last day is before the first." in html and "No entry fits" not in html
        assert 'value="2026-03-01"' in html and 'value="2026-03-02"' in html
    by_api = client.post(reverse("api-audit-search"), wrong, content_type="application/json")
    for heard in (by_api, client.get(reverse("api-audit-mine"), wrong)):
        assert heard.status_code == 422
        assert heard.json()["fields"] == {"until": "The last day is before the first."}
    same = {"since": "2026-03-01", "until": "2026-03-01"}
    assert client.post(reverse("desk:audit"), same).status_code == 302


def test_the_pages_of_a_search_for_somebody_go_on_and_back(world: World, sign_in: Signer) -> None:
    for who in (*[world.staff] * (SIZE + 1), world.asker):
        record(who, "case.listed", object_kind="case")
    client = sign_in(world.officer)
    first = searched(client, person="North Staff", action="case.listed")
    here = first.redirect_chain[-1][0]
    assert "Staff" not in here
    older = client.get(first.context["older_url"])
    assert [len(page.context["lines"]) for page in (first, older)] == [SIZE, 1]
    names = {line.who for page in (first, older) for line in page.context["lines"]}
    assert names == {world.staff.name}
    again = client.get(here)
    assert again.context["lines"][0].at == first.context["lines"][0].at, "by the button for going back"
    assert again.context["form"]["person"].value() == "North Staff"
    newest_of_all = client.get(older.context["first_url"])
    assert newest_of_all.context["form"]["person"].value() == "North Staff"
    other = sign_in(world.officer)
    assert "Type it again" in other.get(here, follow=True).content.decode(), "another session is not shown everybody"


def test_a_name_in_an_address_of_the_audit_narrows_nothing(world: World, sign_in: Signer) -> None:
    page = sign_in(world.officer).get(reverse("desk:audit"), {"person": "Zzz"})
    assert page.context["form"]["person"].value() == ""
    assert page.context["lines"]


def test_a_search_that_cannot_be_made_keeps_what_was_typed(world: World, sign_in: Signer) -> None:
    answer = sign_in(world.officer).post(reverse("desk:audit"), {"person": "Staff", "since": "nonsense"})
    assert answer.status_code == 422
    assert answer.context["form"]["person"].value() == "Staff"
    assert answer.context["form"].errors.keys() == {"since"}


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


def test_who_is_kept_out_of_a_case_reads_nothing_about_it_and_gets_nowhere_by_its_number(
    world: World, sign_in: Signer
) -> None:
    case, client = world.case("sent"), sign_in(world.officer)
    sign_in(world.expert).get(reverse("cases:detail", args=[case.pk]))

    listed = reverse("admin:audit_auditevent_changelist")

    def told() -> set[str]:
        """Where something about it stands: by its number where people read, by its key elsewhere."""
        by_api = client.post(reverse("api-audit-search"), {"action": "case.read"}, content_type="application/json")
        found = {
            "page": case.accession_number in searched(client, action="case.read").content.decode(),
            "API": case.accession_number in by_api.content.decode(),
            "file": str(case.pk) in client.post(reverse("desk:audit_file"), {"reason": "check"}).content.decode(),
            "admin site": client.get(listed).context["cl"].queryset.filter(case=case.pk).exists(),
        }
        return {place for place, is_there in found.items() if is_there}

    assert told() == {"page", "API", "file", "admin site"}
    exclusion = keeps_out(world, "officer", "sent")
    assert told() == set()
    assert "No entry fits" in searched(client, action="exclusion.recorded").content.decode()
    answer = client.post(reverse("desk:audit_find"), {"number": case.accession_number})
    assert answer.status_code == 422
    lets_in(world, exclusion)
    assert client.post(reverse("desk:audit_find"), {"number": case.accession_number}).status_code == 302
    assert "No entry fits" not in searched(client, action="exclusion.recorded").content.decode()


def test_an_auditor_who_is_kept_out_of_a_case_reads_no_steps_of_it(world: World, sign_in: Signer) -> None:
    client, address = sign_in(world.auditor), reverse("admin:workflow_timelineentry_changelist")

    def cases() -> set[UUID]:
        return set(client.get(address).context["cl"].queryset.values_list("case", flat=True))

    before, case = cases(), world.case("sent").pk
    keeps_out(world, "auditor", "sent")
    assert cases() == before - {case} != before


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
    staff.get(reverse("desk:looked_print", args=[patient]), {"purpose": "patient"})
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
