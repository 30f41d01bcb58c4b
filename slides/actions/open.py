"""Record that a person opened and closed a slide."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.ground import on_ground
from cases.access.queries import visible_slides
from cases.audit_names import SLIDE_CLOSED, SLIDE_OPENED
from cases.models import Slide
from core import clock
from core.actor import Actor
from core.audit.record import record
from core.errors import Hidden
from slides.models import SlideOpening
from slides.queries import image_hashes


def opened(*, actor: Actor, slide_id: UUID) -> Slide:
    """One audit row, and the person's opening of this slide. Raises Hidden."""
    with transaction.atomic():
        slide = _slide(actor, slide_id)
        at = clock.now()
        SlideOpening.objects.update_or_create(
            slide=slide,
            person_id=actor.person,
            sha256=image_hashes([slide.pk]).get(slide.pk, ""),
            defaults={"last_at": at},
            create_defaults={"first_at": at, "last_at": at},
        )
        _leave_a_row(actor, SLIDE_OPENED, slide)
    return slide


def closed(*, actor: Actor, slide_id: UUID) -> None:
    """One audit row when the viewer leaves the slide."""
    with transaction.atomic():
        slide = _slide(actor, slide_id)
        pixels = image_hashes([slide.pk]).get(slide.pk, "")
        SlideOpening.objects.filter(slide=slide, person=actor.person, sha256=pixels).update(last_at=clock.now())
        _leave_a_row(actor, SLIDE_CLOSED, slide)


def _leave_a_row(actor: Actor, name: str, slide: Slide) -> None:
    grounded, share = on_ground(actor, slide.case)
    record(grounded, name, object_kind="slide", object_id=slide.pk, case=slide.case_id, share=share)


def _slide(actor: Actor, slide_id: UUID) -> Slide:
    slide = visible_slides(actor).select_related("case").filter(pk=slide_id).first()
    if slide is None or actor.person is None:
        raise Hidden(_("There is nothing here that you may see."))
    return slide
