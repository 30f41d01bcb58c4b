"""Rules: shipped, dated, confirmed locally or stated otherwise; inherited; never edited; what they change at once."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from accounts.actions.organisation import OrganisationFields, edit_organisation
from accounts.models import Membership, Organisation
from cases.basis.actions import rule as actions
from cases.basis.actions.rule import confirm_rule, drop_rule, load_presets, presets, state_rule
from cases.basis.conditions import WITHOUT_RULE, Conditions
from cases.basis.kinds import Against, Kind, Need, Sharing, Told
from cases.basis.models import LegalRule, SharingDecision
from cases.basis.rules import rule_for
from cases.objections.actions.object import record_objection
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.jobs import run
from core.workflow.models import TimelineEntry
from notifications.models import Notification
from tests.basis.helping import note, sees, sent
from tests.cast import World
from tests.emergency.helping import call

COMMAND = system("tests", Door.COMMAND)


def conditions(**changed: Any) -> Conditions:
    """Those of a country without a rule, changed."""
    return Conditions.of(WITHOUT_RULE.stored() | changed)


def state(actor: Actor, says: Conditions, **changed: Any) -> LegalRule:
    """State it for the actor's organisation."""
    given: dict[str, Any] = {"source": "Policy 7, 2", "reason": "Decided by the board", "as_of": date(2026, 1, 2)}
    known = rule_for(actor.lab()).rule
    given |= {"known": known.pk if known else None} | changed
    return state_rule(actor=actor, conditions=says, **given)


def holds(actor: Actor) -> str:
    return rule_for(actor.lab()).name


def test_loading_the_presets_again_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(LegalRule.objects.values_list("pk", "version"))
    assert load_presets(actor=COMMAND) == []
    call_command("legal_presets")
    assert "All presets are there." in capsys.readouterr().out
    assert list(LegalRule.objects.values_list("pk", "version")) == before
    assert {each.country for each in LegalRule.objects.all()} == {"SE", "NL", "BE", "FR", "GB"}


def test_a_newer_preset_is_another_version_and_past_decisions_keep_theirs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = rule_for(world.asker.lab()).rule
    assert old is not None
    sent(world)
    newer = [each | {"number": 2, "as_of": date(2027, 1, 1)} for each in presets() if each["country"] == "NL"]
    monkeypatch.setattr(actions, "presets", lambda: newer)
    (made,) = load_presets(actor=COMMAND)
    old.refresh_from_db()
    assert (old.status, old.superseded_at) == ("superseded", made.valid_from)
    assert holds(world.asker) == "NL, version 2"
    assert SharingDecision.objects.get(source_id=world.request("draft").pk).rule == old
    assert sees(world.expert, world, "draft"), "what was shared stays shared"
    with clock.travel(made.valid_from - timedelta(seconds=1)):
        assert holds(world.asker) == "NL, version 1"


