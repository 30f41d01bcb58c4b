"""What the case page shows of each slide's image; registered as the case room's `slide_pictures`."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cases.page_hooks import Picture
from slides.models import SlideImage
from slides.sources.errors import MESSAGES
from slides.states import Status


def of_slides(slide_ids: Collection[UUID]) -> dict[UUID, Picture]:
    """The picture of every slide, also of those without an image. One query."""
    images = {image.glass_id: image for image in SlideImage.objects.filter(slide__in=slide_ids)}
    return {slide: _picture(images[slide]) if slide in images else _nothing(slide) for slide in slide_ids}


def _nothing(slide: UUID) -> Picture:
    return Picture("none", _("No image"), link_url=reverse("slides:upload", args=[slide]))


def _picture(image: SlideImage) -> Picture:
    label, off = image.get_status_display(), reverse("slides:take_off", args=[image.glass_id])
    if image.status == Status.READY:
        thumbnail = f"/tiles/{image.glass_id}/{image.content_version}/thumbnail.jpg"
        open_url = reverse("slides:view", args=[image.glass_id])
        return Picture(image.status, label, _scale(image), 100, thumbnail=thumbnail, open_url=open_url, off_url=off)
    if image.status == Status.UNREADABLE:
        again = reverse("slides:upload", args=[image.glass_id])
        return Picture(image.status, label, problem_words(image.problem), link_url=again, off_url=off)
    return Picture(image.status, label, _(image.step) if image.step else "", image.progress, off_url=off)


def problem_words(code: str) -> str:
    """Why a file cannot be shown, as a sentence."""
    if code == "missing":
        return _("The file is no longer where it was.")
    return _(MESSAGES[code]) if code in MESSAGES else _("This file cannot be read.")


def _scale(image: SlideImage) -> str:
    if image.mpp is None:
        return _("The scale is not known")
    mpp = number_format(image.mpp, 3)
    if image.objective:
        objective = number_format(image.objective, None if image.objective % 1 else 0)
        return _("%(objective)sx, %(mpp)s µm per pixel") % {"objective": objective, "mpp": mpp}
    return _("%(mpp)s µm per pixel") % {"mpp": mpp}
