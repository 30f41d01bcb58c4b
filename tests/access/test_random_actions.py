"""Random people do random things, and time passes: after each step every way of asking gives the same answer.

The answer is compared with a few lines of SQL over memberships, shares, grants and denials, which know none of the
project's queries; and the grants are what the workflows state.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.actions import agreement as agreements
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import end_membership
from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from accounts.actors import actor_for, choose, memberships_of
from accounts.models import Absence, Agreement, User
from cases.access.grants import reconcile
from cases.access.lock import Seen
from cases.access.pages import case_page
from cases.access.queries import get_case, may_see_slide, visible_among, visible_cases, visible_slides
from cases.actions.fields import CaseFields, IdentifierFields, MaterialFields, PartFields, PatientFields, SlideFields
from cases.actions.register import NewCase, register
from cases.emergency.actions.end import end as end_emergency
from cases.emergency.models import EmergencyAccess
from cases.finding import find_cases, typed
from cases.models import Case, Slide
from cases.objections.actions.lift import lift
from cases.objections.actions.object import record_objection
from cases.objections.models import Objection
from consult.requests.actions.accept import accept
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.ask import ask
from consult.requests.actions.close import close
from consult.requests.actions.create import create
from consult.requests.actions.decline import decline
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.reply import reply
from consult.requests.actions.send import send
from consult.requests.actions.take_over import take_over
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor, Door, system
from core.errors import Hidden, Refusal
from tests.cast import CANARY, World, client_for, sign_opinion
from tests.emergency.helping import call

START = datetime(2030, 1, 7, 12, tzinfo=UTC)  # a Monday
WORD = "zonnedauw"  # stands in the history of every case that is made here, and nowhere else
PEOPLE = ("asker", "colleague", "staff", "clinician", "expert", "expert_colleague", "stranger")
EXPERTS = ("expert", "expert_colleague", "colleague")

OPEN = """
WITH acting AS (SELECT m.* FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
       WHERE m.id = %(membership)s AND m.valid_from <= core_now()
         AND (m.valid_until IS NULL OR m.valid_until > core_now())
         AND m.role IN ('pathologist', 'trainee', 'lab_staff', 'secretary')),
     home AS (SELECT c.id FROM cases_case c JOIN acting ON acting.organisation_id = c.organisation_id),
     shared AS (SELECT s.id AS share, g.content_object_id AS "case" FROM cases_casegrant g
       JOIN auth_permission p ON p.id = g.permission_id AND p.codename = 'view_case'
       JOIN cases_share s ON s.id = g.share_id AND s.case_id = g.content_object_id AND s.ended_at IS NULL
       WHERE g.user_id = %(person)s AND g.revoked_at IS NULL
         AND greatest(g.valid_from, s.valid_from) <= core_now() AND core_now() < least(g.valid_until, s.valid_until)),
     barred AS (SELECT case_id FROM cases_denial
       WHERE user_id = %(person)s AND ended_at IS NULL AND valid_from <= core_now())
