"""Register many cases at once: all of them or none, and never the same import twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.actions.fields import CaseFields, MaterialFields, PatientFields
from cases.actions.register import NewCase, register_many
from cases.audit_names import CASES_IMPORTED
from cases.numbers import pair_key
from cases.policy import may_register
from core import clock
from core.actor import Actor
from core.audit.record import record
from core.errors import Forbidden, Invalid
from core.web.models import IdempotentAnswer


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """One row: its number in the file, and the case; `patient_id` is that of a patient whom the register knows."""

    line: int
    case: CaseFields
    patient: PatientFields
    patient_id: UUID | None
    material: MaterialFields


def import_cases(*, actor: Actor, import_id: UUID, cases: Sequence[ImportedCase]) -> int:
    """Register the cases in one transaction; how many there were. A repeat, also at the same moment, changes nothing.

    Rows with the same number (system and value) of a patient who is not in the register are one new patient. Raises
    Forbidden, or Invalid by `<row>` for what the check could not know; then nothing was written.
    """
    if not may_register(actor) or actor.person is None:
        raise Forbidden(_("Your role does not enter cases."))
    with transaction.atomic():
        try:
            with transaction.atomic():
                done = IdempotentAnswer.objects.create(
                    person_id=actor.person, key=_key(import_id), fingerprint="", at=clock.now()
                )
        except IntegrityError:
            return imported(actor, import_id) or 0
        try:
            register_many(actor=actor, new=_new(cases))
        except Invalid as refusal:
            rows: dict[str, list[str]] = {}
            for name, text in refusal.fields.items():
                place = name.split(".")[0]
                rows.setdefault(str(cases[int(place)].line) if place.isdigit() else "", []).append(text)
            wrong = {row: " ".join(texts) for row, texts in rows.items()}
            raise Invalid(refusal.message, fields=wrong) from refusal
        done.place = {"cases": len(cases)}
        done.save(update_fields=["place"])
        record(actor, CASES_IMPORTED, object_kind="import", object_id=import_id, facts={"cases": len(cases)})
    return len(cases)


def _new(cases: Sequence[ImportedCase]) -> list[NewCase]:
    """The rows as cases to register; the first row of a number that the register does not know brings its patient."""
    first: dict[tuple[str, str], int] = {}
    found = []
    for place, each in enumerate(cases):
        number = pair_key(each.patient.identifiers[0].system, each.patient.identifiers[0].value)
        before = None if each.patient_id else first.setdefault(number, place)
        found.append(
            NewCase(
                each.case,
                patient=each.patient if before == place else None,
                patient_id=each.patient_id,
                same_patient_as=before if before != place else None,
                material=each.material,
            )
        )
    return found


def imported(actor: Actor, import_id: UUID) -> int | None:
    """How many cases this import registered, None where it has not been done."""
    done = IdempotentAnswer.objects.filter(person_id=actor.person, key=_key(import_id)).first()
    return done.place["cases"] if done and done.place else None


def _key(import_id: UUID) -> str:
    return f"case-import-{import_id}"
