"""Record that a person opened and closed a slide, fetched its pixels, or was refused them."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.ground import on_ground
from cases.access.queries import may_see_slide, visible_slides
from cases.audit_names import SLIDE_CLOSED, SLIDE_OPENED
from cases.looks import look
from cases.models import Slide
from core import clock
from core.actor import Actor
from core.errors import Hidden, Refusal
from core.web.refusals import DENIED, denied
from slides import sitting
from slides.models import SlideOpening
from slides.queries import image_hashes

TILES = "tiles"  # in the place of a route, in the row of a refusal


def opened(*, actor: Actor, slide_id: UUID) -> Slide:
    """The pixels are on a screen: the person's opening of this slide, and the audit row of the sitting.

    Raises Hidden, and TooMany as every look.
    """
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
        _once(actor, slide)
    return slide


def fetched(*, actor: Actor, slide_id: UUID, share: UUID | None) -> None:
    """Pixels are about to be sent: the audit row of the sitting, unless it is there. Raises Hidden and TooMany.

    `share` opened the slide when it was decided, None at home. It is no opening: nobody knows whether they will be on a
    screen. No query within a sitting, until another share opens the slide.
    """
    if sitting.goes_on(actor, slide_id, SLIDE_OPENED, share):
        return
    with transaction.atomic():
        _once(actor, _slide(actor, slide_id))


def not_fetched(*, actor: Actor, slide_id: UUID, refusal: Refusal) -> None:
    """Pixels were refused: the audit row of that, as of a page, and what is hidden once in a sitting.

    What this person sees, but has no image that could be shown, was not refused.
    """
    if not isinstance(refusal, Hidden):
        denied(actor, refusal, route=TILES, arguments={"slide_id": slide_id}, method="GET")
        return
    if sitting.goes_on(actor, slide_id, DENIED) or may_see_slide(actor, slide_id):
        return
    with transaction.atomic():
        last = sitting.last_row(actor, slide_id)
        if last is None or last.action != DENIED:
            # What was open and goes on asking is the page that nobody has closed.
            is_by_page = last is not None and last.action == SLIDE_OPENED
            ids = {"slide_id": slide_id}
            denied(actor, refusal, route=TILES, arguments=ids, method="GET", is_by_page=is_by_page)
        sitting.keep(actor, slide_id, DENIED)


def closed(*, actor: Actor, slide_id: UUID) -> None:
    """One audit row when the viewer leaves the slide."""
    with transaction.atomic():
        slide = _slide(actor, slide_id)
        pixels = image_hashes([slide.pk]).get(slide.pk, "")
        SlideOpening.objects.filter(slide=slide, person=actor.person, sha256=pixels).update(last_at=clock.now())
        look(actor, SLIDE_CLOSED, slide.case, object_kind="slide", object_id=slide.pk)
        sitting.keep(actor, slide.pk, SLIDE_CLOSED)


def _slide(actor: Actor, slide_id: UUID) -> Slide:
    slide = visible_slides(actor).select_related("case").filter(pk=slide_id).first()
    if slide is None or actor.person is None:
        raise Hidden(_("There is nothing here that you may see."))
    return slide


def _once(actor: Actor, slide: Slide) -> None:
    """The audit row, once in a sitting; what has become open by another share since is looked at anew."""
    last, (_grounded, share) = sitting.last_row(actor, slide.pk), on_ground(actor, slide.case)
    if last is None or last.action != SLIDE_OPENED or last.share != share:
        look(actor, SLIDE_OPENED, slide.case, object_kind="slide", object_id=slide.pk)
    sitting.keep(actor, slide.pk, SLIDE_OPENED, share)