"""
CASES = (
    OPEN
    + """SELECT id FROM cases_case WHERE id IN (SELECT id FROM home UNION SELECT "case" FROM shared)
  AND id NOT IN (SELECT case_id FROM barred)"""
)
SLIDES = (
    OPEN
    + """SELECT l.id FROM cases_slide l WHERE l.case_id NOT IN (SELECT case_id FROM barred)
  AND (l.case_id IN (SELECT id FROM home)
    OR EXISTS (SELECT FROM shared h JOIN cases_shareslide n ON n.share_id = h.share
               WHERE h."case" = l.case_id AND n.slide_id = l.id))"""
)


def oracle(actor: Actor, question: str) -> set[UUID]:
    """What this actor sees, from the tables."""
    with connection.cursor() as cursor:
        cursor.execute(question, {"membership": actor.membership, "person": actor.person})
        return {row[0] for row in cursor.fetchall()}


class Laboratories(RuleBasedStateMachine):
    """The world of the cast, from a moment on at which nothing happens by itself. Undone at the end."""

    world: World  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = START
        clock.set_to(START)
        self.steps = 0
        self.register()
        self.ask_somebody(0, "expert", True, 1)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        clock.set_to(None)

    def actor(self, who: str) -> Actor:
        """The person as a request of theirs would find them now."""
        user = User.objects.get(pk=self.world.people[who].who())
        acting = choose(memberships_of(user), None) if user.is_active else None
        return actor_for(user, acting, door=Door.WEB)

    def made(self) -> list[Case]:
        return list(Case.objects.filter(accession_number__startswith="RA-").order_by("accession_number"))

    def sent(self) -> list[ConsultRequest]:
        return list(ConsultRequest.objects.filter(case__in=self.made()).order_by("created_at", "pk"))

    def seen(self, case: Case) -> Seen:
        return Seen(case.identity_version, case.patient.version)

    def attempt(self, act: Callable[[], object]) -> None:
        """What a person may not do, or not now, is refused and changes nothing; anything else is a fault."""
        try:
            with transaction.atomic():
                act()
        except Refusal:
            pass

    @rule()
    def register(self) -> None:
        number = f"RA-{len(self.made()) + 1}"
        if number == "RA-4":
            return
        identifiers = [IdentifierFields("LOCAL", number, verified=True)]
        new = NewCase(
            case=CaseFields(accession_number=number, organ_system="skin", history=f"Lesion, {WORD}.", language="en"),
            patient=PatientFields(CANARY, "Quirine", sex="F", birth=(1956, 11, 5), identifiers=identifiers),
            material=MaterialFields(
                parts=[PartFields("A", "excision", "left arm")],
                slides=[SlideFields("A1", "HE", "A", "A1"), SlideFields("A2", "HE", "A", "A2")],
            ),
        )
        register(actor=self.actor("asker"), new=new)

    @rule(at=st.integers(0, 2), who=st.sampled_from(EXPERTS), hidden=st.booleans(), slides=st.integers(1, 3))
    def ask_somebody(self, at: int, who: str, hidden: bool, slides: int) -> None:
        """The slides are the bits of the number."""
        cases = self.made()
        case = cases[at % len(cases)]
        chosen = [s.pk for n, s in enumerate(Slide.objects.filter(case=case).order_by("label")) if slides >> n & 1]
        asker, seen = self.actor("asker"), self.seen(case)
        draft = Draft(
            question=f"Is this a Spitz naevus of {CANARY if not hidden else 'this patient'}?",
            expert=self.world.people[who].membership,
            slides=chosen,
            is_pseudonymised=hidden,
        )

        def act() -> None:
            made = create(actor=asker, case_id=case.pk, seen=seen)
            made = edit(actor=asker, request_id=made.pk, version=made.version, seen=seen, draft=draft)
            send(actor=asker, request_id=made.pk, version=made.version, seen=seen, texts_checked=True)

        self.attempt(act)

    MOVES: dict[str, tuple[Callable[..., object], dict[str, object]]] = {
        "accept": (accept, {}),
        "decline": (decline, {"reason": "no_capacity"}),
        "ask": (ask, {"text": "How long?"}),
        "reply": (reply, {"text": "A year.", "texts_checked": True}),
        "withdraw": (withdraw, {"reason": "Asked elsewhere", "texts_checked": True}),
        "take over": (take_over, {}),
        "acknowledge": (acknowledge, {}),
        "close": (close, {"use": "adopted", "texts_checked": True}),
    }

    @rule(at=st.integers(0, 9), move=st.sampled_from(sorted(MOVES)), who=st.sampled_from(PEOPLE))
    def move(self, at: int, move: str, who: str) -> None:
        requests = self.sent()
        if not requests:
            return
        request = requests[at % len(requests)]
        action, more = self.MOVES[move]
        more = {"accession_number": f"E-{request.pk}"[:20], **more} if move == "accept" else more
        given: dict[str, Any] = {"request_id": request.pk, "version": request.version, "seen": self.seen(request.case)}
        self.attempt(lambda: action(actor=self.actor(who), **given, **more))

    @rule(at=st.integers(0, 9))
    def answer(self, at: int) -> None:
        accepted = [each for each in self.sent() if each.status == "accepted" and each.expert_id]
        accepted = [each for each in accepted if each.expert_id == self.world.expert.membership]
        if accepted:
            request = accepted[at % len(accepted)]
            self.attempt(lambda: sign_opinion(self.world, request, self.seen(request.case)))

    @rule(at=st.integers(0, 2), lifted=st.booleans())
    def objection(self, at: int, lifted: bool) -> None:
        cases = self.made()
        case, staff = cases[at % len(cases)], self.actor("staff")
        known = Objection.objects.filter(case=case, status="standing").first()
        if known is None:
            given: dict[str, Any] = {"case_id": case.pk, "seen": self.seen(case), "stated_by": "patient"}
            self.attempt(lambda: record_objection(actor=staff, **given))
        elif lifted:
            given = {"objection_id": known.pk, "version": known.version, "seen": self.seen(case), "reason": "Changed"}
            self.attempt(lambda: lift(actor=staff, **given))

    @rule(at=st.integers(0, 2), who=st.sampled_from(("stranger", "clinician", "expert", "staff")))
    def emergency(self, at: int, who: str) -> None:
        cases = self.made()
        self.attempt(lambda: call(self.world, self.actor(who), case=cases[at % len(cases)].pk))

    @rule(who=st.sampled_from(PEOPLE))
    def emergency_ends(self, who: str) -> None:
        for access in EmergencyAccess.objects.filter(case__in=self.made(), status="running"):
            self.attempt(lambda access=access: end_emergency(actor=self.actor(who), access_id=access.pk))

    @rule(first=st.integers(0, 4), days=st.integers(0, 3))
    def absence(self, first: int, days: int) -> None:
        """Of the expert, for whom the colleague stands in."""
        expert, key = self.actor("expert"), self.world.expert.acting()
        day = self.now.date() + timedelta(days=first)

        def act() -> None:
            deputy = self.world.expert_colleague.membership
            plan_work(actor=expert, membership_id=key, fields=WorkFields(deputy=deputy))
            enter_absence(actor=expert, membership_id=key, first_day=day, last_day=day + timedelta(days=days))

        self.attempt(act)

    @rule()
    def back(self) -> None:
        absence = Absence.objects.not_over().filter(membership=self.world.expert.membership).first()
        if absence:
            self.attempt(lambda: cancel_absence(actor=self.actor("expert"), absence_id=absence.pk))

    @rule(who=st.sampled_from(("expert", "expert_colleague")))
    def leave(self, who: str) -> None:
        self.attempt(
            lambda: end_membership(actor=self.actor("expert_admin"), membership_id=self.world.people[who].acting())
        )

    @rule(who=st.sampled_from(("expert", "expert_colleague")), role=st.sampled_from(("clinician", "pathologist")))
    def change(self, who: str, role: str) -> None:
        fields, key = MembershipFields(role=role, valid_until=None), self.world.people[who].acting()
        self.attempt(lambda: change_membership(actor=self.actor("expert_admin"), membership_id=key, fields=fields))

    @rule()
    def agreement_ends(self) -> None:
        known = self.world.agreement("confirmed") if self.has_agreement() else None
        if known:
            given: dict[str, Any] = {"agreement_id": known.pk, "version": known.version, "reason": "Over"}
            self.attempt(lambda: agreements.end(actor=system("tests"), **given))

    def has_agreement(self) -> bool:
        return Agreement.objects.filter(asking=self.world.asker.organisation, status="confirmed").exists()

    @rule(hours=st.sampled_from((0.5, 1, 7, 24, 24 * 5, 24 * 400)))
    def later(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        clock.set_to(self.now)
        self.agrees()  # before anything is tidied
        reconcile([case.pk for case in self.made()], actor=system("tests"))

    @invariant()
    def grants_are_what_the_workflows_state(self) -> None:
        assert reconcile([case.pk for case in self.made()], actor=system("tests")) == 0

    @invariant()
    def agrees(self) -> None:
        cases = {case.pk for case in self.made()}
        slides = set(Slide.objects.filter(case__in=cases).values_list("pk", flat=True))
        self.steps += 1
        for number, who in enumerate(PEOPLE):
            actor = self.actor(who)
            expected = oracle(actor, CASES)
            here = expected & cases
            assert set(visible_cases(actor).values_list("pk", flat=True)) == expected
            assert visible_cases(actor).count() == len(expected)
            assert {case.pk for case in case_page(actor, size=200).cases} == expected
            assert {case.pk for case in visible_among(actor, cases)} == here
            assert {case for case in cases if self.opens(actor, case)} == here
            assert {view.id for view in find_cases(actor, typed(WORD), size=50).things} == here
            open_slides = oracle(actor, SLIDES)
            assert set(visible_slides(actor).values_list("pk", flat=True)) == open_slides
            assert {slide for slide in slides if may_see_slide(actor, slide)} == open_slides & slides
            if number == self.steps % len(PEOPLE) and actor.membership:
                listed = client_for(actor).get(reverse("api-cases")).json()["results"]
                assert {UUID(each["id"]) for each in listed} & cases == here

    def opens(self, actor: Actor, case: UUID) -> bool:
        try:
            get_case(actor, case)
        except Hidden:
            return False
        return True

    @invariant()
    def what_was_sent_under_a_pseudonym_names_nobody(self) -> None:
        for request in self.sent():
            if request.is_pseudonymised:
                assert CANARY.lower() not in json.dumps(request.as_sent).lower()


def walk(world: World, examples: int, steps: int) -> None:
    machine = type("Walk", (Laboratories,), {"world": world})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks, database=None
    )
    run_state_machine_as_test(machine, settings=how)


def test_whatever_people_do_every_way_of_asking_agrees(world: World) -> None:
    walk(world, 2, 6)


@pytest.mark.ci
def test_whatever_people_do_every_way_of_asking_agrees_for_longer(world: World) -> None:
    walk(world, 10, 20)


@pytest.mark.deep
def test_whatever_people_do_every_way_of_asking_agrees_for_very_long(world: World) -> None:
    walk(world, 150, 40)
