"""Take a ready image out of use whose files are not as they were prepared."""

from uuid import UUID

from django.db import transaction

from cases.access.revocation import announce
from core.actor import Actor
from core.workflow.engine import perform
from slides.actions.lock import lock_image
from slides.health import CHANGED, UNPREPARED, fault_of
from slides.states import IMAGE, Status


def recheck(*, actor: Actor, slide_id: UUID) -> bool:
    """Look at the files of the slide's image; True where they can be shown. `actor` is the system.

    Another file in its place makes it unreadable, until somebody tries again. Where only what was made of the file is
    incomplete, it is prepared anew by itself. A file that is away changes nothing: it may come back.
    """
    with transaction.atomic():
        image = lock_image(slide=slide_id)
        if image is None or image.status != Status.READY:
            return False
        fault = fault_of(image)
        if fault not in {CHANGED, UNPREPARED}:
            return not fault
        image.problem = CHANGED if fault == CHANGED else ""
        image.progress, image.step = 0, ""
        perform(
            IMAGE,
            image,
            "distrust" if fault == CHANGED else "renew",
            actor=actor,
            parties=frozenset({"system"}) if actor.is_system else frozenset(),
            case=image.glass.case_id,
            changed=["problem", "progress", "step"],
            facts={"sha256": image.sha256},
        )
        case = image.glass.case_id
        transaction.on_commit(lambda: announce([case]))
    return False
