"""Kinds of people beside those of the cast, each made by the real actions in the test's own transaction.

A kind says whom of the cast somebody is now like before a case: `like` for its pages and the slide that is shared,
`unshared` for the slide that is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.actions.work import WorkFields, enter_absence, plan_work
from cases import hooks
from cases.access.grants import reconcile
from cases.hooks import DenialSpec
from cases.objections.actions.object import record_objection
from consult.requests.actions.decline import decline
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from core import clock
from core.actor import Actor, system
from core.ids import new_id
from tests.cast import World
from tests.emergency.helping import call, join
from tests.requests.test_outside_expert import joined


@dataclass(frozen=True)
class Kind:
    """`make` brings it about in a world and gives the person; `state` is that of the case; `later` moves the clock;
    somebody who `is_blind` never learns the name."""

    make: Callable[[World], Actor]
    like: str
    unshared: str = "stranger"
    state: str = "sent"
    later: timedelta = timedelta(0)
    is_blind: bool = False


def _expert(world: World) -> Actor:
    return world.expert


def _revoked(world: World) -> Actor:
    sent = world.request("sent")
    withdraw(
        actor=world.asker, request_id=sent.pk, version=sent.version, seen=world.seen("sent"), reason="Asked elsewhere"
    )
    return world.expert


def _declined(world: World) -> Actor:
    sent = world.request("sent")
    decline(actor=world.expert, request_id=sent.pk, version=sent.version, seen=world.seen("sent"), reason="no_capacity")
    return world.expert


def _deputy(first: int) -> Callable[[World], Actor]:
    """Of an expert who is away from the day on that comes `first` days after today."""

    def make(world: World) -> Actor:
        expert = world.expert.acting()
        plan_work(actor=world.expert, membership_id=expert, fields=WorkFields(deputy=world.expert_colleague.membership))
        days = {"first_day": clock.now().date() + timedelta(days=first)}
        enter_absence(actor=world.expert, membership_id=expert, last_day=days["first_day"] + timedelta(days=3), **days)
        return world.expert_colleague

    return make


def _sent_to(world: World, person: Actor, *, is_pseudonymised: bool = False) -> Actor:
    draft = world.request("draft")
    wanted = Draft(expert=person.membership, is_pseudonymised=is_pseudonymised, shares_first_report=False)
    draft = edit(actor=world.asker, request_id=draft.pk, version=draft.version, seen=world.seen("draft"), draft=wanted)
    send(
        actor=world.asker,
        request_id=draft.pk,
        version=draft.version,
        seen=world.seen("draft"),
        texts_checked=is_pseudonymised,
    )
    return person


def _emergency(world: World) -> Actor:
    call(world)
    return world.stranger


def _objected(world: World) -> Actor:
    record_objection(actor=world.staff, case_id=world.case("sent").pk, seen=world.seen("sent"), stated_by="patient")
    return world.expert


def _denied(who: str) -> Callable[[World], Actor]:
    """The person has a conflict of interest. No workflow states one yet, so a source is put into the hook: see
    `denials` of the tests."""

    def make(world: World) -> Actor:
        DENIED.append((world.case("sent").pk, world.people[who].who()))
        reconcile([world.case("sent").pk], actor=system("tests"))
        return world.people[who]

    return make


DENIED: list[tuple[UUID, UUID]] = []  # (case, person), while a test runs


def put_denials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have DENIED stated as a workflow would state it; it is empty again afterwards."""
    DENIED.clear()
    since, source = clock.now() - timedelta(hours=1), new_id()
    monkeypatch.setattr(
        hooks,
        "_denials",
        [lambda ids: [DenialSpec(c, p, "conflict", "tests", source, since) for c, p in DENIED if c in set(ids)]],
    )


def _deactivated(world: World) -> Actor:
    deactivate(actor=system("tests"), person_id=world.expert.who())
    return world.expert


def _left(world: World) -> Actor:
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    return world.expert


def _became(role: str) -> Callable[[World], Actor]:
    def make(world: World) -> Actor:
        change_membership(
            actor=world.expert_admin, membership_id=world.expert.acting(), fields=MembershipFields(role=role)
        )
        return World.load(world.name).expert

    return make


def _new(role: str) -> Callable[[World], Actor]:
    return lambda world: join(world, f"new-{role}", role, world.asker)


YEAR = timedelta(days=366)
KINDS = {
    "shared": Kind(_expert, "expert"),
    "expired": Kind(_expert, "stranger", later=YEAR),
    "revoked": Kind(_revoked, "stranger"),
    "declined": Kind(_declined, "stranger"),
    "not yet valid": Kind(_deputy(5), "stranger"),
    "valid from a later day on": Kind(_deputy(5), "expert", later=timedelta(days=6)),
    "deputy": Kind(_deputy(0), "expert"),
    "deputy whose time is over": Kind(_deputy(0), "stranger", later=timedelta(days=6)),
    "pseudonymised": Kind(
        lambda world: _sent_to(world, world.expert, is_pseudonymised=True), "expert", state="draft", is_blind=True
    ),
    "outside expert": Kind(lambda world: _sent_to(world, joined(world)), "expert", state="draft"),
    "outside expert, another case": Kind(joined, "stranger"),
    "emergency": Kind(_emergency, "expert", unshared="expert"),
    "emergency that is over": Kind(_emergency, "stranger", later=timedelta(minutes=61)),
    "objection": Kind(_objected, "stranger"),
    "denied a share": Kind(_denied("expert"), "stranger"),
    "denied at home": Kind(_denied("colleague"), "stranger"),
    "deactivated": Kind(_deactivated, "anonymous", unshared="anonymous"),
    "left": Kind(_left, "nobody", unshared="nobody"),
    "expert who became a clinician": Kind(_became("clinician"), "clinician", unshared="clinician"),
    "expert who became an administrator": Kind(_became("lab_admin"), "stranger"),
    "trainee": Kind(_new("trainee"), "colleague", unshared="colleague"),
    "secretary": Kind(_new("secretary"), "staff", unshared="staff"),
    "MDT coordinator": Kind(_new("mdt_coordinator"), "clinician", unshared="clinician"),
    "privacy officer": Kind(_new("privacy_officer"), "officer", unshared="officer"),
    "auditor": Kind(_new("auditor"), "auditor", unshared="auditor"),
    "administrator": Kind(_new("lab_admin"), "admin", unshared="admin"),
}
