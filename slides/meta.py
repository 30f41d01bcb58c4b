"""What the viewer is told about one slide: its levels, its scale, and in words what state its pixels are in.

A file's name or place is never in it: both may carry patient data or tell about the machine.
"""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases.access.queries import visible_slides
from cases.access.view import CaseView, case_view
from cases.audit_names import SLIDE_DESCRIBED
from cases.looks import glance
from cases.models import Slide
from core import terms
from core.actor import Actor, system
from core.errors import Hidden
from slides.actions.recheck import recheck
from slides.health import MISSING, fault_of
from slides.ingest.remarks import SHORT
from slides.ingest.results import Prepared
from slides.models import SlideImage
from slides.pictures import problem_words
from slides.queries import opened_slides
from slides.states import Status

GLASS = "glass"  # the state of a slide that has no image at all


def slide_meta(actor: Actor, slide_id: UUID) -> dict[str, Any]:
    """Everything the viewer needs, as plain values. Raises Hidden. Lengths in pixels, mpp in µm per pixel or None.

    A ready image whose files are not as they were prepared is found out here too, and said.
    """
    known = visible_slides(actor).select_related("specimen", "block", "image", "case__patient", "case__organisation")
    slide = known.filter(pk=slide_id).first()
    if slide is None:
        raise Hidden(_("There is nothing here that you may see."))
    glance(actor, SLIDE_DESCRIBED, slide.case, object_kind="slide", object_id=slide.pk)
    meta = _of_slide(slide, case_view(actor, slide.case)) | _of_image(getattr(slide, "image", None))
    meta["opened"] = bool(opened_slides(actor.person, [slide.pk]))
    meta["seen"] = {"case": slide.case.identity_version, "patient": slide.case.patient.version}
    return meta


def _of_slide(slide: Slide, view: CaseView) -> dict[str, Any]:
    return {
        "id": str(slide.pk),
        "case": str(slide.case_id),
        "label": view.text(slide.label),
        "part": view.text(slide.specimen.label),
        "site": view.text(slide.specimen.site),
        "block": view.text(slide.block.label) if slide.block else "",
        "stain": terms.label("stains", slide.stain),
        "level": view.text(slide.level),
        "note": view.text(slide.note),
    }


def _of_image(image: SlideImage | None) -> dict[str, Any]:
    """The image's state; levels, scale and addresses only where it can be shown."""
    found: dict[str, Any] = state_in_words(image) | {"version": "", "levels": [], "warnings": [], "colour": ""}
    if image is None or image.status != Status.READY:
        return found
    if fault := fault_of(image):
        return found | _faulty(image, fault)
    prepared = Prepared.load(image.prepared_root / image.content_version)
    root = f"/tiles/{image.slide_id}/{image.content_version}"
    return found | {
        "version": image.content_version,
        "width": prepared.levels[0].width,
        "height": prepared.levels[0].height,
        "mpp": image.mpp,
        "objective": image.objective,
        "levels": [
            {
                "width": level.width,
                "height": level.height,
                "tile_width": level.tile_width,
                "tile_height": level.tile_height,
            }
            for level in prepared.levels
        ],
        "tiles": root + "/{level}/{x}_{y}.jpg",
        "thumbnail": root + "/thumbnail.jpg",
        "colour": _("Colour profile in the file, not applied") if image.has_icc else _("sRGB, no profile in the file"),
        "warnings": warnings_in_words(image.warnings),
    }


def _faulty(image: SlideImage, fault: str) -> dict[str, Any]:
    """The state of an image that was ready a moment ago. A file that is away may come back: that is not kept."""
    if fault != MISSING:
        recheck(actor=system("viewer"), slide_id=image.glass_id)
        image.refresh_from_db(fields=["status", "problem", "progress", "step"])
        return state_in_words(image)
    return {
        "status": Status.UNREADABLE,
        "status_text": str(Status.UNREADABLE.label),
        "problem": problem_words(MISSING),
    }


def warnings_in_words(sentences: list[str]) -> list[dict[str, str]]:
    """What ingest remarked: `short` in two or three words, `text` as a sentence."""
    return [{"short": _(SHORT.get(sentence, sentence)), "text": _(sentence)} for sentence in sentences]


def state_in_words(image: SlideImage | None) -> dict[str, Any]:
    """status (glass, waiting, preparing, ready, unreadable), its words, progress (0 to 100), step and problem."""
    if image is None:
        return {
            "status": GLASS,
            "status_text": _("No image: the glass slide is in its laboratory."),
            "progress": 0,
            "step": "",
            "problem": "",
        }
    return {
        "status": image.status,
        "status_text": str(image.get_status_display()),
        "progress": image.progress,
        "step": _(image.step) if image.step else "",
        "problem": problem_words(image.problem) if image.status == Status.UNREADABLE else "",
    }
