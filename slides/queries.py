"""What other rooms and the tile process ask about slides' images."""

from collections.abc import Collection
from uuid import UUID

from accounts import actors, sessions
from cases.access.queries import visible_slides
from core.actor import Door
from slides.models import SlideImage, SlideOpening
from slides.states import Status
from slides.tiles.decision import ABSENT, SIGNED_OUT, Decision


def image_hashes(slide_ids: Collection[UUID]) -> dict[UUID, str]:
    """The SHA-256 of each of these slides that has a readable image."""
    images = SlideImage.objects.filter(slide__in=slide_ids, status=Status.READY)
    return dict(images.values_list("slide", "sha256"))


def opened_slides(person: UUID | None, slide_ids: Collection[UUID]) -> set[UUID]:
    """Which of these slides the person has opened."""
    if person is None:
        return set()
    return set(SlideOpening.objects.filter(person=person, slide__in=slide_ids).values_list("slide", flat=True))


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
