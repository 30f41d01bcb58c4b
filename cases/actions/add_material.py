"""Add specimen parts, blocks and slides to a case."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.actions.fields import MaterialFields
from cases.models import Block, Case, Slide, Specimen
from cases.policy import parties
from cases.states import CASE
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def add_material(*, actor: Actor, case_id: UUID, seen: Seen | None, material: MaterialFields) -> Case:
    """Add to an open case of the own laboratory. Raises Hidden, Forbidden, Conflict, or Invalid by field."""
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        known = set(case.specimens.values_list("label", flat=True))
        if found := material.problems(known):
            raise Invalid(_("The material was not added."), fields=found)
        perform(CASE, case, "add_material", actor=actor, parties=parties(actor, case), case=case.pk)
        insert_material(case, material)
    return case


def insert_material(case: Case, material: MaterialFields) -> None:
    """Insert checked material; labels that exist are used again, a slide label that exists is an error."""
    parts = {part.label: part for part in case.specimens.all()}
    for fields in material.parts:
        if fields.label not in parts:
            parts[fields.label] = Specimen.objects.create(
                case=case, label=fields.label, type=fields.type, site=fields.site
            )
    blocks = {(b.specimen_id, b.label): b for b in Block.objects.filter(specimen__case=case)}
    wanted = [*material.blocks, *((slide.part, slide.block) for slide in material.slides if slide.block)]
    for part, label in wanted:
        key = (parts[part].pk, label)
        if key not in blocks:
            blocks[key] = Block.objects.create(specimen=parts[part], label=label)
    try:
        with transaction.atomic():
            Slide.objects.bulk_create(
                Slide(
                    case=case,
                    specimen=parts[slide.part],
                    block=blocks.get((parts[slide.part].pk, slide.block)),
                    label=slide.label,
                    stain=slide.stain,
                    level=slide.level,
                    note=slide.note,
                )
                for slide in material.slides
            )
    except IntegrityError as error:
        message = _("This case has a slide with this label already.")
        raise Invalid(message, fields={"slides": message}) from error
