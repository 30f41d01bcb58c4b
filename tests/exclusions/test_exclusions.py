"""Somebody is kept out of a case: what closes, what opens again, and who may say so."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.actions.work import WorkFields, enter_absence, plan_work
from accounts.actors import actor_for
from accounts.models import Membership
from accounts.policy import visible_audit
from cases.access import grants
from cases.access.queries import may_see_slide, visible_cases
from cases.exclusions.models import Exclusion
from cases.exclusions.queries import candidates
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from tests.cast import World, local_day
from tests.emergency.helping import by_number, call
from tests.exclusions.helping import keeps_out, lets_in

SignIn = Callable[[Actor], Client]


@pytest.mark.parametrize("who", ["colleague", "expert", "asker"])
def test_the_case_is_gone_for_this_person_and_for_nobody_else(world: World, sign_in: SignIn, who: str) -> None:
    case, slide = world.case("accepted"), world.slides("accepted")[0]
    person = world.people[who]
    client, other = sign_in(person), sign_in(world.staff)
    pages = [
        reverse("cases:detail", args=[case.pk]),
        reverse("slides:view", args=[slide.pk]),
        reverse("requests:detail", args=[world.request("accepted").pk]),
        reverse("api-case", args=[case.pk]),
    ]
    assert {client.get(page).status_code for page in pages} == {200}
    keeps_out(world, who)
    assert {client.get(page).status_code for page in pages} == {404}
    assert {other.get(page).status_code for page in pages} == {200}
    assert not may_see_slide(person, slide.pk)


def test_tiles_and_sockets_hear_of_it_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    lost: list[object] = []
    monkeypatch.setattr(grants, "announce", lost.append)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # a context manager
        keeps_out(world, "colleague")
    assert {world.case("accepted").pk} in lost


def test_no_emergency_opens_it(world: World, sign_in: SignIn) -> None:
    running = call(world, world.clinician)
    assert visible_cases(world.clinician).filter(pk=running.case_id).exists()
    keeps_out(world, "clinician", "sent")
    assert not visible_cases(world.clinician).filter(pk=running.case_id).exists()
    with pytest.raises(Hidden):
        call(world, world.clinician)
    typed = by_number(world)
    refused = sign_in(world.clinician).post(reverse("emergency:open"), typed)
    absent = sign_in(world.clinician).post(reverse("emergency:open"), typed | {"accession_number": "A-no-such-case"})
    assert refused.status_code == absent.status_code
    assert "None fits exactly" in refused.content.decode()


def test_the_laboratory_reads_who_tried_an_emergency_and_nobody_on_the_other_side_does(
    world: World, sign_in: SignIn
) -> None:
    keeps_out(world, "expert", "sent")
    number = world.case("sent").accession_number
    assert sign_in(world.expert).post(reverse("emergency:open"), by_number(world)).status_code == 404
    (row,) = AuditEvent.objects.filter(case=world.case("sent").pk, action="emergency.refused")
    assert (row.person_name, row.outcome, row.purpose) == (world.expert.name, "denied", "ETREAT")
    address = reverse("desk:looked", args=[world.case("sent").patient_id])
    for who, show in (("asker", "all"), ("officer", "others"), ("officer", "refused")):
        page = sign_in(world.people[who]).get(address, {"show": show}).text
        assert "Emergency access refused" in page and world.expert.name in page, (who, show)
    found = sign_in(world.officer).get(reverse("desk:audit"), {"action": "emergency.refused"}).text
    assert number in found and world.expert.name in found
    printed = sign_in(world.asker).get(reverse("desk:looked_print", args=[world.case("sent").patient_id])).text
    assert "Emergency access refused" in printed and world.expert.name not in printed, "by role to the patient"
    own = sign_in(world.expert).get(reverse("desk:trail")).text
    assert "Emergency access attempted" in own and "Emergency access refused" not in own and number not in own
    of_people = {each.action for each in visible_audit(world.expert_admin)}
    assert "emergency.attempted" in of_people and "emergency.refused" not in of_people


def test_the_page_names_the_own_draft_and_no_other(world: World, sign_in: SignIn) -> None:
    address, number = reverse("exclusions:record", args=[world.case("draft").pk]), world.request("draft").number
    own = sign_in(world.asker).get(address).content.decode()
    assert number in own and "If you are kept out, this draft is discarded" in own
    for who in (world.staff, world.colleague):
        page = sign_in(who).get(address).content.decode()
        assert number not in page and "You see no open work on this case that would stop." in page
        assert "A draft of theirs that was not sent is discarded." in page


def test_the_colleagues_of_an_expert_who_is_kept_out_are_promised_nothing(world: World, sign_in: SignIn) -> None:
    keeps_out(world, "expert")
    address = reverse("requests:detail", args=[world.request("accepted").pk])
    page = sign_in(world.expert_colleague).get(address).content.decode()
    assert "Its laboratory has stopped sharing this case." in page
    assert "You are told" not in page and "A draft of yours" not in page and "kept out" not in page


def test_open_work_of_a_leaver_goes_to_no_deputy_who_is_kept_out(world: World) -> None:
    mine = world.expert.acting()
    plan_work(actor=world.expert, membership_id=mine, fields=WorkFields(deputy=world.expert_colleague.membership))
    today = local_day()
    enter_absence(actor=world.expert, membership_id=mine, first_day=today, last_day=today)
    keeps_out(world, "expert_colleague", "sent")
    end_membership(actor=world.expert_admin, membership_id=mine)
    assert world.request("sent").status == "declined", "the requester is told and asks somebody else"
    assert world.request("accepted").expert_id == world.expert_colleague.membership


def test_nobody_sends_a_request_to_who_is_kept_out(world: World) -> None:
    request = world.request("draft")
    ConsultRequest.objects.filter(pk=request.pk).update(expert=world.colleague.membership)
    keeps_out(world, "colleague", "draft")
    with pytest.raises(Invalid) as refused:
        send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("draft"))
    assert "is kept out of this case" in refused.value.fields["expert"]


def test_letting_in_opens_what_still_has_a_reason_and_is_on_record(world: World) -> None:
    exclusion = keeps_out(world, "expert", note="Her brother")
    lets_in(world, exclusion, by=world.colleague)
    assert visible_cases(world.expert).filter(pk=exclusion.case_id).exists()
    exclusion.refresh_from_db()
    assert (exclusion.status, exclusion.lifted_by) == ("lifted", world.colleague.name)
    with pytest.raises(Conflict):
        lets_in(world, exclusion)
    rows = AuditEvent.objects.filter(object_kind="exclusion", object_id=str(exclusion.pk)).order_by("pk")
    assert [(row.action, row.case, row.facts["person"]) for row in rows] == [
        (action, exclusion.case_id, str(world.expert.who())) for action in ("exclusion.recorded", "exclusion.lifted")
    ]
    assert not any("brother" in json.dumps(row.facts) for row in rows)
    again = keeps_out(world, "expert")
    assert not visible_cases(world.expert).filter(pk=again.case_id).exists()


def test_nobody_lifts_what_stands_against_themselves(world: World, sign_in: SignIn) -> None:
    exclusion = keeps_out(world, "colleague")
    with pytest.raises(Hidden):
        lets_in(world, exclusion, by=world.colleague)
    client = sign_in(world.colleague)
    assert client.get(reverse("exclusions:lift", args=[exclusion.pk])).status_code == 404
    assert Exclusion.objects.get(pk=exclusion.pk).status == "standing"


def test_only_the_own_laboratory_says_so(world: World) -> None:
    with pytest.raises(Forbidden):
        keeps_out(world, "colleague", by=world.expert)
    for actor in (world.stranger, world.admin, world.officer):
        with pytest.raises(Hidden):
            keeps_out(world, "colleague", by=actor)
    exclusion = keeps_out(world, "colleague")
    for actor in (world.expert, world.stranger, world.admin, world.officer):
        with pytest.raises(Hidden):
            lets_in(world, exclusion, by=actor)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "dislike"}, "reason"),
        ({"reason": "other", "note": "  "}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"who": "stranger"}, "person"),
    ],
    ids=["no reason", "no such reason", "another one without words", "too many words", "who sees nothing of it"],
)
def test_what_is_missing_is_said_at_its_field(world: World, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        keeps_out(world, **{"who": "colleague", **given})  # type: ignore[arg-type]  # words of a test
    assert set(refused.value.fields) == {field}


def test_a_new_colleague_is_kept_out_before_the_first_day(world: World, at: Callable[..., None]) -> None:
    now, laboratory = clock.now(), world.asker.lab()
    first_day, back = now + timedelta(days=5), now - timedelta(days=5)
    for who, start, end in (("stranger", first_day, None), ("expert_colleague", back - timedelta(days=1), back)):
        Membership.objects.create(
            user=world.user(who), organisation_id=laboratory, role="pathologist", valid_from=start, valid_until=end
        )
    case = world.case("accepted")
    assert world.stranger.who() in {each.id for each in candidates(case)}
    with pytest.raises(Invalid):
        keeps_out(world, "expert_colleague")  # whose time at the laboratory is over
    keeps_out(world, "stranger")
    at(first_day + timedelta(hours=1))
    begun = Membership.objects.active().get(user=world.stranger.who(), organisation=laboratory)
    actor = actor_for(world.user("stranger"), begun, door=Door.WEB)
    seen = visible_cases(actor)
    assert seen.filter(pk=world.case("sent").pk).exists() and not seen.filter(pk=case.pk).exists()


def test_somebody_is_kept_out_once(world: World) -> None:
    kept = keeps_out(world, "colleague")
    with pytest.raises(Invalid) as refused:
        keeps_out(world, "colleague")
    assert set(refused.value.fields) == {"person"}
    with pytest.raises(IntegrityError, match="exclusions_one_standing"), transaction.atomic():
        Exclusion.objects.create(
            case_id=kept.case_id, person_id=kept.person_id, reason="asked", recorded_at=clock.now(), recorded_by="Two"
        )


def test_nobody_keeps_out_all_who_could_undo_it_one_by_one(world: World) -> None:
    keeps_out(world, "asker")
    with pytest.raises(Invalid, match="Nobody was kept out") as refused:
        keeps_out(world, "colleague")
    assert "is kept out already" in refused.value.fields["person"]
    for who in ("expert", "officer"):
        keeps_out(world, who)  # who could undo nothing anyway
    keeps_out(world, "staff", by=world.staff, reason="asked")  # the colleague is left
    with pytest.raises(Invalid) as refused:
        keeps_out(world, "colleague", by=world.colleague)
    assert "could let you in again" in refused.value.fields["person"]
    assert visible_cases(world.colleague).filter(pk=world.case("accepted").pk).exists()


def test_of_two_one_keeps_out_the_other_and_then_not_themselves(world: World) -> None:
    deactivate(actor=system("tests"), person_id=world.colleague.who())
    keeps_out(world, "asker")
    with pytest.raises(Invalid, match="Nobody was kept out"):
        keeps_out(world, "staff")
    keeps_out(world, "staff", "sent", by=world.staff, reason="asked")
    assert not visible_cases(world.staff).filter(pk=world.case("sent").pk).exists()


def test_the_pages_keep_out_and_let_in_and_keep_what_was_typed(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    access = reverse("cases:access", args=[case.pk])
    address = reverse("exclusions:record", args=[case.pk])
    assert address in client.get(access).content.decode()
    page, number = client.get(address).content.decode(), world.request("accepted").number
    assert number in page and "If Dr North Expert, who was asked, is kept out, nobody answers it" in page
    assert "If Dr North Asker, who asked, is kept out, colleagues of your laboratory go on" in page
    typed = {"seen_case": 1, "seen_patient": 1, "person": str(world.expert.who()), "reason": "other", "note": ""}
    refused = client.post(address, typed)
    assert refused.status_code == 422 and "Say the reason in words" in refused.content.decode()
    assert f'value="{world.expert.who()}" selected' in refused.content.decode()
    assert client.post(address, typed | {"person": str(world.stranger.who())}).status_code == 422
    lost = client.post(address, typed | {"seen_case": 9, "note": "Her brother"})
    page = lost.content.decode()
    assert lost.status_code == 409 and 'role="alert"' in page and "Her brother" in page
    assert f'value="{world.expert.who()}" selected' in page and re.search(r'value="other"[^>]* checked', page)
    assert re.search(r'name="seen_case"[^>]*value="1"', page), "the case as it is now, to go on from"
    assert client.post(address, typed | {"note": "Her brother"})["Location"] == access
    page = client.get(access).content.decode()
    assert "Her brother" in page and world.staff.name in page and "Let in again" in page
    exclusion = Exclusion.objects.get(case=case)
    address = reverse("exclusions:lift", args=[exclusion.pk])
    assert "Her brother" in client.get(address).content.decode()
    typed = {"seen_case": 1, "seen_patient": 1, "version": 9, "reason": "It was a namesake"}
    for behind in ({}, {"version": 1, "seen_case": 9}):
        stale = client.post(address, typed | behind)
        assert stale.status_code == 409 and "It was a namesake" in stale.content.decode()
    assert client.post(address, typed | {"version": 1})["Location"] == access
    assert client.get(address).status_code == 409
    page = client.get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert "Person kept out of the case" in page and "Person let into the case again" in page


def test_who_keeps_themselves_out_is_led_to_where_they_may_be(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.colleague), world.case("sent")
    address = reverse("exclusions:record", args=[case.pk])
    typed = {"seen_case": 1, "seen_patient": 1, "person": str(world.colleague.who()), "reason": "close"}
    answer = client.post(address, typed | {"oneself": "on"}, follow=True)
    assert answer.redirect_chain == [(reverse("cases:list"), 302)]
    page = answer.content.decode()
    assert "A colleague can let you in again" in page and case.accession_number not in page


def test_keeping_out_oneself_takes_a_second_thought(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.colleague), world.case("sent")
    address = reverse("exclusions:record", args=[case.pk])
    page = client.get(address).content.decode()
    assert f"{world.colleague.name} (you)</option>" in page and f"{world.asker.name} (you)" not in page
    assert "found there without this case" in page and 'name="oneself"' not in page
    typed = {"seen_case": 1, "seen_patient": 1, "person": str(world.colleague.who()), "reason": "close", "note": "Kin"}
    refused = client.post(address, typed)
    page = refused.content.decode()
    assert refused.status_code == 422 and "Only a colleague can let you in again." in page
    assert re.search(r'<input type="checkbox" name="oneself"[^>]*id_oneself', page)
    assert f'value="{world.colleague.who()}" selected' in page and "Kin" in page
    assert not Exclusion.objects.filter(case=case).exists()
    other = client.post(address, typed | {"person": str(world.asker.who()), "reason": "other", "note": ""})
    assert 'name="oneself"' not in other.content.decode(), "for somebody else there is nothing to confirm"
    assert client.post(address, typed | {"oneself": "on"})["Location"] == reverse("cases:list")
    assert Exclusion.objects.get(case=case).person_id == world.colleague.person


def test_the_page_of_who_can_see_it_and_its_api_name_nobody_who_is_kept_out(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    before = client.get(reverse("api-case-access", args=[case.pk])).json()["results"]
    keeps_out(world, "expert")
    after = client.get(reverse("api-case-access", args=[case.pk])).json()["results"]
    assert len(before) == 1 and after == []


def test_the_api_does_the_same_once_for_one_key(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    address = reverse("api-exclusions", args=[case.pk])
    offered = client.get(address).json()["people"]
    assert str(world.expert.who()) in {each["id"] for each in offered}
    assert str(world.stranger.who()) not in {each["id"] for each in offered}
    tag = f'"{case.version}.{case.identity_version}.{case.patient.version}"'
    headers = {"If-Match": tag, "Idempotency-Key": "keep-out-1"}
    body = {"person": str(world.expert.who()), "reason": "asked"}
    made = [client.post(address, body, content_type="application/json", headers=headers) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201] and made[0].json() == made[1].json()
    own = {"If-Match": tag, "Idempotency-Key": "keep-me-out"}
    body = {"person": str(world.colleague.who()), "reason": "close"}
    me = sign_in(world.colleague)
    refused = me.post(
        address, body, content_type="application/json", headers=own | {"Idempotency-Key": "keep-me-not-yet"}
    )
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["oneself"])
    body |= {"oneself": "true"}
    gone = [me.post(address, body, content_type="application/json", headers=own) for _ in range(2)]
    assert [(each.status_code, each.content) for each in gone] == [(204, b""), (204, b"")]
    assert me.get(address).status_code == 404
    read = client.get(address).json()
    assert {each["person"] for each in read["results"]} == {str(world.expert.who()), str(world.colleague.who())}
    assert str(world.expert.who()) not in {each["id"] for each in read["people"]}
    lift = reverse("api-exclusion-lift", args=[made[0].json()["id"]])
    headers["Idempotency-Key"] = "let-in-1"
    stale = client.post(lift, {"version": 7, "reason": "x"}, content_type="application/json", headers=headers)
    assert stale.status_code == 409
    headers["Idempotency-Key"] = "let-in-2"
    for _ in range(2):
        done = client.post(lift, {"version": 1, "reason": "x"}, content_type="application/json", headers=headers)
        assert (done.status_code, done.json()["status"]) == (200, "lifted")
    row = AuditEvent.objects.filter(action="api.repeated", person=world.staff.person).latest("at")
    assert (row.case, row.object_kind) == (case.pk, "api-exclusion-lift")
