"""Take an image off its slide: it was linked to the wrong one. The image stays on record, with its file."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.access.queries import visible_slides
from cases.access.revocation import announce
from cases.policy import parties as case_parties
from core.actor import Actor
from core.errors import Conflict, Hidden, Invalid
from core.jobs.queue import cancel
from core.workflow.engine import perform
from slides.models import SlideImage
from slides.states import IMAGE, INGEST


def take_off(*, actor: Actor, slide_id: UUID, seen: Seen | None, reason: str) -> SlideImage:
    """The slide is without an image from now on, in an open case and a closed one, and can be given another.

    Nobody gets a tile of it any more. Raises Hidden, Forbidden, Invalid without a reason, and Conflict when there is no
    image or the case is not the one that was on the screen.
    """
    if not reason.strip():
        raise Invalid(_("The image was not taken off."), fields={"reason": _("Say why it is taken off.")})
    with transaction.atomic():
        slide = visible_slides(actor).filter(pk=slide_id).first()
        if slide is None:
            raise Hidden(_("There is nothing here that you may see."))
        case = lock_case(actor, slide.case_id, seen)
        image = SlideImage.objects.select_for_update().filter(slide=slide).first()
        if image is None:
            raise Conflict(_("This slide has no image."))
        image.slide, image.taken_from = None, slide
        perform(
            IMAGE,
            image,
            "take_off",
            actor=actor,
            parties=case_parties(actor, case),
            case=case.pk,
            patient=case.patient_id,
            changed=["slide", "taken_from"],
            reason=reason.strip(),
            facts={"slide": str(slide.pk), "label": slide.label, "sha256": image.sha256},
        )
        cancel(INGEST, image.pk)
        transaction.on_commit(lambda: announce([case.pk]))
    return image
