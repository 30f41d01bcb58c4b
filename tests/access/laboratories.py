"""Laboratories in which random people do random things while time passes: the machine of the stateful test.

After each step everybody hears in every way (answers.py) what the tables say (oracle.py), and the grants are what the
workflows state.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.actions import agreement as agreements
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import end_membership
from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from accounts.actors import actor_for, choose, memberships_of
from accounts.models import Absence, Agreement, User
from cases.access.grants import reconcile
from cases.access.lock import Seen
from cases.actions.fields import CaseFields, IdentifierFields, MaterialFields, PartFields, PatientFields, SlideFields
from cases.actions.register import NewCase, register
from cases.emergency.actions.end import end as end_emergency
from cases.emergency.models import EmergencyAccess
from cases.exclusions.actions.keep_out import keep_out
from cases.exclusions.actions.let_in import let_in
from cases.exclusions.models import Exclusion
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
from core.errors import Refusal
from slides.models import SlideImage
from slides.states import Status
from tests.access.answers import WORD, Things, code_agrees, doors_agree
from tests.access.oracle import known_to
from tests.cast import CANARY, World, client_for, sign_opinion
from tests.emergency.helping import call

START = datetime(2030, 1, 7, 12, tzinfo=UTC)  # a Monday
PEOPLE = ("asker", "colleague", "staff", "clinician", "expert", "expert_colleague", "stranger")
EXPERTS = ("expert", "expert_colleague", "colleague")
MOST_CASES = 3
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


class Laboratories(RuleBasedStateMachine):
    """The world of the cast, from a moment on at which nothing happens by itself. Undone at the end."""

    world: World  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now, self.steps = START, 0
        clock.set_to(START)

    @initialize()
    def begin(self) -> None:
        """With one case and one request."""
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

    def case(self, at: int) -> Case:
        made = self.made()
        return made[at % len(made)]

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

    def reconciled(self) -> int:
        """How many grants were not what the workflows state."""
        return reconcile([case.pk for case in self.made()], actor=system("tests"))

    @rule()
    def register(self) -> None:
        number = len(self.made()) + 1
        if number > MOST_CASES:
            return
        new = NewCase(
            case=CaseFields(
                accession_number=f"RA-{number}", organ_system="skin", history=f"Lesion, {WORD}.", language="en"
            ),
            patient=PatientFields(
                CANARY,
                "Quirine",
                sex="F",
                birth=(1956, 11, 5),
                identifiers=[IdentifierFields("LOCAL", f"RA-P{number}", verified=True)],
            ),
            material=MaterialFields(
                parts=[PartFields("A", "excision", "left arm")],
                slides=[SlideFields("A1", "HE", "A", "A1"), SlideFields("A2", "HE", "A", "A2")],
            ),
        )

        def act() -> None:
            for slide in Slide.objects.filter(case=register(actor=self.actor("asker"), new=new)):
                SlideImage.objects.create(
                    slide=slide,
                    path="tests/none.svs",
                    status=Status.READY,
                    content_version="a" * 16,
                    sha256=f"{slide.pk.int:064x}",
                    linked_at=clock.now(),
                )

        self.attempt(act)

    @rule(at=st.integers(0, 2), who=st.sampled_from(EXPERTS), hidden=st.booleans(), slides=st.integers(1, 3))
    def ask_somebody(self, at: int, who: str, hidden: bool, slides: int) -> None:
        """The slides are the bits of the number."""
        case = self.case(at)
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

    @rule(at=st.integers(0, 9), move=st.sampled_from(sorted(MOVES)), who=st.sampled_from(PEOPLE))
    def move(self, at: int, move: str, who: str) -> None:
        requests = self.sent()
        if not requests:
            return
        request = requests[at % len(requests)]
        action, more = MOVES[move]
        more = {"accession_number": f"E-{request.number}", **more} if move == "accept" else more
        given: dict[str, Any] = {"request_id": request.pk, "version": request.version, "seen": self.seen(request.case)}
        self.attempt(lambda: action(actor=self.actor(who), **given, **more))

    @rule(at=st.integers(0, 9))
    def answer(self, at: int) -> None:
        expert = self.world.expert.membership
        accepted = [each for each in self.sent() if each.status == "accepted" and each.expert_id == expert]
        if accepted:
            request = accepted[at % len(accepted)]
            self.attempt(lambda: sign_opinion(self.world, request, self.seen(request.case)))

    @rule(at=st.integers(0, 2))
    def object_or_agree(self, at: int) -> None:
        """The patient objects to sharing; asked again, agrees."""
        case, staff = self.case(at), self.actor("staff")
        known = Objection.objects.filter(case=case, status="standing").first()
        seen = self.seen(case)
        if known is None:
            self.attempt(lambda: record_objection(actor=staff, case_id=case.pk, seen=seen, stated_by="patient"))
        else:
            key, version = known.pk, known.version
            self.attempt(lambda: lift(actor=staff, objection_id=key, version=version, seen=seen, reason="Agrees"))

    @rule(at=st.integers(0, 2), who=st.sampled_from(("colleague", "expert", "stranger")))
    def conflict(self, at: int, who: str) -> None:
        """Somebody has a conflict of interest; said again, no longer."""
        case, staff, person = self.case(at), self.actor("staff"), self.world.people[who].who()
        known, seen = Exclusion.objects.filter(case=case, person=person, status="standing").first(), self.seen(case)
        if known is None:
            given: dict[str, Any] = {"case_id": case.pk, "person_id": person, "reason": "conflict"}
            self.attempt(lambda: keep_out(actor=staff, seen=seen, **given))
        else:
            given = {"exclusion_id": known.pk, "version": known.version, "reason": "No conflict"}
            self.attempt(lambda: let_in(actor=staff, seen=seen, **given))

    @rule(at=st.integers(0, 2), who=st.sampled_from(("stranger", "clinician", "expert", "staff")))
    def emergency(self, at: int, who: str) -> None:
        case = self.case(at).pk
        self.attempt(lambda: call(self.world, self.actor(who), case=case))

    @rule(who=st.sampled_from(PEOPLE))
    def emergency_ends(self, who: str) -> None:
        for key in EmergencyAccess.objects.filter(case__in=self.made(), status="running").values_list("pk", flat=True):
            self.attempt(partial(end_emergency, actor=self.actor(who), access_id=key))

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
            key = absence.pk
            self.attempt(lambda: cancel_absence(actor=self.actor("expert"), absence_id=key))

    @rule(
        who=st.sampled_from(("expert", "expert_colleague")),
        role=st.sampled_from(("", "clinician", "pathologist")),
        days=st.sampled_from((0, 2, 9)),
    )
    def change(self, who: str, role: str, days: int) -> None:
        """Somebody leaves, becomes something else, or gets a last day."""
        admin, key = self.actor("expert_admin"), self.world.people[who].acting()
        if role:
            last = self.now + timedelta(days=days) if days else None
            fields = MembershipFields(role, f"REG-{who}".replace("_", "-"), "Register", last)
            self.attempt(lambda: change_membership(actor=admin, membership_id=key, fields=fields, open_work_seen=True))
        else:
            self.attempt(lambda: end_membership(actor=admin, membership_id=key))

    @rule()
    def agreement_ends(self) -> None:
        known = Agreement.objects.filter(asking=self.world.asker.organisation, status="confirmed").first()
        if known:
            key, version = known.pk, known.version
            self.attempt(
                lambda: agreements.end(actor=system("tests"), agreement_id=key, version=version, reason="Over")
            )

    @rule(hours=st.sampled_from((0.5, 1, 7, 24, 24 * 5, 24 * 400)))
    def later(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        clock.set_to(self.now)
        self.everybody_agrees()  # before anything is tidied
        self.reconciled()

    @invariant()
    def grants_are_what_the_workflows_state(self) -> None:
        assert self.reconciled() == 0

    @invariant()
    def everybody_agrees(self) -> None:
        """Through the rooms' own questions everybody, through the doors one after the other."""
        cases = frozenset(case.pk for case in self.made())
        made = Things(cases, frozenset(Slide.objects.filter(case__in=cases).values_list("pk", flat=True)))
        self.steps += 1
        for number, who in enumerate(PEOPLE):
            actor = self.actor(who)
            known = known_to(actor)
            code_agrees(actor, known, made)
            if number == self.steps % len(PEOPLE) and actor.membership:
                doors_agree(client_for(actor), known, made)

    @invariant()
    def what_was_sent_under_a_pseudonym_names_nobody(self) -> None:
        for request in self.sent():
            if request.is_pseudonymised:
                assert CANARY.lower() not in json.dumps(request.as_sent).lower()
