"""What people of the asking laboratory change in a case whose request was sent already."""

from collections.abc import Callable
from uuid import UUID

from cases.access.lock import Seen
from cases.actions.correct import correct_accession_number, correct_patient
from cases.actions.correct_material import MaterialCorrections, PartCorrection, SlideCorrection, correct_material
from cases.actions.edit import edit
from cases.actions.fields import CaseFields, IdentifierFields, PatientFields
from cases.actions.link_patient import link_patient
from cases.models import Case, Slide
from consult.requests.actions.confirm_identity import confirm_identity
from consult.requests.models import ConsultRequest
from core.actor import Actor
from tests.cast import World

CORRECTED = "Corrected"
NEW_NUMBER = "N-corrected"
NEW_HISTORY = "Ulcerated lesion of the right arm."


def fresh(request: ConsultRequest) -> ConsultRequest:
    """The request as it is now, whatever number its case has."""
    return ConsultRequest.objects.select_related("case__patient").get(pk=request.pk)


def seen(request: ConsultRequest) -> Seen:
    """What its page shows now."""
    case = fresh(request).case
    return Seen(case.identity_version, case.patient.version)


def confirm(actor: Actor, request: ConsultRequest) -> ConsultRequest:
    """Confirm it, with what is on the screen now."""
    return confirm_identity(actor=actor, request_id=request.pk, version=fresh(request).version, seen=seen(request))


def move(world: World, request: ConsultRequest, to: UUID | None = None) -> Case:
    """Put the case under another patient: `to`, or that of the case whose request was declined."""
    return link_patient(
        actor=world.staff,
        case_id=request.case_id,
        seen=seen(request),
        patient_id=to or world.case("declined").patient_id,
        reason="Mixed up",
    )


def renumber(world: World, request: ConsultRequest) -> Case:
    """Give the case another accession number."""
    return correct_accession_number(
        actor=world.staff,
        case_id=request.case_id,
        seen=seen(request),
        accession_number=NEW_NUMBER,
        reason="Typing",
    )


def rename(world: World, request: ConsultRequest, family_name: str = CORRECTED) -> Case:
    """Correct the name of its patient."""
    patient = fresh(request).case.patient
    assert patient.birth_year
    fields = PatientFields(
        family_name,
        patient.given_name,
        sex=patient.sex,
        birth=(patient.birth_year, patient.birth_month, patient.birth_day),
        identifiers=[
            IdentifierFields(each.system, each.value, verified=each.verified) for each in patient.identifiers.all()
        ],
    )
    correct_patient(actor=world.staff, patient_id=patient.pk, version=patient.version, fields=fields, reason="Misspelt")
    return fresh(request).case


def relabel(world: World, request: ConsultRequest, number: int = 0) -> Case:
    """Give the slide that the request shares another label; 1 is the one that it does not share."""
    slide = Slide.objects.filter(case=request.case_id).order_by("label")[number]
    wanted = MaterialCorrections(slides=[SlideCorrection(slide.pk, f"X{number}-HE", slide.stain, slide.level)])
    return correct_material(
        actor=world.staff, case_id=request.case_id, seen=seen(request), corrections=wanted, reason="Swapped"
    )


def change_side(world: World, request: ConsultRequest) -> Case:
    """Correct where the part was taken from."""
    part = fresh(request).case.specimens.get()
    wanted = MaterialCorrections(parts=[PartCorrection(part.pk, part.label, part.type, "right arm")])
    return correct_material(
        actor=world.staff, case_id=request.case_id, seen=seen(request), corrections=wanted, reason="Wrong side"
    )


def rewrite(world: World, request: ConsultRequest, history: str = NEW_HISTORY, priority: str = "routine") -> Case:
    """Edit the clinical details."""
    case = fresh(request).case
    fields = CaseFields(
        accession_number=case.accession_number,
        organ_system=case.organ_system,
        history=history,
        language=case.language,
        priority=priority,
    )
    return edit(actor=world.staff, case_id=case.pk, version=case.version, seen=seen(request), fields=fields)


Changing = Callable[[World, ConsultRequest], Case]
CHANGES: dict[str, Changing] = {
    "other_patient": move,
    "accession_number_changed": renumber,
    "patient_corrected": rename,
    "material_corrected": relabel,
    "history_edited": rewrite,
}
BLOCKING = ("other_patient", "accession_number_changed")
WARNING = tuple(kind for kind in CHANGES if kind not in BLOCKING)
