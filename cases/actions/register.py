"""Register cases: the patient (new or known), the case, and any material that came with it. One case or thousands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from cases.actions.accession import given_already, is_about_number
from cases.actions.fields import CaseFields, MaterialFields, PatientFields
from cases.actions.insert import EDITOR, insert_material, insert_patients
from cases.banner import number_words
from cases.models import Case, Patient
from cases.numbers import accession_key, pair_key
from cases.patients import holders
from cases.policy import acting_organisation, may_register, visible_patients
from cases.states import CASE, Status
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Hidden, Invalid
from core.workflow.engine import Traced, check_version, created_many


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to register; one of `patient` (new), `patient_id` (known in this laboratory) and `same_patient_as`.

    `patient_version` is the version of the known patient that was on the screen; None for doors without a screen.
    `same_patient_as` is the place of an earlier case, registered by the same act, whose patient this is too.
    """

    case: CaseFields
    patient: PatientFields | None = None
    patient_id: UUID | None = None
    patient_version: int | None = None
    same_patient_as: int | None = None
    material: MaterialFields = field(default_factory=MaterialFields)


def register(*, actor: Actor, new: NewCase) -> Case:
    """Insert all of it or nothing.

    Raises Forbidden for a role that enters no cases, Hidden for a patient of another laboratory, Conflict for a patient
    corrected since, Invalid with every problem by field (`patient.family_name`, `case.accession_number`,
    `material.slides.0.stain`, ...).
    """
    try:
        return register_many(actor=actor, new=[new])[0]
    except Invalid as refusal:
        fields = {name.removeprefix("0."): text for name, text in refusal.fields.items()}
        raise Invalid(refusal.message, fields=fields) from refusal


def register_many(*, actor: Actor, new: Sequence[NewCase]) -> list[Case]:
    """Insert all of them or none, in a number of statements that does not grow with theirs.

    Raises as `register` does; Invalid's fields begin with the case's place (`12.case.accession_number`).
    """
    if not may_register(actor):
        raise Forbidden(_("Your role does not enter cases."))
    at = clock.now()
    _must_be_sound(new, at)
    with transaction.atomic():
        patients = _patients(actor, new, at)
        cases = _cases(actor, new, patients, at)
        traces = [Traced(case, case.pk, case.patient_id) for case in cases]
        created_many(CASE, traces, "register", actor=actor, parties=EDITOR)
        insert_material([(case, each.material) for case, each in zip(cases, new, strict=True)])
    return cases


def _must_be_sound(new: Sequence[NewCase], at: datetime) -> None:
    found: dict[str, str] = {}
    for place, each in enumerate(new):
        sets = {"case": each.case.problems(at), "material": each.material.problems(set())}
        if each.patient is not None:
            sets["patient"] = each.patient.problems(at.date())
        found |= {f"{place}.{kind}.{name}": text for kind, texts in sets.items() for name, text in texts.items()}
    if found:
        raise Invalid(_("The case was not registered."), fields=found)


def _patients(actor: Actor, new: Sequence[NewCase], at: datetime) -> list[Patient]:
    """The patient of each case, new ones inserted."""
    fresh = [(place, each.patient) for place, each in enumerate(new) if each.patient is not None]
    taken = numbers_taken(actor, [fields for _place, fields in fresh])
    if wrong := {f"{place}.patient.identifiers": text for (place, _f), text in zip(fresh, taken, strict=True) if text}:
        raise Invalid(_("The case was not registered."), fields=wrong)
    known = visible_patients(actor).in_bulk({each.patient_id for each in new if each.patient_id})
    made = dict(zip((place for place, _f in fresh), insert_patients(actor, [f for _p, f in fresh], at), strict=True))
    found: list[Patient] = []
    for place, each in enumerate(new):
        if each.same_patient_as is not None:
            found.append(found[each.same_patient_as])
            continue
        patient = made.get(place) or (known.get(each.patient_id) if each.patient_id else None)
        if patient is None:
            raise Hidden(_("This patient is not in your laboratory's register."))
        check_version(patient, each.patient_version)
        found.append(patient)
    return found


def numbers_taken(actor: Actor, patients: Sequence[PatientFields], patient_id: UUID | None = None) -> list[str]:
    """For each of these identities why its numbers cannot be given to it; '' where nothing is in the way.

    A number that somebody else of the register has would make one person stand in it twice, each with half of the
    cases. `patient_id` is the patient who is corrected. The numbers are locked until the transaction ends, so that two
    people cannot enter the same one at the same moment.
    """
    numbers = [pair_key(each.system, each.value) for fields in patients for each in fields.identifiers]
    if not numbers:
        return [""] * len(patients)
    _lock_numbers(actor, numbers)
    taken = holders(actor.organisation, numbers)
    message = _("Your register has a patient with the number %(number)s already. Find that patient by the number.")
    found, given = [], set[tuple[str, str]]()
    for fields in patients:
        own = {pair_key(each.system, each.value): each for each in fields.identifiers}
        wrong = next((own[key] for key in own if taken.get(key, set()) - {patient_id} or key in given), None)
        found.append(message % {"number": number_words(wrong.system, wrong.value)} if wrong else "")
        given |= own.keys()
    return found


NUMBER_LOCKS, BUCKETS = 7301, 256  # a class of advisory locks of our own; a bounded number of them, whatever the file


def _lock_numbers(actor: Actor, numbers: Sequence[tuple[str, str]]) -> None:
    """Lock these numbers (keys) of the laboratory until the transaction ends, always in the same order."""
    keys = [f"{actor.organisation}:{system}:{value}" for system, value in numbers]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM (SELECT DISTINCT hashtext(key) & %s AS bucket"
            " FROM unnest(%s::text[]) AS key ORDER BY bucket) AS buckets",
            [NUMBER_LOCKS, BUCKETS - 1, keys],
        )


def _cases(actor: Actor, new: Sequence[NewCase], patients: Sequence[Patient], at: datetime) -> list[Case]:
    cases = [
        Case(
            organisation_id=acting_organisation(actor),
            patient=patient,
            accession_number=each.case.accession_number.strip(),
            organ_system=each.case.organ_system,
            priority=each.case.priority,
            history=each.case.history,
            language=each.case.language,
            status=Status.OPEN,
            received_at=each.case.received_at or at,
            created_at=at,
        )
        for each, patient in zip(new, patients, strict=True)
    ]
    try:
        with transaction.atomic():
            return Case.objects.bulk_create(cases)
    except IntegrityError as error:
        if not is_about_number(error):
            raise
        raise Invalid(_("The case was not registered."), fields=_numbers_wrong(actor, cases)) from error


def _numbers_wrong(actor: Actor, cases: Sequence[Case]) -> dict[str, str]:
    """Why the numbers of these cases were refused, by field."""
    given = given_already(actor, [case.accession_number for case in cases])
    keys = [accession_key(case.accession_number) for case in cases]
    twice = _("This accession number is given to more than one of the cases.")
    found = [text or (twice if keys.count(key) > 1 else "") for text, key in zip(given, keys, strict=True)]
    return {f"{place}.case.accession_number": text for place, text in enumerate(found) if text}
