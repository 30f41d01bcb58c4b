"""Kinds of people beside those of the cast, each made by the real actions in the test's own transaction.

A kind says whom of the cast somebody is like, before each noun: the matrix's own rows then say what they hear.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.test import Client

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.actions.work import WorkFields, enter_absence, plan_work
from cases.emergency.models import EmergencyAccess
from cases.exclusions.actions.keep_out import keep_out
from cases.exclusions.models import Exclusion
from cases.models import Case
from cases.objections.actions.object import record_objection
from cases.objections.models import Objection
from consult.reports.models import Report
from consult.requests.actions.decline import decline
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core.actor import MACHINE, Actor, system
from tests.access.asking import NotAskedError
from tests.access.row import Row
from tests.accounts.machine_tokens import machine_client, made_token
from tests.cast import PEOPLE, STATES, World, client_for, local_day, outsider
from tests.emergency.helping import call, join
from tests.requests.outside import joined


class Swapped(World):
    """The world in which the request that is sent is the one that was a draft: it was sent as the kind needs it."""

    def case(self, state: str) -> Case:
        """As in the world. Raises NotAskedError for the draft, which is none any more."""
        if state == "draft":
            raise NotAskedError
        return super().case("draft" if state == "sent" else state)


@dataclass(frozen=True)
class Kind:
    """Somebody, by the one of the cast whom they are `like` before everything that the kind says nothing about.

    `make` brings it about in a world and gives the person. `before` says whom they are like before a noun, if it is
    of a case in `states`. `aimless` is whom they are like where nothing is named, if it is somebody else, and `but` the
    answers of single routes. Who acts on a request whose share `is_over` hears that (409). `is_swapped`: see Swapped.
    `later` moves the clock. A session from before goes on where the kind `stayed`; somebody who `is_blind` never learns
    the name.
    """

    make: Callable[[World], Actor]
    like: str
    before: Mapping[str, str] = field(default_factory=dict)
    states: tuple[str, ...] = ("sent",)
    is_over: bool = False
    aimless: str = ""
    but: Mapping[str, str] = field(default_factory=dict)
    is_swapped: bool = False
    later: timedelta = timedelta(0)
    stayed: bool = False
    is_blind: bool = False
    client: Callable[[Actor], Client] = client_for

    def expected(self, row: Row, noun: str) -> str:
        """What they hear: `noun` is '' where nothing is named, 'other' for what is not touched."""
        like = (self.aimless or self.like) if noun == "" else self.before.get(noun, self.like)
        heard = self.but.get(f"{row.method} {row.route}", row.expected(like))
        hears_that_it_is_over = self.is_over and noun == "request" and row.route != "requests:act"
        return "in" if hears_that_it_is_over and heard == "403" else heard


def nouns(world: World, *states: str) -> dict[UUID, str]:
    """What there is of the cases in these states, by key: case, patient, slide (shared), unshared, request, report,
    first_report, or kept_report where the opinion that rests on it is signed."""
    found: dict[UUID, str] = {}
    for state in states:
        case, slides = world.case(state), world.slides(state)
        found |= {case.pk: "case", case.patient_id: "patient", slides[0].pk: "slide"}
        found |= {each.pk: "unshared" for each in slides[1:]}
        found |= {each.pk: "request" for each in ConsultRequest.objects.filter(case=case)}
        for each in Report.objects.filter(case=case):
            first = "kept_report" if state in {"answered", "acknowledged", "closed"} else "first_report"
            found[each.pk] = first if each.kind == "received" else "report"
    return found


def nouns_made(cases: Collection[UUID]) -> dict[UUID, str]:
    """The emergencies, objections and exclusions about these cases: a row of the matrix makes the one it asks about."""
    called = EmergencyAccess.objects.filter(case__in=cases).values_list("pk", flat=True)
    stated = Objection.objects.filter(case__in=cases).values_list("pk", flat=True)
    kept_out = Exclusion.objects.filter(case__in=cases).values_list("pk", flat=True)
    found = dict.fromkeys(called, "emergency") | dict.fromkeys(stated, "objection")
    return found | dict.fromkeys(kept_out, "exclusion")


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
        days = {"first_day": local_day() + timedelta(days=first)}
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
    """The person has a conflict of interest, and is kept out of the case."""

    def make(world: World) -> Actor:
        keep_out(
            actor=world.staff,
            case_id=world.case("sent").pk,
            seen=world.seen("sent"),
            person_id=world.people[who].who(),
            reason="conflict",
        )
        return world.people[who]

    return make


def _deactivated(world: World) -> Actor:
    deactivate(actor=system("tests"), person_id=world.expert.who())
    return world.expert


def _left(world: World) -> Actor:
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    return world.expert


def _became(role: str) -> Callable[[World], Actor]:
    def make(world: World) -> Actor:
        change_membership(
            actor=world.expert_admin,
            membership_id=world.expert.acting(),
            fields=MembershipFields(role=role),
            open_work_seen=True,
        )
        return World.load(world.name).expert

    return make


def _new(role: str) -> Callable[[World], Actor]:
    return lambda world: join(world, f"new-{role}", role, world.asker)


_texts: dict[UUID, str] = {}


def _machine(*scopes: str, days: int = 90) -> Callable[[World], Actor]:
    """A machine of the asking laboratory."""

    def make(world: World) -> Actor:
        token, text = made_token(world, *scopes, days=days)
        _texts[token.pk] = text
        lab, may = token.organisation_id, frozenset(scopes)
        return Actor(None, token.name, organisation=lab, role=MACHINE, machine=token.pk, scopes=may)

    return make


def _by_token(actor: Actor) -> Client:
    assert actor.machine
    return machine_client(_texts[actor.machine])


ECHO = {"cases:why"}  # says the same of every key, and repeats it
NO_IMAGE = {"POST slides:retry": "404", "POST api-slide-retry": "404", "POST api-slide-take-off": "in"}
YEAR = timedelta(days=366)
STRANGE = {"case": "stranger", "slide": "stranger", "unshared": "stranger", "first_report": "stranger"}
ENDED = STRANGE | {"kept_report": "expert_colleague"}  # what a signed opinion rests on stays in its record
SHARED = {"case": "expert", "slide": "expert", "request": "expert", "first_report": "expert"}
UNWRITTEN = dict.fromkeys(("PATCH api-report", "POST api-report-sign", "POST reports:edit"), "404")
FORMER = {"request": "expert", "report": "expert"}  # whoever was asked, and wrote, keeps that in the same laboratory
RUNNING = ("sent", "asked", "accepted", "waiting")
# An outside expert is for one case: knows no colleagues, enters no cases and calls no emergency, whatever is asked for.
OUTSIDE_NOUNS = {"emergency": "expert"}
OUTSIDE = {
    "GET accounts:colleague": "404",
    "GET cases:import_preview": "403",
    "POST cases:import_preview": "403",
    "POST api-emergencies": "403",
    "POST api-person-remove-factors": "login",  # with another password than the cast's
    "POST api-report-sign": "login",
}
ONLY_READS = {
    **dict.fromkeys(("GET requests:act", "POST requests:act", "POST requests:read"), "403"),
    **{f"POST api-request-{action}": "403" for action in ("accept", "decline", "ask", "give_number")},
}
# A deputy reads, and takes a request over before anything else; of one that is answered hears that nothing is open.
DEPUTY = ONLY_READS | {f"POST api-request-{action}": "in" for action in ("take_over", "acknowledge", "close")}
# Whoever is something else in the laboratory now: what they were asked and have written is read, and nothing is done.
NO_LONGER = {
    **ONLY_READS,
    **UNWRITTEN,
    **dict.fromkeys(("GET reports:preview", "GET api-report-preview", "POST reports:sign"), "403"),
    "GET notifications:open": "in",
}
OWN_WORK = dict.fromkeys(
    ("GET accounts:work", "POST accounts:work", "POST accounts:enter_absence", "GET api-work", "PUT api-work"), "in"
) | {"POST api-absences": "in"}
KINDS = {
    "shared": Kind(_expert, "expert"),
    "expired": Kind(_expert, "expert", ENDED, STATES, is_over=True, but=UNWRITTEN, later=YEAR),
    "revoked": Kind(_revoked, "expert", ENDED, is_over=True),
    "declined": Kind(_declined, "expert", ENDED, is_over=True),
    "not yet valid": Kind(_deputy(5), "expert_colleague"),
    "valid from a later day on": Kind(
        _deputy(5), "expert_colleague", SHARED, RUNNING, but=DEPUTY, later=timedelta(days=6)
    ),
    "deputy": Kind(_deputy(0), "expert_colleague", SHARED, RUNNING, but=DEPUTY),
    "deputy whose time is over": Kind(_deputy(0), "expert_colleague", later=timedelta(days=6)),
    "pseudonymised": Kind(
        lambda world: _sent_to(world, world.expert, is_pseudonymised=True),
        "expert",
        {"first_report": "stranger"},
        but=NO_IMAGE,
        is_swapped=True,
        is_blind=True,
    ),
    "outside expert": Kind(
        lambda world: _sent_to(world, joined(world)),
        "stranger",
        SHARED | {"first_report": "stranger"} | OUTSIDE_NOUNS,
        aimless="auditor",
        but=OUTSIDE | NO_IMAGE,
        is_swapped=True,
    ),
    "outside expert, another case": Kind(joined, "stranger", OUTSIDE_NOUNS, aimless="auditor", but=OUTSIDE),
    "emergency": Kind(_emergency, "stranger", SHARED | {"request": "stranger", "unshared": "asker"}),
    "emergency that is over": Kind(_emergency, "stranger", later=timedelta(minutes=61)),
    "objection": Kind(_objected, "expert", ENDED, is_over=True),
    "denied a share": Kind(_denied("expert"), "expert", STRANGE | {"request": "stranger"}),
    "denied at home": Kind(
        _denied("colleague"),
        "colleague",
        STRANGE | {"request": "stranger", "objection": "stranger", "exclusion": "stranger", "emergency": "expert"},
    ),
    "deactivated": Kind(_deactivated, "anonymous", stayed=True),
    "left": Kind(_left, "nobody", but={"GET notifications:open": "in"}),
    "expert who became a clinician": Kind(_became("clinician"), "clinician", FORMER, STATES, but=NO_LONGER | OWN_WORK),
    "expert who became an administrator": Kind(_became("lab_admin"), "expert_admin", FORMER, STATES, but=NO_LONGER),
    "trainee": Kind(_new("trainee"), "colleague"),
    "secretary": Kind(_new("secretary"), "staff"),
    "MDT coordinator": Kind(_new("mdt_coordinator"), "auditor"),
    "privacy officer": Kind(_new("privacy_officer"), "officer"),
    "auditor": Kind(_new("auditor"), "auditor"),
    "administrator": Kind(_new("lab_admin"), "admin"),
    "machine": Kind(_machine("cases:read"), "machine", client=_by_token),
    "machine whose token ran out": Kind(_machine("cases:read", days=1), "anonymous", later=YEAR, client=_by_token),
}
OPENED = ("shared", "valid from a later day on", "deputy", "pseudonymised", "outside expert", "emergency")
BY_SHARE = list(KINDS)[: list(KINDS).index("deactivated")]  # what they see ends or begins with a share
CLOSED = [kind for kind in BY_SHARE if kind not in OPENED]
# Who is of the cast but for one share: the matrix has asked what that is not about. "shared" is the cast's expert.
BUT_FOR_A_SHARE = set(BY_SHARE) - {"shared", "outside expert", "outside expert, another case"}


def _of_nowhere(who: str) -> Kind:
    """A member of nothing."""
    return Kind(lambda world: Actor(None, ""), who, client=lambda actor: outsider(f"{who}@installation.example"))


def _of_the_cast(who: str) -> Callable[[World], Actor]:
    return lambda world: world.people[who]


CAST = {
    **{who: Kind(_of_the_cast(who), who) for who in PEOPLE},
    "nobody": _of_nowhere("nobody"),
    "platform": _of_nowhere("platform"),
    "anonymous": Kind(lambda world: Actor(None, ""), "anonymous", client=lambda actor: Client()),
}
