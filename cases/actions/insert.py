"""Puts checked patients and material into the tables, many at a time and in a handful of statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.actions.fields import MaterialFields, PatientFields
from cases.models import Block, Case, Patient, PatientIdentifier, Slide, Specimen
from cases.numbers import system_of
from cases.policy import acting_organisation
from cases.states import PATIENT
from core.actor import Actor
from core.errors import Invalid
from core.letters import written
from core.workflow.engine import Traced, created_many

EDITOR = frozenset({"editor"})


def insert_patients(actor: Actor, patients: Sequence[PatientFields], at: datetime) -> list[Patient]:
    """Insert patients with their numbers and trace them; their fields are checked already."""
    made = [_patient(actor, fields, at) for fields in patients]
    Patient.objects.bulk_create(made)
    insert_identifiers(zip(made, patients, strict=True))
    if made:
        traces = [Traced(patient, patient=patient.pk) for patient in made]
        created_many(PATIENT, traces, "register", actor=actor, parties=EDITOR)
    return made


def _patient(actor: Actor, fields: PatientFields, at: datetime) -> Patient:
    year, month, day = fields.birth or (None, None, None)
    return Patient(
        organisation_id=acting_organisation(actor),
        family_name=written(fields.family_name),
        given_name=written(fields.given_name),
        used_name=written(fields.used_name),
        birth_family_name=written(fields.birth_family_name),
        sex=fields.sex,
        birth_year=year,
        birth_month=month,
        birth_day=day,
        created_at=at,
    )


def insert_identifiers(patients: Iterable[tuple[Patient, PatientFields]]) -> None:
    """Insert the patients' numbers."""
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(
            patient=patient,
            system=system_of(each.system),
            value=each.value.strip(),
            issuer=each.issuer.strip(),
            verified=each.verified,
        )
        for patient, fields in patients
        for each in fields.identifiers
    )


def insert_material(cases: Sequence[tuple[Case, MaterialFields]]) -> None:
    """Insert checked material; parts and blocks that exist are used again, a slide's label that exists is an error."""
    cases = [(case, fields) for case, fields in cases if fields.parts or fields.blocks or fields.slides]
    if not cases:
        return
    keys = [case.pk for case, _fields in cases]
    parts = {(part.case_id, part.label): part for part in Specimen.objects.filter(case__in=keys)}
    blocks = {(block.specimen_id, block.label): block for block in Block.objects.filter(specimen__case__in=keys)}
    new_parts, new_blocks, new_slides = [], [], []
    for case, fields in cases:
        for each in fields.parts:
            if (case.pk, each.label) not in parts:
                part = Specimen(case=case, label=each.label, type=each.type, site=each.site)
                parts[case.pk, each.label] = part
                new_parts.append(part)
        wanted = [*fields.blocks, *((slide.part, slide.block) for slide in fields.slides if slide.block)]
        for owner, label in wanted:
            part = parts[case.pk, owner]
            if (part.pk, label) not in blocks:
                blocks[part.pk, label] = Block(specimen=part, label=label)
                new_blocks.append(blocks[part.pk, label])
        for slide in fields.slides:
            part = parts[case.pk, slide.part]
            new_slides.append(
                Slide(
                    case=case,
                    specimen=part,
                    block=blocks.get((part.pk, slide.block)),
                    label=slide.label,
                    stain=slide.stain,
                    level=slide.level,
                    note=slide.note,
                )
            )
    Specimen.objects.bulk_create(new_parts)
    Block.objects.bulk_create(new_blocks)
    try:
        with transaction.atomic():
            Slide.objects.bulk_create(new_slides)
    except IntegrityError as error:
        message = _("This case has a slide with this label already.")
        raise Invalid(message, fields={"slides": message}) from error
