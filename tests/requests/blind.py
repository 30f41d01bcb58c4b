"""Requests under a pseudonym for tests: drafted, sent, and accepted by the expert of the world."""

from cases.models import Patient
from consult.requests.actions.accept import accept
from consult.requests.actions.ask import ask
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from tests.cast import World

STATE = "draft"
NAME, GIVEN = "Wintertaling", "Quirine"  # nobody else in the world is called so


def name_the_patient(world: World) -> None:
    """The patient of the draft's case under a name of their own."""
    patient = Patient.objects.filter(pk=world.case(STATE).patient_id)
    patient.update(family_name=NAME, given_name=GIVEN, birth_month=3, birth_day=9)


def drafted(world: World, **given: object) -> ConsultRequest:
    """The draft of the world, under a pseudonym."""
    request = world.request(STATE)
    draft = Draft(is_pseudonymised=True, **given)  # type: ignore[arg-type]  # fields of the draft
    return edit(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen(STATE), draft=draft)


def sent(world: World, request: ConsultRequest, **given: bool) -> ConsultRequest:
    """The request, sent."""
    return send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen(STATE), **given)


def accepted(world: World, request: ConsultRequest) -> ConsultRequest:
    """The request that was sent, accepted under a number of its own."""
    return accept(
        actor=world.expert,
        request_id=request.pk,
        version=request.version,
        seen=world.seen(STATE),
        accession_number="EXP-500",
    )


def asked_by_name(world: World, hidden: ConsultRequest, came: str) -> ConsultRequest:
    """A colleague of the expert's has the case of `hidden` by name, and has asked about the day on which it came."""
    seen, colleague = world.seen(STATE), world.expert_colleague
    request = create(actor=world.asker, case_id=hidden.case_id, seen=seen)
    draft = Draft(
        question=f"And this of Mrs {NAME}?",
        working_diagnosis=f"{GIVEN}'s naevus",
        expert=colleague.membership,
        slides=[world.slides(STATE)[0].pk],
    )
    given = {"actor": world.asker, "request_id": request.pk, "seen": seen}
    request = edit(**given, version=request.version, draft=draft)  # type: ignore[arg-type]  # its own arguments
    request = send(**given, version=request.version)  # type: ignore[arg-type]  # its own arguments
    given = {"actor": colleague, "request_id": request.pk, "seen": seen}
    request = accept(**given, version=request.version, accession_number="EXP-502")  # type: ignore[arg-type]  # its own arguments
    return ask(**given, version=request.version, text=f"Was {NAME} seen on {came}?", codes=[])  # type: ignore[arg-type]  # its own arguments
