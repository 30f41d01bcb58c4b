"""The ingest job: prepares an image in a limited process, with progress, and says what is wrong with a bad file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor, system
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.jobs.run import MOST_ATTEMPTS
from core.workflow.engine import perform
from slides.actions.lock import lock_image
from slides.ingest.limited import run_limited
from slides.ingest.results import Prepared
from slides.models import SlideImage
from slides.sources.errors import UnreadableSlide, gettext_noop
from slides.states import IMAGE, INGEST, Status

SYSTEM = frozenset({"system"})
BETWEEN_SAVES = 0.7  # seconds: often enough for a progress bar, rare enough for the database
CUT_SHORT = gettext_noop("Cut short by the computer; it is tried again by itself")


@effect(INGEST, inside=False, label=_("Preparing an image"), about="image")
def ingest(job: Job) -> None:
    """Prepare the image. An unreadable file ends the job in peace; a broken machine raises, and it is tried again."""
    actor = system("ingest", request_id=job.request_id)
    image = _move(job.subject, "prepare", actor)
    if image is None:
        return
    with machine_at_fault(job, image.pk):
        problem, facts = _prepare(image)
    if problem:
        _move(image.pk, "refuse", actor, {"problem": problem})
    else:
        _move(image.pk, "finish", actor, facts)


def _prepare(image: SlideImage) -> tuple[str, dict[str, object]]:
    """Why the file cannot be shown, or '' and what was found in it. Raises where the file is not to blame."""
    try:
        prepared = run_limited(image.source, image.prepared_root, ProgressOnRow(image.pk))
    except FileNotFoundError:
        return "missing", {}
    except UnreadableSlide as error:
        return error.code, {}
    if image.sha256 and image.sha256 != prepared.sha256:  # tried again, and the file holds another image by now
        return "exchanged", {}
    return "", _facts(prepared)


@contextmanager
def machine_at_fault(job: Job, image_id: UUID) -> Iterator[None]:
    """Around work on an image that the job tries again when it is cut short: the image's row says so meanwhile, and
    after the last attempt that the computer was at fault, and not the file. The error itself goes on to the job.
    """
    try:
        yield
    except Exception:
        if job.attempts + 1 >= MOST_ATTEMPTS:
            _move(image_id, "refuse", system("ingest", request_id=job.request_id), {"problem": "machine"})
        else:
            SlideImage.objects.filter(pk=image_id, status=Status.PREPARING).update(step=CUT_SHORT)
        raise


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
        "file_sha256": prepared.sha256,
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
        image = lock_image(pk=image_id)
        if image is None or image.status in {Status.READY, Status.UNREADABLE}:
            return None
        for name, value in (facts or {}).items():
            setattr(image, name, value)
        perform(IMAGE, image, action, actor=actor, parties=SYSTEM, case=image.glass.case_id, changed=list(facts or {}))
    return image
