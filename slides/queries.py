"""What other rooms and the tile process ask about slides' images."""

from collections.abc import Collection
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts import actors
from accounts.models import User
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
    session = _session_store(session_key).load() if session_key else {}
    user = _user(session)
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


def _session_store(session_key: str) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


def _user(session: dict[str, Any]) -> User | None:
    """The signed-in person of this session, if the password has not changed since (as Django's get_user does)."""
    key = session.get(SESSION_KEY)
    user = User.objects.filter(pk=key, is_active=True).first() if key else None
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user
