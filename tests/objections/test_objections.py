"""The patient objects to sharing: what closes at once, what stays, who is told, and what opens again."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import hooks
from cases.access.lock import Seen
from cases.access.queries import visible_cases
from cases.access.sharing import why_with_nobody
from cases.hooks import BlockSpec
from cases.models import CaseGrant, GrantEvent, Patient, Share
from cases.objections.actions.lift import lift
from cases.objections.actions.object import record_objection
from cases.objections.models import Objection
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from core.web.dates import clinical_date
from notifications.models import Notification
from tests.basis.test_rules import conditions, state
from tests.cast import World, local_day
from tests.emergency.helping import call

SignIn = Callable[[Actor], Client]


def objects(world: World, state: str = "accepted") -> Objection:
    return record_objection(
        actor=world.staff, case_id=world.case(state).pk, seen=world.seen(state), stated_by="patient"
    )


def test_every_share_ends_at_once_and_the_own_laboratory_goes_on(world: World, sign_in: SignIn) -> None:
    case, expert = world.case("accepted"), sign_in(world.expert)
    assert expert.get(reverse("cases:detail", args=[case.pk])).status_code == 200
    objects(world)
    assert expert.get(reverse("cases:detail", args=[case.pk])).status_code == 404
    assert not CaseGrant.objects.filter(content_object=case, revoked_at__isnull=True).exists()
    page = sign_in(world.asker).get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert "The patient objects to sharing" in page


def test_the_answering_laboratory_keeps_its_own_record(world: World) -> None:
    objects(world, "answered")
    assert visible_requests(world.expert_colleague).filter(pk=world.request("answered").pk).exists()


def test_nobody_who_is_named_later_gets_in(world: World) -> None:
    objects(world, "draft")
    request = world.request("draft")
    with pytest.raises(Conflict, match="the patient objects to sharing"):
        send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("draft"))
    assert not visible_cases(world.expert).filter(pk=world.case("draft").pk).exists()
    assert not Share.objects.filter(case=world.case("draft")).exists()


def test_the_page_that_sends_says_why_it_cannot(world: World, sign_in: SignIn) -> None:
    objects(world, "draft")
    request = world.request("draft")
    answer = sign_in(world.asker).post(
        reverse("requests:check", args=[request.pk]),
        {"seen_case": 1, "seen_patient": 1, "version": request.version},
    )
    assert answer.status_code == 409
    assert "the patient objects to sharing it" in answer.content.decode()


def test_it_is_said_before_anything_is_written(world: World, sign_in: SignIn) -> None:
    objects(world, "draft")
    client, request = sign_in(world.asker), world.request("draft")
    ConsultRequest.objects.filter(pk=request.pk).update(question="", expert=None)
    said = "This case cannot be shared now: the patient objects to sharing it."
    start = client.get(reverse("requests:new", args=[request.case_id])).content.decode()
    draft = client.get(reverse("requests:edit", args=[request.pk])).content.decode()
    check = client.get(reverse("requests:check", args=[request.pk])).content.decode()
    for page in (start, draft, check):
        assert 0 < page.find(said) < page.find("</form>", page.find("<h1>")), "above everything else"
    assert "Write the question in one sentence." in check, "what else is missing is said beside it"
    again = client.get(reverse("requests:readiness", args=[request.pk])).content.decode()
    assert 'id="held" role="status" hx-swap-oob="true"' in again and said in again


def test_of_a_case_that_is_sent_to_nobody_yet_what_holds_everybody_now_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not what concerns some laboratories or shares alone, leaves a pseudonym, or begins later."""
    case = world.case("sent").pk

    def said(*, by_name: bool = False, **stated: object) -> bool:
        block = BlockSpec(case, "The patient objects.", **stated)  # type: ignore[arg-type]  # its own fields
        monkeypatch.setattr(hooks, "blocked", lambda cases, known=None: {case: (block,)})
        return bool(why_with_nobody(case, by_name=by_name))

    assert said()
    assert not said(only=frozenset({world.expert.lab()}))
    assert not said(sources=frozenset({world.request("sent").pk}))
    assert (said(spares_pseudonym=True, by_name=True), said(spares_pseudonym=True)) == (True, False)
    now = clock.now()
    assert (said(begins=now - timedelta(days=1)), said(begins=now + timedelta(days=1))) == (True, False)


