"""Link a file to a slide; a job prepares it for viewing."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.access.queries import visible_slides
from cases.models import Case
from cases.policy import parties as case_parties
from core import clock
from core.actor import Actor
from core.errors import Conflict, Hidden, Invalid
from core.workflow.engine import created, perform
from slides.models import SlideImage
from slides.same_file import others_with
from slides.states import IMAGE, Status
from slides.uploads import discard


def link(
    *, actor: Actor, slide_id: UUID, seen: Seen | None, path: str, sha256: str = "", confirmed: str = ""
) -> SlideImage:
    """Make the image of a slide of the own laboratory from a file below SLIDE_ROOT (`path` is relative to it).

    `sha256` is that of the file, where it is known already: then SameFile is raised where another slide of the
    laboratory has this very file, unless it is `confirmed`, the hash of the file about which the person was told so.

    An image that cannot be shown gets the new file in place of its own. Raises Hidden, Forbidden, Invalid for a path
    outside the root or a file that is not there, and Conflict when the slide has an image already or the case is not
    the one that was on the screen.
    """
    with transaction.atomic():
        slide = visible_slides(actor).filter(pk=slide_id).first()
        if slide is None:
            raise Hidden(_("There is nothing here that you may see."))
        case = lock_case(actor, slide.case_id, seen)
        before = SlideImage.objects.select_for_update().filter(slide=slide).first()
        if before is not None and before.status != Status.UNREADABLE:
            raise Conflict(_("This slide has an image already."))
        _check(path)
        others = others_with(actor, slide, sha256, confirmed) if sha256 else []
        facts: dict[str, object] = {"label": slide.label}
        if others:
            facts["same_file_as"] = [str(other) for other in others]
        if before is not None:
            return _replace(before, path, sha256, actor, case, facts)
        image = SlideImage.objects.create(
            slide=slide, path=path, file_sha256=sha256, status=Status.WAITING, linked_at=clock.now()
        )
        created(IMAGE, image, "link", actor=actor, parties=case_parties(actor, case), case=case.pk, facts=facts)
    return image


def _replace(
    image: SlideImage, path: str, sha256: str, actor: Actor, case: Case, facts: dict[str, object]
) -> SlideImage:
    """Another file for an unreadable image. One that never could be shown goes; what somebody may have seen stays."""
    old, known = image.path, image.sha256
    image.path, image.sha256, image.file_sha256 = path, "", sha256
    image.problem, image.progress, image.step = "", 0, ""
    perform(
        IMAGE,
        image,
        "link",
        actor=actor,
        parties=case_parties(actor, case),
        case=case.pk,
        changed=["path", "sha256", "file_sha256", "problem", "progress", "step"],
        facts=({"before": known} if known else {}) | facts,
    )
    if old != path and not known:
        transaction.on_commit(lambda: discard(old))
    return image


def retry(*, actor: Actor, slide_id: UUID) -> SlideImage:
    """Try an unreadable image again, for example after its file was restored; only the same bytes are shown again."""
    with transaction.atomic():
        slide = visible_slides(actor).filter(pk=slide_id).first()
        if slide is None:
            raise Hidden(_("There is nothing here that you may see."))
        case = lock_case(actor, slide.case_id)
        image = SlideImage.objects.select_for_update().filter(slide=slide).first()
        if image is None:
            raise Hidden(_("This slide has no image."))
        image.problem, image.progress, image.step = "", 0, ""
        perform(
            IMAGE,
            image,
            "retry",
            actor=actor,
            parties=case_parties(actor, case),
            case=case.pk,
            changed=["problem", "progress", "step"],
        )
    return image


def _check(path: str) -> None:
    root = Path(settings.SLIDE_ROOT).resolve()
    target = (root / path).resolve()
    if not target.is_relative_to(root) or not target.is_file():
        raise Invalid(_("This file is not there."), fields={"path": _("Choose a file in the slide folder.")})
