"""What other rooms and the tile process ask about slides' images."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce

from accounts import actors, sessions
from cases.access.queries import visible_slides
from cases.models import Slide
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
    if person is None:
        return set()
    openings = SlideOpening.objects.filter(person=person, slide__in=slide_ids)
    openings = openings.annotate(now=Coalesce("slide__image__sha256", Value(""))).filter(sha256=F("now"))
    return set(openings.values_list("slide", flat=True))


@dataclass(frozen=True, slots=True)
class Reading:
    """One slide and what somebody has looked at of it: SHA-256 of the image it has, '' without a readable one, and of
    every image of it that the person has opened, those that were taken off since too."""

    image: str
    opened: frozenset[str]

    @property
    def is_unopened(self) -> bool:
        """Whether it has an image that the person never opened."""
        return bool(self.image) and self.image not in self.opened

    @property
    def is_replaced(self) -> bool:
        """Whether the person opened an image that it no longer has."""
        return bool(self.opened - {self.image})


def readings(person: UUID | None, slide_ids: Collection[UUID]) -> dict[UUID, Reading]:
    """What the person has looked at of each of these slides. One query."""
    own = FilteredRelation("openings", condition=Q(openings__person=person))
    rows = Slide.objects.filter(pk__in=slide_ids).annotate(own=own)
    images: dict[UUID, str] = {}
    opened: dict[UUID, set[str]] = {}
    for slide, status, sha256, seen in rows.values_list("pk", "image__status", "image__sha256", "own__sha256"):
        images[slide] = sha256 if status == Status.READY else ""
        opened.setdefault(slide, set()).add(seen or "")
    return {slide: Reading(images[slide], frozenset(opened[slide] - {""})) for slide in images}


def slide_for_tiles(session_key: str, slide_id: str) -> Decision:
    """Whether the session's person, under the acting membership, may see the slide, and where its tiles lie."""
    session = sessions.read(session_key)
    user = sessions.person_in(session)
    if user is None:
        return SIGNED_OUT
    memberships = actors.memberships_of(user)
    acting = actors.choose(memberships, session.get(actors.ACTING))
    actor = actors.actor_for(user, acting, door=Door.TILES)
    try:
        wanted = UUID(slide_id)
    except ValueError:
        return ABSENT
    image = SlideImage.objects.filter(slide__in=visible_slides(actor).filter(pk=wanted), status=Status.READY).first()
    if image is None:
        return ABSENT
    return Decision(
        200,
        prepared_dir=image.prepared_root / image.content_version,
        source_path=image.source,
        version=image.content_version,
        membership=str(acting.pk) if acting else None,
    )
