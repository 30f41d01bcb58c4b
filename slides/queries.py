"""What other rooms and the tile process ask about slides' images."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from accounts import actors, sessions
from cases.access.ground import on_ground
from cases.access.queries import visible_slides
from core.actor import Door
from slides.models import SlideImage, SlideOpening
from slides.states import Status
from slides.tiles.decision import ABSENT, SIGNED_OUT, Decision


def image_hashes(slide_ids: Collection[UUID]) -> dict[UUID, str]:
    """The SHA-256 of each of these slides that has a readable image."""
    images = SlideImage.objects.filter(slide__in=slide_ids, status=Status.READY)
    return {slide: sha256 for slide, sha256 in images.values_list("slide", "sha256") if slide is not None}


def image_version(slide_id: UUID) -> str:
    """The content version of the image that the slide has now, '' where none can be looked at."""
    images = SlideImage.objects.filter(slide=slide_id, status=Status.READY)
    return images.values_list("content_version", flat=True).first() or ""


def opened_slides(person: UUID | None, slide_ids: Collection[UUID]) -> set[UUID]:
    """Which of these slides the person has opened, with the image that they have now."""
    return openings(person, slide_ids).now


@dataclass(frozen=True, slots=True)
class Openings:
    """Slides that somebody has opened: with the image that they have `now`, and with one that they have `no_longer`,
    since it was taken off or another file was sent. A slide may be in both."""

    now: set[UUID]
    no_longer: set[UUID]


def openings(person: UUID | None, slide_ids: Collection[UUID]) -> Openings:
    """What the person has opened of these slides. One query."""
    found = Openings(set(), set())
    if person is not None:
        rows = SlideOpening.objects.filter(person=person, slide__in=slide_ids)
        rows = rows.annotate(image=Coalesce("slide__image__sha256", Value("")))
        for slide, opened, image in rows.values_list("slide", "sha256", "image"):
            if opened == image:
                found.now.add(slide)
            elif opened:
                found.no_longer.add(slide)
    return found


def slide_for_tiles(session_key: str, slide_id: str) -> Decision:
    """Whether the session's person, under the acting membership, may see the slide, and where its tiles lie."""
    session = sessions.read(session_key)
    user = sessions.person_in(session)
    if user is None:
        return SIGNED_OUT
    memberships = actors.memberships_of(user)
    acting = actors.choose(memberships, session.get(actors.ACTING))
    actor = actors.actor_for(user, acting, door=Door.TILES, session=actors.session_digest(session_key))
    try:
        wanted = UUID(slide_id)
    except ValueError:
        return ABSENT
    slides = visible_slides(actor).filter(pk=wanted, image__status=Status.READY)
    slide = slides.select_related("image", "case").first()
    if slide is None:
        return replace(ABSENT, actor=actor)
    image: SlideImage = slide.image
    return Decision(
        200,
        prepared_dir=image.prepared_root / image.content_version,
        source_path=image.source,
        version=image.content_version,
        actor=actor,
        share=on_ground(actor, slide.case)[1],
    )
