"""Opening one case in an emergency: what it shows, to whom, for how long, and what leads to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.models import Membership
from cases.access.grants import reconcile
from cases.access.lock import Seen
from cases.access.queries import visible_cases, visible_slides
from cases.access.view import case_view
from cases.emergency.actions.open import MOST_ATTEMPTS, TooManyAttempts, open_access
from cases.emergency.finding import Wanted
from cases.emergency.models import EmergencyAccess
from cases.models import Case, CaseGrant, Denial, PatientIdentifier, Share
from consult.reports.actions.receive import receive
from consult.requests.actions.create import create
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.ids import new_id
from slides.actions.open import opened
from tests.cast import CANARY, PASSWORD, World
from tests.emergency.helping import NOTE, TYPED, by_number, by_patient, call, join, two_of_one_patient

pytestmark = pytest.mark.usefixtures("own_cache")  # passwords are counted there
SignIn = Callable[[Actor], Client]
OPEN = "/emergency/open/"


def test_the_form_opens_the_whole_case_for_an_hour(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.stranger), world.case("sent")
    assert client.get(reverse("cases:detail", args=[case.pk])).status_code == 404
    answer = client.post(OPEN, by_number(world))
    assert answer.status_code == 302 and answer["Location"] == reverse("cases:detail", args=[case.pk])
    page = client.get(answer["Location"]).content.decode()
    assert CANARY.upper() in page and "A1-HE" in page and "A2-HE" in page
    assert "60</span> min left" in page and "End now" in page
    assert "Consultations" not in page, "whether somebody else was asked is not for them"
    access = EmergencyAccess.objects.get()
    assert access.ends_at - access.started_at == timedelta(minutes=60)
    assert (access.note, access.proved_by, access.organisation_id) == (NOTE, "password", world.stranger.organisation)


def test_label_image_and_earlier_cases_stay_hidden(world: World) -> None:
    access = call(world)
    share = Share.objects.get(source_id=access.pk)
    assert (share.shows_identity, share.shows_first_report) == (True, True)
    assert (share.shows_label, share.shows_earlier) == (False, False)
    assert set(CaseGrant.objects.filter(share=share).values_list("user", "purpose")) == {(access.person_id, "ETREAT")}


def test_it_opens_one_case_to_one_person_and_ends_at_its_second(world: World, at: Callable[..., None]) -> None:
    access = call(world)
    case = world.case("sent")
    assert set(visible_cases(world.stranger)) == {case}
    assert visible_slides(world.stranger).count() == 2
    assert not visible_cases(join(world, "neighbour", "pathologist", world.stranger)).exists()
    at(access.ends_at - timedelta(seconds=1))
    assert visible_cases(world.stranger).exists()
    at(access.ends_at)
    assert not visible_cases(world.stranger).exists() and not visible_slides(world.stranger).exists()


@pytest.mark.parametrize("who", ["staff", "admin", "expert_admin"])
def test_other_roles_are_refused_before_anything_is_looked_for(world: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(world.people[who])
    assert client.get(OPEN).status_code == 403
    assert client.post(OPEN, by_number(world)).status_code == 403
    assert not EmergencyAccess.objects.exists()


def test_a_clinician_of_the_own_laboratory_may_and_a_pathologist_needs_not(world: World) -> None:
    assert call(world, world.clinician).organisation_id == world.clinician.organisation
    with pytest.raises(Conflict, match="own laboratory"):
        call(world, world.colleague)


@pytest.mark.parametrize("system", ["gb:nhs", "NHS"])
def test_a_patients_number_finds_the_case_however_it_is_spelled(world: World, sign_in: SignIn, system: str) -> None:
    case = world.case("sent")
    PatientIdentifier.objects.create(patient=case.patient, system="GB:NHS", value="999 102 9249")
    typed = {**TYPED, "by": "patient", "system": system, "value": "999-102-9249"}
    answer = sign_in(world.stranger).post(OPEN, typed)
    assert answer["Location"] == reverse("cases:detail", args=[case.pk])


def test_a_laboratorys_own_number_needs_the_laboratory(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.stranger), world.case("sent")
    answer = client.post(OPEN, by_patient("north-sent-1"))
    assert answer.status_code == 422 and "Choose the laboratory that gave this number" in answer.content.decode()
    assert client.post(OPEN, by_patient("north-sent-1", case.organisation_id)).status_code == 302


def test_one_of_several_cases_is_chosen_by_laboratory_and_day_alone(world: World, sign_in: SignIn) -> None:
    client, case, other = sign_in(world.stranger), world.case("sent"), world.case("draft")
    Case.objects.filter(pk=other.pk).update(patient=case.patient, organ_system="breast")
    typed = by_patient("north-sent-1", case.organisation_id)
    answer = client.post(OPEN, typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and str(other.pk) in page and "several cases" in page
    assert CANARY.upper() not in page.upper() and other.accession_number not in page and PASSWORD not in page
    assert not EmergencyAccess.objects.exists()
    assert client.post(OPEN, {**typed, "case": str(other.pk)}).status_code == 302
    assert EmergencyAccess.objects.get().case_id == other.pk


def test_a_search_that_shows_cases_leaves_a_row_of_each_and_counts_once(world: World, sign_in: SignIn) -> None:
    typed, cases = two_of_one_patient(world)
    assert sign_in(world.stranger).post(OPEN, typed).status_code == 422
    rows = AuditEvent.objects.filter(action="emergency.found")
    kept = {(row.case, row.patient, row.owner, row.person, row.purpose) for row in rows}
    who, lab = world.stranger.person, cases[0].organisation_id
    assert kept == {(case.pk, case.patient_id, lab, who, "ETREAT") for case in cases}
    assert AuditEvent.objects.filter(action="emergency.attempted").count() == 1
    page = sign_in(world.staff).get(reverse("desk:looked", args=[cases[0].patient_id])).content.decode()
    assert page.count("Found by a number of the patient, in an emergency search") == 2
    assert "Dr North Stranger" in page and all(case.accession_number in page for case in cases)


def test_what_was_not_shown_is_not_in_the_record_of_who_asked(world: World) -> None:
    """The own trail would say that a case is there which the answer did not tell of."""
    access = call(world)
    with pytest.raises(Conflict):
        call(world, organisation=access.case.organisation_id, accession_number=access.case.accession_number)
    row = AuditEvent.objects.get(action="emergency.attempted")
    assert row.case is None and str(access.case_id) not in str(row.facts)


def test_a_case_that_does_not_fit_the_number_cannot_be_chosen_beside_it(world: World) -> None:
    with pytest.raises(Hidden):
        call(
            world,
            system="LOCAL",
            value="north-sent-1",
            organisation=world.case("sent").organisation_id,
            case=world.case("closed").pk,
        )


def _without_ids(page: bytes, *keys: object) -> str:
    text = page.decode()
    for key in keys:
        text = text.replace(str(key), "KEY")
    return "\n".join(
        line for line in text.splitlines() if "csrfmiddlewaretoken" not in line and "give this number" not in line
    )


def test_what_is_not_there_and_what_is_denied_are_refused_with_the_same_bytes(world: World, sign_in: SignIn) -> None:
    client, case, absent = sign_in(world.stranger), world.case("sent"), new_id()
    Denial.objects.create(
        case=case,
        user_id=world.stranger.who(),
        kind="blinded",
        source_kind="t",
        source_id=new_id(),
        valid_from=clock.now(),
    )
    answers = [client.post(f"{OPEN}?case={key}", {**TYPED, "case": str(key)}) for key in (case.pk, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    denied, missing = (_without_ids(answer.content, case.pk, absent) for answer in answers)
    assert denied == missing and "None fits exactly" in denied
    pages = [client.get(f"{OPEN}?case={key}").content for key in (case.pk, absent)]
    assert _without_ids(pages[0], case.pk) == _without_ids(pages[1], absent)
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("kind", ["blinded", "conflict"])
def test_a_blinded_read_and_a_conflict_of_interest_are_never_overridden(world: World, kind: str) -> None:
    Denial.objects.create(
        case=world.case("sent"),
        user_id=world.stranger.who(),
        kind=kind,
        source_kind="test",
        source_id=new_id(),
        valid_from=clock.now(),
    )
    with pytest.raises(Hidden):
        call(world)


def test_whoever_reads_under_a_pseudonym_needs_a_number_and_not_the_address(world: World) -> None:
    case, request = world.case("accepted"), world.request("accepted")
    ConsultRequest.objects.filter(pk=request.pk).update(is_pseudonymised=True)
    reconcile([case.pk], actor=world.asker)
    with pytest.raises(Hidden):
        call(world, world.expert, state="accepted")
    assert case_view(world.expert, case).is_pseudonymised
    call(world, world.expert, organisation=case.organisation_id, accession_number=case.accession_number)
    assert not case_view(world.expert, case).is_pseudonymised


def test_a_wrong_password_opens_nothing_and_keeps_what_was_typed(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.stranger).post(OPEN, {**by_number(world), "password": "something else"})
    page = answer.content.decode()
    assert answer.status_code == 401 and "This is not your password" in page
    assert NOTE in page and "something else" not in page
    assert not EmergencyAccess.objects.exists()


def test_a_reason_and_words_of_ones_own_are_needed(world: World) -> None:
    for reason, note, field in (("curiosity", NOTE, "reason"), ("emergency_care", "  ", "note")):
        with pytest.raises(Invalid) as refused:
            open_access(
                actor=world.stranger,
                wanted=Wanted(case=world.case("sent").pk),
                reason=reason,
                note=note,
                proved_by="password",
            )
        assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("words", ["x", "In theatre", "1234567890.", "x" + " " * 20, "\u200b" * 12 + "a"])
def test_words_that_say_nothing_open_nothing_and_stay_on_the_page(world: World, sign_in: SignIn, words: str) -> None:
    answer = sign_in(world.stranger).post(OPEN, {**by_number(world), "note": words})
    if words == "In theatre":
        assert answer.status_code == 302 and EmergencyAccess.objects.exists()
        return
    assert answer.status_code == 422 and not EmergencyAccess.objects.exists()
    assert "Say in your own words why it cannot wait: at least 10 characters." in answer.text
    assert f">\n{words}</textarea>" in answer.text and by_number(world)["accession_number"] in answer.text
    with pytest.raises(Invalid) as refused:
        open_access(
            actor=world.stranger,
            wanted=Wanted(case=world.case("sent").pk),
            reason="emergency_care",
            note=words,
            proved_by="password",
        )
    assert set(refused.value.fields) == {"note"}


def test_every_attempt_leaves_a_row_and_attempts_end(world: World) -> None:
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Hidden):
            call(world, organisation=world.asker.lab(), accession_number="N-guessed")
    rows = AuditEvent.objects.filter(action="emergency.attempted", person=world.stranger.person)
    assert rows.count() == MOST_ATTEMPTS
    assert {(row.outcome, row.purpose, row.facts["by"]) for row in rows} == {("denied", "ETREAT", "number")}
    assert "N-guessed" not in str([row.facts for row in rows]), "what was typed is nobody's business"
    with pytest.raises(TooManyAttempts):
        call(world)


def test_a_second_time_is_refused_while_the_first_runs(world: World) -> None:
    call(world)
    with pytest.raises(Conflict, match="still runs"):
        call(world)
    assert EmergencyAccess.objects.count() == 1


def test_what_is_done_under_it_is_recorded_as_done_in_an_emergency(world: World, sign_in: SignIn) -> None:
    access = call(world)
    share = Share.objects.get(source_id=access.pk)
    client, slide = sign_in(world.stranger), world.slides("sent")[0]
    client.get(reverse("cases:detail", args=[access.case_id]))
    opened(actor=world.stranger, slide_id=slide.pk)
    rows = AuditEvent.objects.filter(case=access.case_id, person=world.stranger.person)
    found = {(row.action, row.purpose, row.share) for row in rows.exclude(object_kind="emergency")}
    assert found == {("case.read", "ETREAT", share.pk), ("slide.opened", "ETREAT", share.pk)}
    assert rows.get(action="emergency.opened").purpose == "ETREAT"


def test_everybody_else_is_still_recorded_as_treating(world: World, sign_in: SignIn) -> None:
    case = world.case("sent")
    for actor in (world.staff, world.expert):
        sign_in(actor).get(reverse("cases:detail", args=[case.pk]))
    rows = AuditEvent.objects.filter(action="case.read", case=case.pk)
    request = Share.objects.get(case=case)
    assert {(row.person, row.purpose, row.share) for row in rows} == {
        (world.staff.person, "TREAT", None),
        (world.expert.person, "TREAT", request.pk),
    }


def test_nothing_can_be_signed_shared_or_changed_under_it(world: World, sign_in: SignIn) -> None:
    case = call(world).case
    with pytest.raises(Forbidden):
        create(actor=world.stranger, case_id=case.pk, seen=Seen(1, 1))
    with pytest.raises(Forbidden):
        receive(actor=world.stranger, case_id=case.pk, seen=Seen(1, 1), diagnosis="Benign.", author="Dr Stranger")
    client, seen = sign_in(world.stranger), {"seen_case": 1, "seen_patient": 1}
    assert client.post(reverse("requests:new", args=[case.pk]), seen).status_code == 403
    assert client.post(reverse("cases:close", args=[case.pk]), seen).status_code == 403
    assert client.get(reverse("cases:access", args=[case.pk])).status_code == 403
    assert client.get(reverse("objections:record", args=[case.pk])).status_code == 403
    slide = world.slides("sent")[1]
    assert client.post(reverse("slides:upload", args=[slide.pk]), seen).status_code == 403
    assert "Consult" not in "".join(case_view(world.stranger, world.case("sent")).codenames)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_it_ends_with_a_last_day_that_comes_first(world: World, at: Callable[..., None], when: str) -> None:
    now = clock.now()
    member = Membership.objects.get(pk=world.clinician.acting())
    number, register = member.registration_number, member.registration_body
    fields = MembershipFields("clinician", number, register, valid_until=now + timedelta(minutes=30))

    def leaves_soon() -> None:
        change_membership(actor=world.admin, membership_id=member.pk, fields=fields)

    if when == "before":
        leaves_soon()
    access = call(world, world.clinician)
    if when == "meanwhile":
        leaves_soon()
    grants = CaseGrant.objects.filter(user=world.clinician.who(), content_object=access.case_id, revoked_at=None)
    assert set(grants.values_list("valid_until", flat=True)) == {now + timedelta(minutes=30)}


def test_a_leavers_emergency_ends_with_the_membership(world: World) -> None:
    from accounts.actions.end_membership import end_membership

    access = call(world)
    admin = join(world, "keeper", "lab_admin", world.stranger)
    end_membership(actor=admin, membership_id=world.stranger.acting())
    assert not visible_cases(world.stranger).exists()
    assert not CaseGrant.objects.filter(share__source_id=access.pk, revoked_at__isnull=True).exists()
    assert not Membership.objects.active().filter(pk=world.stranger.acting()).exists()
