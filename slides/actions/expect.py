"""Give a slide an image whose file is still being made: its row shows the progress, and ingest follows by itself."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import lock_case
from cases.access.queries import visible_slides
from cases.policy import parties as case_parties
from core import clock
from core.actor import Actor
from core.errors import Conflict, Hidden, Invalid
from core.workflow.engine import created, perform
from slides.actions.lock import lock_image
from slides.models import SlideImage
from slides.states import IMAGE, Status


def expect(*, actor: Actor, slide_id: UUID, path: str) -> SlideImage:
    """Announce the file `path` (relative to SLIDE_ROOT). Whoever makes it reports with ProgressOnRow and `arrived`.

    Raises Hidden, Forbidden, Invalid for a path outside the root, and Conflict when the slide has an image already.
    """
    with transaction.atomic():
        slide = visible_slides(actor).filter(pk=slide_id).first()
        if slide is None:
            raise Hidden(_("There is nothing here that you may see."))
        case = lock_case(actor, slide.case_id)
        if SlideImage.objects.filter(slide=slide).exists():
            raise Conflict(_("This slide has an image already."))
        root = Path(settings.SLIDE_ROOT).resolve()
        if not (root / path).resolve().is_relative_to(root):
            raise Invalid(_("This file is not there."), fields={"path": _("Choose a file in the slide folder.")})
        image = SlideImage.objects.create(slide=slide, path=path, status=Status.PREPARING, linked_at=clock.now())
        own = case_parties(actor, case)
        created(IMAGE, image, "expect", actor=actor, parties=own, case=case.pk, facts={"label": slide.label})
    return image


def arrived(*, actor: Actor, image_id: UUID) -> None:
    """The file is there: ingest it. Done once; a repeated call finds nothing to do. `actor` is the system."""
    with transaction.atomic():
        image = lock_image(pk=image_id)
        if image is None or image.status != Status.PREPARING:
            return
        image.progress, image.step = 0, ""
        perform(
            IMAGE,
            image,
            "arrive",
            actor=actor,
            parties=frozenset({"system"}) if actor.is_system else frozenset(),
            case=image.glass.case_id,
            changed=["progress", "step"],
        )