def test_no_button_sends_while_it_stands(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    address = reverse("requests:check", args=[request.pk])
    assert "Send request" in client.get(address).content.decode()
    objection = objects(world, "draft")
    refused = client.post(address, {"seen_case": 1, "seen_patient": 1, "version": request.version})
    for page in (refused.content.decode(), client.get(address).content.decode()):
        assert page.count("the patient objects to sharing it") == 1
        assert "Send request" not in page and "then send.</p>" not in page
    lift(actor=world.asker, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    page = client.get(address).content.decode()
    assert "Send request" in page and "cannot be shared now" not in page


def test_what_is_still_shared_opens_again_when_it_is_lifted(world: World) -> None:
    objection = objects(world)
    with pytest.raises(Invalid):
        lift(actor=world.asker, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason=" ")
    lift(actor=world.asker, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    assert visible_cases(world.expert).filter(pk=world.case("accepted").pk).exists()
    given = (
        GrantEvent.objects.filter(case=world.case("accepted").pk).order_by("at", "pk").values_list("given", flat=True)
    )
    assert True in given and False in given, "the gap stays in the history"
    objection.refresh_from_db()
    assert (objection.status, objection.lifted_by) == ("lifted", world.asker.name)
    with pytest.raises(Conflict):
        lift(actor=world.asker, objection_id=objection.pk, version=objection.version, seen=Seen(1, 1), reason="Again")


def test_a_request_that_was_withdrawn_meanwhile_stays_closed(world: World) -> None:
    from consult.requests.actions.withdraw import withdraw

    objection = objects(world)
    request = world.request("accepted")
    withdraw(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("accepted"),
        reason="Objected",
    )
    lift(actor=world.asker, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    assert not visible_cases(world.expert).filter(pk=world.case("accepted").pk).exists()


def test_emergency_access_goes_on_and_can_be_opened_against_it(world: World) -> None:
    running = call(world, state="accepted")
    objects(world)
    case = world.case("accepted")
    assert set(visible_cases(world.stranger)) == {case}
    assert not running.overrides_objection
    second = call(world, world.clinician, state="accepted")
    assert second.overrides_objection and visible_cases(world.clinician).filter(pk=case.pk).exists()


def test_a_kind_that_no_rule_lets_emergencies_override_stops_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "_blocks", [lambda cases: [hooks.BlockSpec(case, "no.") for case in cases]])
    with pytest.raises(Hidden):
        call(world)


@pytest.mark.parametrize("overrides", [["all"], []])
def test_the_pages_say_of_emergencies_what_the_rule_of_the_laboratory_says(
    world: World, sign_in: SignIn, overrides: list[str]
) -> None:
    state(world.admin, conditions(overrides=overrides))
    client, case = sign_in(world.staff), world.case("accepted")
    before = client.get(reverse("objections:record", args=[case.pk])).text
    of_nobody = client.get(reverse("objections:record", args=[world.case("closed").pk])).text
    offered = client.get(reverse("cases:access", args=[case.pk])).text
    objects(world)
    stands = client.get(reverse("cases:access", args=[case.pk])).text
    if overrides:
        assert "Emergency access stays possible." in before and "except by emergency access" in of_nobody
        assert "except in an emergency" in stands
        assert call(world, state="accepted").overrides_objection
    else:
        assert "the rule for your laboratory lets no emergency override it." in before
        assert "also not in an emergency" in of_nobody and "also not in an emergency" in stands
        with pytest.raises(Hidden):
            call(world, state="accepted")
    assert "all access but emergency access" not in offered


def test_those_who_lose_access_are_told_that_and_no_more(world: World) -> None:
    objects(world)
    run.drain()
    (row,) = Notification.objects.filter(kind="objection.object")
    assert row.recipient_id == world.expert.person
    assert "no longer shares a case" in row.sentence and "object" not in row.sentence.lower()
    assert (row.number, row.person_name) == ("", "")


def test_it_is_recorded_by_whom_stated_by_whom_and_once(world: World) -> None:
    objection = objects(world)
    assert (objection.recorded_by, objection.stated_by) == (world.staff.name, "patient")
    row = AuditEvent.objects.get(action="objection.recorded")
    assert (row.case, row.patient, row.facts["stated_by"]) == (
        world.case("accepted").pk,
        world.case("accepted").patient_id,
        "patient",
    )
    with pytest.raises(Conflict, match="already"):
        objects(world)
    with pytest.raises(Invalid):
        record_objection(actor=world.staff, case_id=world.case("sent").pk, seen=Seen(1, 1), stated_by="neighbour")


def test_the_day_on_which_the_patient_said_it_and_a_note_are_kept(world: World, sign_in: SignIn) -> None:
    client, case, day = sign_in(world.staff), world.case("accepted"), local_day() - timedelta(days=3)
    address = reverse("objections:record", args=[case.pk])

    def typed(on: date) -> dict[str, object]:
        parts = {"stated_on_day": on.day, "stated_on_month": on.month, "stated_on_year": on.year}
        return {"seen_case": 1, "seen_patient": 1, "stated_by": "patient", "note": "By telephone", **parts}

    refused = client.post(address, typed(local_day() + timedelta(days=1)))
    assert refused.status_code == 422 and "This day is still to come." in refused.text
    assert "By telephone" in refused.text and not Objection.objects.exists()
    assert client.post(address, typed(day)).status_code == 302
    made = Objection.objects.get()
    assert (made.stated_on, made.note) == (day, "By telephone")
    page = client.get(reverse("cases:access", args=[case.pk])).text
    assert f"Stated on {clinical_date(day)}." in page and "By telephone" in page
    shown = client.get(reverse("api-objections", args=[case.pk])).json()["results"][0]
    assert (shown["stated_on"], shown["note"]) == (day.isoformat(), "By telephone")
    assert "By telephone" not in str(AuditEvent.objects.get(action="objection.recorded").facts)
    assert objects(world, "sent").stated_on == local_day()
    with pytest.raises(Invalid, match="not recorded"):
        record_objection(
            actor=world.staff, case_id=world.case("asked").pk, seen=None, stated_by="patient", note="x" * 501
        )


def test_only_the_own_laboratory_records_and_sees_it(world: World) -> None:
    with pytest.raises(Forbidden):
        record_objection(actor=world.expert, case_id=world.case("accepted").pk, seen=Seen(1, 1), stated_by="patient")
    objection = objects(world)
    for actor in (world.expert, world.stranger, world.admin):
        with pytest.raises(Hidden):
            lift(actor=actor, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="Because")


def test_a_lost_race_keeps_the_page_and_what_was_chosen(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    address = reverse("objections:record", args=[case.pk])
    typed = {"seen_case": 1, "seen_patient": 1, "stated_by": "representative"}
    Patient.objects.filter(pk=case.patient_id).update(version=2)
    corrected = client.post(address, typed)
    page = corrected.content.decode()
    assert corrected.status_code == 409 and not Objection.objects.exists()
    assert "The patient or the case was corrected after you opened this page" in page
    assert 'value="representative"' in page and "checked" in page.split('value="representative"')[1].split(">")[0]
    again = typed | {"seen_patient": corrected.context["seen"]["seen_patient"].value()}
    assert client.post(address, again).status_code == 302
    twice = client.post(address, again)
    assert twice.status_code == 409 and Objection.objects.count() == 1
    page = twice.content.decode()
    assert "An objection to sharing this case is recorded already." in page
    assert "Record an objection of the patient" in page


def test_the_pages_record_and_lift_it_and_keep_what_was_typed(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    address = reverse("objections:record", args=[case.pk])
    page = client.get(address).content.decode()
    assert "The access of 1 person ends at once" in page and "North Expert" in page
    assert client.post(address, {"seen_case": 1, "seen_patient": 1}).status_code == 422
    answer = client.post(address, {"seen_case": 1, "seen_patient": 1, "stated_by": "representative"})
    assert answer["Location"] == reverse("cases:access", args=[case.pk])
    assert "The patient objects to sharing this case" in client.get(answer["Location"]).content.decode()
    objection = Objection.objects.get(case=case)
    address = reverse("objections:lift", args=[objection.pk])
    stale = client.post(address, {"seen_case": 1, "seen_patient": 1, "version": 9, "reason": "Changed their mind"})
    assert stale.status_code == 409 and "Changed their mind" in stale.content.decode()
    done = client.post(address, {"seen_case": 1, "seen_patient": 1, "version": 1, "reason": "Changed their mind"})
    assert done.status_code == 302 and client.get(address).status_code == 409