def test_nobody_edits_a_version(world: World) -> None:
    for change in (
        lambda: LegalRule.objects.filter(country="SE").update(reason="Because"),
        lambda: LegalRule.objects.filter(country="SE").update(conditions=WITHOUT_RULE.stored()),
        lambda: LegalRule.objects.filter(country="SE").delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_administrator_confirms_it_for_the_own_organisation(world: World, mirror: World) -> None:
    applied = rule_for(world.asker.lab())
    assert applied.confirmation is None and applied.rule is not None
    confirm_rule(actor=world.admin, known=applied.rule.pk)
    found = rule_for(world.asker.lab()).confirmation
    assert found is not None and found.confirmed_by == world.admin.name
    assert rule_for(mirror.asker.lab()).confirmation is None, "another laboratory of the same country"
    assert AuditEvent.objects.get(action="legal_rule.confirmed").person == world.admin.person
    with pytest.raises(Conflict, match="already"):
        confirm_rule(actor=world.admin, known=applied.rule.pk)


@pytest.mark.parametrize("who", ["asker", "staff", "officer", "auditor"])
def test_nobody_else_confirms_or_states_one(world: World, who: str) -> None:
    actor = world.people[who]
    with pytest.raises(Forbidden):
        confirm_rule(actor=actor, known=None)
    with pytest.raises(Forbidden):
        state(actor, WITHOUT_RULE)


def test_a_stricter_rule_of_the_organisation_holds_from_now_on(world: World) -> None:
    needs = {each.value: [Need.CONSENT.value] for each in Sharing}
    made = state(world.admin, conditions(needs=needs))
    assert (made.number, made.organisation_id, made.made_by) == (1, world.admin.organisation, world.admin.name)
    assert rule_for(world.asker.lab()).confirmation is not None, "who states it has confirmed it"
    with pytest.raises(Invalid, match="not complete"):
        sent(world)
    note(world, Kind.CONSENT, "draft")
    assert SharingDecision.objects.get(source_id=sent(world).pk).rule == made
    assert sees(world.expert, world), "what was shared before stays shared"
    assert state(world.admin, WITHOUT_RULE).number == 2


def test_a_rule_is_inherited_from_the_nearest_organisation_above(world: World) -> None:
    network = Organisation.objects.create(name="Network", short_name="NW", kind="network", country="SE")
    group = Organisation.objects.create(name="Group", short_name="GR", kind="group", country="SE", parent=network)
    Organisation.objects.filter(pk=world.asker.lab()).update(parent=group)
    admin = world.admin
    Membership.objects.filter(pk=admin.acting()).update(organisation=network)
    from accounts.actors import actor_for

    above = actor_for(world.user("admin"), Membership.objects.get(pk=admin.acting()), door=Door.WEB)
    made = state(above, WITHOUT_RULE)
    assert rule_for(world.asker.lab()).rule == made and rule_for(world.asker.lab()).confirmation is not None
    Membership.objects.filter(pk=admin.acting()).update(organisation=world.asker.organisation)
    own = state(world.admin, WITHOUT_RULE)
    assert rule_for(world.asker.lab()).rule == own


def test_what_was_not_on_the_screen_is_not_confirmed(world: World) -> None:
    old = rule_for(world.asker.lab()).rule
    assert old is not None
    state(world.admin, WITHOUT_RULE)
    with pytest.raises(Conflict, match="Another rule"):
        confirm_rule(actor=world.admin, known=old.pk)
    with pytest.raises(Conflict, match="Another rule"):
        state(world.admin, WITHOUT_RULE, known=old.pk)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"source": " "}, "source"), ({"reason": ""}, "reason"), ({"as_of": date(2999, 1, 1)}, "as_of")],
)
def test_a_rule_says_its_source_its_reason_and_its_day(world: World, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        state(world.admin, WITHOUT_RULE, **changed)
    assert field in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        state(world.admin, conditions(told=[Told.PATIENT.value]))
    assert "told" in refusal.value.fields


def test_a_changed_rule_closes_a_running_emergency_that_it_no_longer_lets_through(world: World) -> None:
    note(world, Kind.BLOCK, "sent", reach=Against.ALL)
    call(world)
    assert sees(world.stranger, world, "sent")
    state(world.admin, conditions(overrides=[]))
    assert not sees(world.stranger, world, "sent")
    state(world.admin, conditions(overrides=[Against.ALL.value]))
    assert sees(world.stranger, world, "sent")


def test_a_changed_rule_concerns_objections_too(world: World) -> None:
    record_objection(actor=world.staff, case_id=world.case("sent").pk, seen=world.seen("sent"), stated_by="patient")
    call(world)
    assert sees(world.stranger, world, "sent")
    state(world.admin, conditions(overrides=[]))
    assert not sees(world.stranger, world, "sent")


def test_a_laboratory_that_moves_takes_its_blocks_along(world: World) -> None:
    note(world, Kind.BLOCK, reach=Against.ORGANISATION)
    assert not sees(world.expert, world)
    trust = Organisation.objects.create(name="Trust", short_name="TR", kind="group", country="NL")
    for lab in (world.expert.lab(), world.asker.lab()):
        one = Organisation.objects.get(pk=lab)
        fields = OrganisationFields(one.name, one.short_name, one.country, one.time_zone, parent=trust.pk)
        edit_organisation(actor=COMMAND, organisation_id=lab, fields=fields)
    assert sees(world.expert, world), "it is the own organisation by now"


def test_who_is_told_of_an_emergency_follows_the_rule(world: World) -> None:
    state(world.admin, conditions(told=[Told.PRIVACY_OFFICER.value, Told.PATIENT.value]))
    access = call(world)
    run.drain()
    told = set(Notification.objects.filter(kind="emergency.open").values_list("recipient", flat=True))
    assert told == {world.officer.person} and access.letter_owed
    state(world.admin, conditions(told=[Told.ADMINISTRATORS.value]))
    other = call(world, state="waiting")
    run.drain()
    rows = Notification.objects.filter(kind="emergency.open", subject=other.pk)
    assert set(rows.values_list("recipient", flat=True)) == {world.admin.person} and not other.letter_owed


@pytest.mark.commits
@pytest.mark.ci
def test_two_who_state_one_at_once_make_two_versions_or_one_hears_of_the_other(world: World) -> None:
    heard: list[str] = []

    def once() -> None:
        try:
            state(world.admin, WITHOUT_RULE)
            heard.append("made")
        except Conflict:
            heard.append("conflict")
        finally:
            connections.close_all()

    run_both(once, once)
    rules = LegalRule.objects.filter(organisation=world.admin.organisation)
    assert len(heard) == 2 and rules.count() == heard.count("made") >= 1
    assert rules.filter(status="in_force").count() == 1


def run_both(*acts: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_an_organisation_drops_its_own_rule_and_its_countrys_holds_again(world: World) -> None:
    country = rule_for(world.admin.lab()).rule
    assert country is not None
    confirm_rule(actor=world.admin, known=country.pk)
    with pytest.raises(Conflict, match="no rule of its own"):
        drop_rule(actor=world.admin, known=country.pk, reason="The board")
    own = state(world.admin, conditions(overrides=[]))
    note(world, Kind.REFUSAL, "sent")
    with pytest.raises(Hidden):
        call(world)
    with pytest.raises(Invalid) as refusal:
        drop_rule(actor=world.admin, known=own.pk, reason=" ")
    assert "reason" in refusal.value.fields
    for actor in (world.staff, world.officer):
        with pytest.raises(Forbidden):
            drop_rule(actor=actor, known=own.pk, reason="The board")
    with pytest.raises(Conflict):
        drop_rule(actor=world.expert_admin, known=own.pk, reason="The board")
    drop_rule(actor=world.admin, known=own.pk, reason="The board")
    own.refresh_from_db()
    applied = rule_for(world.admin.lab())
    assert applied.rule == country and applied.confirmation is not None, "what was confirmed stays confirmed"
    assert own.status == "superseded" and own.superseded_at is not None
    assert AuditEvent.objects.get(action="legal_rule.dropped").object_id == str(own.pk)
    assert TimelineEntry.objects.get(noun="legal_rule", action="drop").reason == "The board"
    assert call(world), "an emergency overrides what the country's rule lets it"
    with pytest.raises(Conflict):
        drop_rule(actor=world.admin, known=own.pk, reason="Twice")
    assert state(world.admin, conditions()).number == 2
