"""What is recorded decides about sharing: before sending, and for what is shared already; and the decision is kept."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from cases import hooks
from cases.access.grants import reconcile
from cases.access.queries import visible_slides
from cases.basis.kinds import Against, Kind
from cases.basis.models import LegalFact, SharingDecision
from cases.basis.words import decision_view
from cases.models import CaseGrant
from consult.requests.actions.edit import Draft, edit
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from notifications.models import Notification
from tests.basis.helping import finish, move, note, sees, sent
from tests.cast import World
from tests.emergency.helping import call

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]


def test_in_sweden_nothing_is_sent_before_the_patient_was_told_and_asked(world: World) -> None:
    move(world, "SE")
    with pytest.raises(Invalid) as refusal:
        sent(world)
    assert set(refusal.value.fields) == {"informed", "consent"}
    assert "SE, version 1" in refusal.value.fields["consent"]
    note(world, Kind.INFORMED, "draft")
    note(world, Kind.CONSENT, "draft", all_cases=True)
    sent(world)
    assert sees(world.expert, world, "draft")


def test_the_decision_is_kept_with_the_rule_and_what_satisfied_it(world: World) -> None:
    move(world, "SE")
    facts = [note(world, kind, "draft") for kind in (Kind.INFORMED, Kind.CONSENT)]
    request = sent(world)
    kept = SharingDecision.objects.get(source_id=request.pk)
    assert (kept.outcome, kept.sharing, str(kept.rule), kept.decided_by) == (
        "allowed",
        "consultation",
        "SE, version 1",
        world.asker.name,
    )
    assert [each["code"] for each in kept.grounds] == ["treatment", "informed", "consent"]
    assert [each["fact"] for each in kept.grounds[1:]] == [str(each.pk) for each in facts]
    assert AuditEvent.objects.filter(action="request.sent", facts__legal_rule="SE, version 1").exists()


@pytest.mark.parametrize("country", ["GB", "NL", "DE"])
def test_elsewhere_sending_states_the_treatment_relationship(world: World, country: str) -> None:
    move(world, country)
    request = sent(world)
    kept = SharingDecision.objects.get(source_id=request.pk)
    assert kept.grounds == [{"code": "treatment", "by": world.asker.name}]
    assert (kept.rule is None) == (country == "DE")


def test_a_colleague_of_the_own_laboratory_is_asked_without_more(world: World) -> None:
    move(world, "SE")
    note(world, Kind.BLOCK, "draft", reach=Against.ALL)
    request = world.request("draft")
    edit(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("draft"),
        draft=Draft(expert=world.colleague.membership),
    )
    assert SharingDecision.objects.get(source_id=sent(world).pk).sharing == "same_lab"


@pytest.mark.parametrize("what", [Kind.REFUSAL, Kind.PROTECTED])
def test_what_speaks_against_closes_shares_at_once_and_opens_them_when_it_ends(world: World, what: str) -> None:
    slide = world.slides("accepted")[0]
    fact = note(world, what)
    assert not sees(world.expert, world)
    assert not visible_slides(world.expert).filter(pk=slide.pk).exists()
    assert not CaseGrant.objects.filter(content_object=world.case("accepted"), revoked_at__isnull=True).exists()
    assert sees(world.asker, world), "the own laboratory goes on"
    finish(world, fact)
    assert sees(world.expert, world)
    outcomes = SharingDecision.objects.filter(source_id=world.request("accepted").pk).order_by("decided_at")
    assert list(outcomes.values_list("outcome", flat=True)) == ["allowed", "held", "again"]
    words = [decision_view(each).grounds for each in outcomes]
    assert words[1:] == [str(Kind(what).label), f"Ended: {Kind(what).label}"]


def test_a_withdrawn_consent_closes_and_another_one_opens(world: World) -> None:
    fact = note(world, Kind.CONSENT)
    finish(world, fact, "withdraw")
    assert not sees(world.expert, world)
    note(world, Kind.CONSENT)
    assert sees(world.expert, world)


def test_a_withdrawal_made_by_mistake_is_ended(world: World) -> None:
    fact = finish(world, note(world, Kind.CONSENT), "withdraw")
    finish(world, fact)
    assert sees(world.expert, world)
    with pytest.raises(Conflict):
        finish(world, fact)


def test_a_consent_runs_out_in_sql_on_its_day(world: World) -> None:
    today = clock.now().date()
    note(world, Kind.CONSENT, last_day=today + timedelta(days=2))
    case, now = world.case("accepted"), clock.now()
    assert sees(world.expert, world)
    with clock.travel(now + timedelta(days=2)):
        assert sees(world.expert, world)
    with clock.travel(now + timedelta(days=4)):
        assert not sees(world.expert, world), "no job has run"
        assert reconcile([case.pk], actor=system("test")) >= 1
        assert reconcile([case.pk], actor=system("test")) == 0
        note(world, Kind.CONSENT)
        assert sees(world.expert, world)


def test_a_block_from_a_later_day_leaves_the_share_until_then(world: World) -> None:
    note(world, Kind.BLOCK, reach=Against.ALL, first_day=clock.now().date() + timedelta(days=2))
    assert sees(world.expert, world)
    with clock.travel(clock.now() + timedelta(days=3)):
        assert not sees(world.expert, world)


def test_a_block_keeps_out_the_organisations_it_names_with_those_below(world: World) -> None:
    network = Organisation.objects.create(name="Network", short_name="NW", kind="network", country="SE")
    Organisation.objects.filter(pk=world.expert.lab()).update(parent=network)
    away = note(world, Kind.BLOCK, reach=Against.ORGANISATION, organisations=[world.stranger.organisation])
    assert sees(world.expert, world), "another organisation is blocked"
    finish(world, away)
    block = note(world, Kind.BLOCK, reach=Against.ORGANISATION, organisations=[network.pk])
    assert not sees(world.expert, world)
    finish(world, block)
    note(world, Kind.BLOCK, reach=Against.ORGANISATION)
    assert not sees(world.expert, world), "every organisation but the own"


def test_a_block_for_other_units_holds_only_those_of_the_own_organisation(world: World) -> None:
    move(world, "SE")
    note(world, Kind.BLOCK, reach=Against.CARE_UNIT)
    assert sees(world.expert, world)
    network = Organisation.objects.create(name="Network", short_name="NW", kind="network", country="SE")
    trust = Organisation.objects.create(name="Trust", short_name="TR", kind="group", country="SE")
    for above, open_ in ((network, True), (trust, False)):
        Organisation.objects.filter(pk__in=[world.expert.lab(), world.asker.lab()]).update(parent=above)
        reconcile([world.case("accepted").pk], actor=system("test"))
        assert sees(world.expert, world) == open_, "a network joins several care providers, a trust is one"


def test_a_protected_identity_goes_on_under_a_pseudonym(world: World) -> None:
    note(world, Kind.PROTECTED, "draft", all_cases=True)
    with pytest.raises(Conflict, match="identity is protected"):
        sent(world)
    request = world.request("draft")
    edit(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("draft"),
        draft=Draft(is_pseudonymised=True),
    )
    sent(world)
    assert sees(world.expert, world, "draft")


def test_in_england_a_named_person_confirms_it(world: World) -> None:
    with pytest.raises(Invalid, match="Nothing was recorded"):
        note(world, Kind.CLEARED)
    move(world, "GB")
    note(world, Kind.PROTECTED)
    assert not sees(world.expert, world)
    note(world, Kind.CLEARED)
    assert sees(world.expert, world)


def test_what_is_said_for_a_patient_concerns_every_case_of_theirs(world: World) -> None:
    accepted, waiting = world.case("accepted"), world.case("waiting")
    type(waiting).objects.filter(pk=waiting.pk).update(patient=accepted.patient)
    note(world, Kind.REFUSAL, all_cases=True)
    assert not sees(world.expert, world) and not sees(world.expert, world, "waiting")
    note(world, Kind.CONSENT)
    assert sees(world.expert, world) and not sees(world.expert, world, "waiting")


def test_both_sides_are_told_and_only_the_asking_one_why(world: World) -> None:
    fact = note(world, Kind.REFUSAL)
    run.drain()
    lost = Notification.objects.get(kind="legal_fact.ended")
    assert lost.recipient_id == world.expert.person and (lost.number, lost.person_name) == ("", "")
    assert not any(word in lost.sentence.lower() for word in ("consent", "refus", "patient", "block"))
    asked = Notification.objects.get(kind="request.held")
    assert (asked.recipient_id, asked.number) == (world.asker.person, world.request("accepted").number)
    finish(world, fact)
    run.drain()
    assert Notification.objects.get(kind="legal_fact.again").recipient_id == world.expert.person
    assert Notification.objects.get(kind="request.goes_on").recipient_id == world.asker.person


def test_who_records_it_is_not_told_of_it(world: World) -> None:
    note(world, Kind.REFUSAL, actor=world.asker)
    run.drain()
    assert not Notification.objects.filter(kind="request.held").exists()


def test_it_is_recorded_by_whom_and_ended_by_whom_and_why(world: World) -> None:
    fact = finish(world, note(world, Kind.BLOCK, reach=Against.ALL))
    assert (fact.recorded_by, fact.by_whom, fact.ended_by) == (world.staff.name, "Dr Clinician", world.staff.name)
    assert fact.end_reason == "The patient said so"
    rows = AuditEvent.objects.filter(object_kind="legal_fact", object_id=str(fact.pk)).order_by("at")
    assert [row.action for row in rows] == ["legal_fact.block", "legal_fact.ended"]
    assert {row.case for row in rows} == {world.case("accepted").pk}


def test_only_the_own_laboratory_records_and_sees_it(world: World) -> None:
    with pytest.raises(Forbidden):
        note(world, Kind.REFUSAL, actor=world.expert)
    with pytest.raises(Hidden):
        note(world, Kind.REFUSAL, actor=world.stranger)
    fact = note(world, Kind.INFORMED)
    case = world.case("accepted")
    for actor in (world.expert, world.stranger, world.admin):
        from cases.basis.actions.end import end

        with pytest.raises(Hidden):
            end(actor=actor, fact_id=fact.pk, case_id=case.pk, version=1, seen=None, how="end", reason="Because")
    other = world.case("sent")
    with pytest.raises(Hidden):
        end(actor=world.staff, fact_id=fact.pk, case_id=other.pk, version=1, seen=None, how="end", reason="Because")


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (Kind.BLOCK, {"reach": ""}, "reach"),
        (Kind.BLOCK, {"reach": Against.CARE_UNIT}, "reach"),
        (Kind.BLOCK, {"reach": Against.REFUSED}, "reach"),
        (Kind.CONSENT, {"by_whom": " "}, "by_whom"),
        (Kind.CONSENT, {"how": "pigeon"}, "how"),
        (Kind.REFUSAL, {"last_day": clock.now}, "last_day"),
        ("nothing", {}, "kind"),
    ],
)
def test_bad_input_is_refused_at_its_field(world: World, kind: str, more: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {name: value().date() if callable(value) else value for name, value in more.items()}
    with pytest.raises(Invalid) as refusal:
        note(world, kind, **given)
    assert field in refusal.value.fields and not LegalFact.objects.exists()


def test_a_block_names_others_and_only_one_for_organisations_does(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        note(world, Kind.BLOCK, reach=Against.ORGANISATION, organisations=[world.staff.organisation])
    assert "organisations" in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        note(world, Kind.BLOCK, reach=Against.ALL, organisations=[world.expert.organisation])
    assert "organisations" in refusal.value.fields


def test_the_database_lets_nobody_rewrite_what_was_recorded_or_decided(world: World) -> None:
    from django.db import DatabaseError, transaction

    fact = note(world, Kind.BLOCK, reach=Against.ALL)
    decision = SharingDecision.objects.first()
    assert decision is not None
    for change in (
        lambda: LegalFact.objects.filter(pk=fact.pk).update(reach="care_unit"),
        lambda: LegalFact.objects.filter(pk=fact.pk).delete(),
        lambda: SharingDecision.objects.filter(pk=decision.pk).update(outcome="allowed"),
        lambda: SharingDecision.objects.filter(pk=decision.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_emergency_access_overrides_what_the_rule_lets_it_and_no_more(world: World) -> None:
    note(world, Kind.BLOCK, "sent", reach=Against.ALL)
    access = call(world)
    assert access.overrides_objection and str(access.rule) == "NL, version 1" and sees(world.stranger, world, "sent")
    note(world, Kind.PROTECTED, "sent")
    assert not sees(world.stranger, world, "sent"), "the rule does not let it override a protected identity"
    with pytest.raises(Hidden):
        call(world, world.expert_colleague)


def test_a_block_for_another_organisation_does_not_count_as_overridden(world: World) -> None:
    note(world, Kind.BLOCK, "sent", reach=Against.ORGANISATION, organisations=[world.expert.organisation])
    assert not call(world).overrides_objection


@pytest.mark.commits
def test_a_block_recorded_while_a_request_is_sent_waits_for_it_and_closes_it(world: World) -> None:
    """The case's lock makes one of the two the first; whichever it is, nothing stays open."""
    draft, case = world.request("draft"), world.case("draft")
    failed: list[BaseException] = []

    def in_thread(act: Callable[[], object]) -> None:
        try:
            act()
        except Conflict:
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=in_thread, args=(lambda: sent(world),)),
        threading.Thread(target=in_thread, args=(lambda: note(world, Kind.BLOCK, "draft", reach=Against.ALL),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    connection.close()
    assert not sees(world.expert, world, "draft")
    assert ConsultRequest.objects.get(pk=draft.pk).status in {"draft", "sent"}
    assert not hooks.expected_shares([case.pk]) or all(
        spec.valid_until <= clock.now() for spec in hooks.expected_shares([case.pk])
    )


def test_the_pages_say_what_is_missing_and_where_to_record_it(world: World, sign_in: SignIn) -> None:
    move(world, "SE")
    client, request, case = sign_in(world.asker), world.request("draft"), world.case("draft")
    page = client.get(reverse("requests:check", args=[request.pk])).content.decode()
    where = reverse("basis:record", args=[case.pk, "consent"])
    assert "No consent of the patient is recorded" in page and where in page
    form = client.get(reverse("requests:edit", args=[request.pk])).content.decode()
    assert "Legal basis" in form and reverse("basis:case", args=[case.pk]) in form
    answer = client.post(
        reverse("requests:check", args=[request.pk]), {"seen_case": 1, "seen_patient": 1, "version": request.version}
    )
    assert answer.status_code == 422 and request.question in answer.content.decode()
    note(world, Kind.BLOCK, "draft", reach=Against.ALL)
    page = client.get(reverse("requests:check", args=[request.pk])).content.decode()
    assert "blocked for everybody outside your laboratory" in page
