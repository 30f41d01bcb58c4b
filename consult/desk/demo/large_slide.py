"""The one large slide of the demo, made by a job from the small real one while the system is already in use."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from consult.desk.demo.pictures import FOLDER, LARGE_SLIDE
from core.actor import system
from core.jobs.hooks import effect
from core.jobs.models import Job
from slides.actions.expect import arrived
from slides.effects import ProgressOnRow, machine_at_fault
from slides.models import SlideImage
from slides.states import Status
from slides.synthesis.samples import SKIN, find


@effect(LARGE_SLIDE, inside=False, label=_("Making the demo's large slide"), about="image")
def make(job: Job) -> None:
    """Make the file if it is not there, and say that it is. The job's subject is the image."""
    from slides.synthesis.large import make_large_slide  # at call time: it loads image libraries

    image = SlideImage.objects.filter(pk=job.subject, status=Status.PREPARING).first()
    if image is None:
        return
    if not image.source.exists():
        with machine_at_fault(job, image.pk):
            image.source.parent.mkdir(parents=True, exist_ok=True)
            sample = find(Path(settings.SLIDE_ROOT) / FOLDER, SKIN)
            make_large_slide(sample, image.source, ProgressOnRow(image.pk), side=settings.DEMO_LARGE_SLIDE)
    arrived(actor=system("demo", request_id=job.request_id), image_id=image.pk)
