"""The people of the tests and what lies before them: two worlds that mirror each other, made by the real actions.

Each world has an asking laboratory, an answering one and one that has nothing to do with either. Its requests stand in
every state. Find people and things by name on `World`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as RECORDS_OF
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from PIL import Image

from accounts.actions import agreement as agreements
from accounts.actors import ACTING, actor_for
from accounts.models import Agreement, Expertise, Membership, Organisation, User
from accounts.sessions import SIGN_IN, begin
from cases.access.lock import Seen
from cases.actions.fields import (
    CaseFields,
    IdentifierFields,
    MaterialFields,
    PartFields,
    PatientFields,
    SlideFields,
)
from cases.actions.register import NewCase, register
from cases.basis.actions.rule import load_presets
from cases.models import Case, Slide
from consult.reports import hooks
from consult.reports.actions.edit import edit as edit_report
from consult.reports.actions.receive import receive
from consult.reports.actions.sign import sign
from consult.reports.content import content_hash
from consult.reports.models import Report
from consult.requests.actions.accept import accept
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.ask import ask
from consult.requests.actions.close import close
from consult.requests.actions.create import create
from consult.requests.actions.decline import decline
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor, Door, system
from core.jobs import run
from slides.actions.link import link

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

# What a client of the tests gets; it has a name in the stubs only.
Answer: TypeAlias = "_MonkeyPatchedWSGIResponse"

PASSWORD = "correct horse battery staple"
CANARY = "Zwartkopmees"  # a family name nobody has: found where it must not be, it proves a leak

# who: (laboratory, role, family name)
PEOPLE = {
    "asker": ("asking", "pathologist", "Asker"),
    "colleague": ("asking", "pathologist", "Colleague"),
    "staff": ("asking", "lab_staff", "Staff"),
    "clinician": ("asking", "clinician", "Clinician"),
    "admin": ("asking", "lab_admin", "Admin"),
    "officer": ("asking", "privacy_officer", "Officer"),
    "auditor": ("asking", "auditor", "Auditor"),
    "expert": ("answering", "pathologist", "Expert"),
    "expert_colleague": ("answering", "pathologist", "Neighbour"),
    "expert_admin": ("answering", "lab_admin", "Keeper"),
    "stranger": ("other", "pathologist", "Stranger"),
}
LABS = {
    "asking": ("NL", "Europe/Amsterdam", "nl"),
    "answering": ("SE", "Europe/Stockholm", "sv"),
    "other": ("GB", "Europe/London", "en"),
}
ZONE = ZoneInfo("Europe/Amsterdam")  # the clocks of the asking and of the answering laboratory agree
STATES = (
    "draft",
    "sent",
    "asked",
    "accepted",
    "waiting",
    "answered",
    "acknowledged",
    "closed",
    "declined",
    "withdrawn",
)


@dataclass(frozen=True)
class World:
    """One world, found again by name: `asker`, `expert`, ... are actors; `request(state)` is the request in a state."""

    name: str
    people: dict[str, Actor]

    @classmethod
    def load(cls, name: str) -> "World":
        """The world of this name as it is in the database."""
        found = Membership.objects.filter(user__email__endswith=f"@{name}.example").select_related(
            "user", "organisation"
        )
        return cls(name, {row.user.email.split("@")[0]: actor_for(row.user, row, door=Door.WEB) for row in found})

    def __getattr__(self, who: str) -> Actor:
        """world.asker, world.expert, ..."""
        try:
            return self.people[who]
        except KeyError:
            raise AttributeError(who) from None

    def user(self, who: str) -> User:
        """The person."""
        return User.objects.get(pk=self.people[who].who())

    def case(self, state: str) -> Case:
        """The case whose request is in this state."""
        return Case.objects.select_related("patient", "organisation").get(
            accession_number=f"{self.name[0].upper()}-{state}"
        )

    def request(self, state: str) -> ConsultRequest:
        """The request in this state."""
        return ConsultRequest.objects.select_related("case__patient").get(case=self.case(state))

    def report(self, state: str) -> Report:
        """The consultation report of the request in this state."""
        return Report.objects.get(request=self.request(state))

    def slides(self, state: str) -> list[Slide]:
        """The slides of the case: the first is shared by its request, the last is not."""
        return list(Slide.objects.filter(case=self.case(state)).order_by("label"))

    def agreement(self, status: str) -> Agreement:
        """The agreement between the asking and the answering laboratory that is confirmed, or proposed."""
        return Agreement.objects.get(asking__in=[self.asker.organisation, self.expert.organisation], status=status)

    def seen(self, state: str) -> Seen:
        """The versions somebody who has just opened the page would carry."""
        case = self.case(state)
        return Seen(case.identity_version, case.patient.version)


def build() -> None:
    """Put both worlds into an empty database, through the actions."""
    load_presets(actor=system("tests", Door.COMMAND))
    for name in ("north", "south"):
        labs = _people(name)
        agree(labs["asking"], labs["answering"])
        propose(labs["answering"], labs["asking"], proposed_by="asking")
        world = World.load(name)
        for state in STATES:
            _request(world, state)
    run.drain()
    platform = User.objects.create_user(
        "platform@installation.example", PASSWORD, given_name="Pat", family_name="Former", is_platform_admin=True
    )
    User.objects.create_user("nobody@installation.example", PASSWORD, given_name="No", family_name="Membership")
    assert platform.pk


def agree(asking: Organisation, answering: Organisation, **fields: Any) -> Agreement:
    """An agreement about consultations that is in force since yesterday, unless the fields say otherwise."""
    made = propose(asking, answering, **fields)
    return agreements.confirm(actor=system("tests", Door.COMMAND), agreement_id=made.pk, version=made.version)


def propose(asking: Organisation, answering: Organisation, proposed_by: str = "asking", **fields: Any) -> Agreement:
    """The same, not yet confirmed; `proposed_by` is asking or answering."""
    yesterday = clock.now().date() - timedelta(days=1)
    given: dict[str, Any] = {"work": ["consultation"], "identity": "identified", "first_day": yesterday}
    wanted = agreements.AgreementFields(asking=asking.pk, answering=answering.pk, **given | fields)
    party = asking if proposed_by == "asking" else answering
    return agreements.propose(actor=system("tests", Door.COMMAND), on_behalf_of=party.pk, fields=wanted)


def _people(world: str) -> dict[str, Organisation]:
    labs = {
        key: Organisation.objects.create(
            name=f"{world.title()} {key} laboratory",
            short_name=f"{world[0].upper()}{key}",
            country=country,
            time_zone=zone,
            language=language,
        )
        for key, (country, zone, language) in LABS.items()
    }
    for who, (lab, role, family) in PEOPLE.items():
        user = User(
            email=f"{who}@{world}.example", title="Dr", given_name=world.title(), family_name=family, language="en-gb"
        )
        user.password = _hashed()
        user.save()
        membership = Membership.objects.create(
            user=user,
            organisation=labs[lab],
            role=role,
            registration_number=f"REG-{who}".replace("_", "-"),
            registration_body="Register",
        )
        if role == "pathologist":
            Expertise.objects.create(membership=membership, organ_system="skin")
    return labs


_password: list[str] = []


def _hashed() -> str:
    """One hash for everybody: hashing is slow on purpose."""
    if not _password:
        maker = User(email="x@x.example")
        maker.set_password(PASSWORD)
        _password.append(maker.password)
    return _password[0]


def _case(world: World, state: str) -> Case:
    return register(
        actor=world.asker,
        new=NewCase(
            case=CaseFields(
                accession_number=f"{world.name[0].upper()}-{state}",
                organ_system="skin",
                history="Growing lesion of the left arm.",
                language="en",
            ),
            patient=PatientFields(
                CANARY,
                f"Given {state}",
                sex="F",
                birth=(1956, 11, 5),
                identifiers=[IdentifierFields("LOCAL", f"{world.name}-{state}-1", verified=True)],
            ),
            material=MaterialFields(
                parts=[PartFields("A", "excision", "left arm")],
                slides=[SlideFields("A1-HE", "HE", "A", "A1"), SlideFields("A2-HE", "HE", "A", "A2")],
            ),
        ),
    )


def _request(world: World, state: str) -> None:
    """Bring one request to `state` by the steps that lead there."""
    case = _case(world, state)
    seen, asker, expert = Seen(1, 1), world.asker, world.expert
    receive(actor=asker, case_id=case.pk, seen=seen, diagnosis="Melanocytic lesion.", author="Dr North")
    request = create(actor=asker, case_id=case.pk, seen=seen)
    first = Slide.objects.filter(case=case).order_by("label").values_list("pk", flat=True)[0]
    draft = Draft(question="Is this a Spitz naevus?", expert=expert.membership, slides=[first])
    request = edit(actor=asker, request_id=request.pk, version=request.version, seen=seen, draft=draft)
    if state == "sent":
        _image(world, first)
    for step in PATHS[state]:
        request = step(world, request, seen)
    assert request.status == state, (request.status, state)


def _image(world: World, slide: UUID) -> None:
    """Give a slide a small picture, prepared by the real ingest when the jobs are drained."""
    name = f"tests/{slide}.jpg"
    target = Path(settings.SLIDE_ROOT) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise((600, 400), 60).convert("RGB").save(target, quality=80)
    link(actor=world.asker, slide_id=slide, seen=Seen(1, 1), path=name)


Step = Callable[[World, ConsultRequest, Seen], ConsultRequest]


def _act(who: str, action: Callable[..., ConsultRequest], **arguments: object) -> Step:
    def step(world: World, request: ConsultRequest, seen: Seen) -> ConsultRequest:
        return action(actor=world.people[who], request_id=request.pk, version=request.version, seen=seen, **arguments)

    return step


def sign_opinion(
    world: World,
    request: ConsultRequest,
    seen: Seen,
    answer: str = "Yes, a Spitz naevus.",
    expert: Actor | None = None,
) -> ConsultRequest:
    """Write and sign the opinion."""
    who = expert or world.expert
    report = Report.objects.get(request=request)
    text = {"answer": answer, "diagnosis": "Spitz naevus.", "confidence": "definite"}
    report = edit_report(actor=who, report_id=report.pk, version=report.version, seen=seen, text=text)
    sign(
        actor=who,
        report_id=report.pk,
        version=report.version,
        seen=seen,
        shown_sha256=content_hash(hooks.compose(report)),
        confirmed=[check.code for check in hooks.checks_for(who, report)],
        proved_by="password",
    )
    return ConsultRequest.objects.get(pk=request.pk)


_send = _act("asker", send)


def _accept(world: World, request: ConsultRequest, seen: Seen) -> ConsultRequest:
    """Under the number EXP-1 in the state that most tests look at; no laboratory gives a number twice."""
    number = "EXP-1" if request.case.accession_number.endswith("-accepted") else f"EXP-{request.number}"
    return _act("expert", accept, accession_number=number)(world, request, seen)


_ask = _act("expert", ask, text="How long has it been there?")
PATHS: dict[str, list[Step]] = {
    "draft": [],
    "sent": [_send],
    "asked": [_send, _ask],
    "accepted": [_send, _accept],
    "waiting": [_send, _accept, _ask],
    "answered": [_send, _accept, sign_opinion],
    "acknowledged": [_send, _accept, sign_opinion, _act("asker", acknowledge)],
    "closed": [_send, _accept, sign_opinion, _act("asker", acknowledge), _act("asker", close, use="adopted")],
    "declined": [_send, _act("expert", decline, reason="no_capacity")],
    "withdrawn": [_send, _act("asker", withdraw, reason="Asked elsewhere")],
}


def local_day() -> date:
    """The day that it is in the laboratories that ask and answer: for some hours another one than in UTC."""
    return clock.now().astimezone(ZONE).date()


def client_for(actor: Actor) -> Client:
    """A client signed in as the actor's person, acting under the actor's membership."""
    return _with_session(User.objects.get(pk=actor.who()), {ACTING: str(actor.membership)})


def outsider(email: str) -> Client:
    """A client signed in as somebody without a membership: the platform administrator, or nobody's member."""
    return _with_session(User.objects.get(email=email), {})


def _with_session(user: User, more: dict[str, str]) -> Client:
    """A session as signing in leaves it, without the audit row of signing in."""
    client = Client()
    session = client.session
    session[SIGN_IN] = str(begin(user, factor="totp", address="192.0.2.1", agent="").pk)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backend.PersonBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[RECORDS] = [{"method": "password", "at": time.time()}, {"method": "mfa", "type": "totp", "at": time.time()}]
    session[RECORDS_OF] = str(user.pk)
    session.update(more)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
