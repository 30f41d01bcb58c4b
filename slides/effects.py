"""The ingest job: prepares an image in a limited process, with progress, and says what is wrong with a bad file."""

import time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor, system
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.workflow.engine import perform
from slides.ingest.limited import run_limited
from slides.ingest.results import Prepared
from slides.models import SlideImage
from slides.sources.errors import UnreadableSlide
from slides.states import IMAGE, INGEST, Status

SYSTEM = frozenset({"system"})
BETWEEN_SAVES = 0.7  # seconds: often enough for a progress bar, rare enough for the database


@effect(INGEST, inside=False, label=_("Preparing an image"), about="image")
def ingest(job: Job) -> None:
    """Prepare the image. An unreadable file ends the job in peace; a broken machine raises, and it is tried again."""
    actor = system("ingest", request_id=job.request_id)
    image = _move(job.subject, "prepare", actor)
    if image is None:
        return
    try:
        prepared = run_limited(image.source, image.prepared_root, ProgressOnRow(image.pk))
    except FileNotFoundError:
        _move(image.pk, "refuse", actor, {"problem": "missing"})
    except UnreadableSlide as error:
        _move(image.pk, "refuse", actor, {"problem": error.code})
    else:
        _move(image.pk, "finish", actor, _facts(prepared))


class ProgressOnRow:
    """Writes progress to the row, at most every BETWEEN_SAVES seconds."""

    def __init__(self, image_id: UUID) -> None:
        self.image_id = image_id
        self.saved = 0.0

    def __call__(self, part: float, step: str) -> None:
        """Progress is display only and not a change of state, hence no action."""
        if time.monotonic() - self.saved >= BETWEEN_SAVES:
            self.saved = time.monotonic()
            SlideImage.objects.filter(pk=self.image_id).update(progress=int(100 * part), step=step[:100])


def _facts(prepared: Prepared) -> dict[str, object]:
    found = prepared.inspection
    return {
        "content_version": prepared.version,
        "sha256": prepared.sha256,
        "byte_size": found.byte_size,
        "width": prepared.levels[0].width,
        "height": prepared.levels[0].height,
        "mpp": found.mpp,
        "objective": found.objective,
        "has_icc": found.has_icc,
        "warnings": list(found.warnings),
        "progress": 100,
        "step": "",
    }


def _move(image_id: UUID, action: str, actor: Actor, facts: dict[str, object] | None = None) -> SlideImage | None:
    """Move the image by one action; None when it is ready or gone already, so that a repeated job is harmless."""
    with transaction.atomic():
        image = SlideImage.objects.select_for_update().select_related("slide").filter(pk=image_id).first()
        if image is None or image.status in {Status.READY, Status.UNREADABLE}:
            return None
        for name, value in (facts or {}).items():
            setattr(image, name, value)
        perform(IMAGE, image, action, actor=actor, parties=SYSTEM, case=image.slide.case_id, changed=list(facts or {}))
    return image
