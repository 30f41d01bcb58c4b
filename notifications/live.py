"""What an open page is told: the number of unread notifications, and the newest one's sentence when it comes.

One stream is one browser. It sleeps on the person's channel and holds no database connection while it does; each time
it wakes (something happened, or four seconds have passed) it looks whether the session still counts before it says a
word, so a session that ended hears nothing more.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils import translation

from accounts import sessions
from accounts.live import channel
from core.actor import Actor
from notifications import queries
from notifications.models import Notification

log = logging.getLogger(__name__)

BEAT = 4.0  # seconds between two looks at the session where nothing happens: one that ended unheard is cut within 5
LIFE = 15 * 60.0  # seconds after which a stream ends; the browser opens the next one
CONFIRMED = 5.0  # seconds to wait for Redis to confirm the subscription
RETRY = 3_000  # milliseconds the browser waits before it does


@dataclass(frozen=True, slots=True)
class Stream:
    """Who listens: the person, by which session, in which language."""

    person: UUID
    session_key: str
    language: str


def event(name: str, data: dict[str, object]) -> bytes:
    """One server-sent event; the JSON holds no line break."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def look(stream: Stream, notification_id: str = "") -> dict[str, object] | None:
    """What to tell now, or None when the session does not count any more. Leaves no connection open."""
    try:
        person = sessions.person_of(stream.session_key)
        if person is None or person.pk != stream.person:
            return None
        actor = Actor(person=person.pk, name=person.printed_name)
        told: dict[str, object] = {"unread": queries.unread_count(actor)}
        if notification_id:
            new = queries.visible_notifications(actor).filter(pk=notification_id, read_at__isnull=True).first()
            if new is not None:
                with translation.override(person.language or stream.language):
                    told["notification"] = _told(new)
        return told
    finally:
        connections.close_all()


def _told(notification: Notification) -> dict[str, object]:
    return {
        "id": str(notification.pk),
        "sentence": notification.sentence,
        "url": reverse("notifications:open", args=[notification.pk]),
        "urgent": notification.urgent,
    }


async def events(stream: Stream, *, beat: float = BEAT, life: float = LIFE) -> AsyncIterator[bytes]:
    """The events of one stream until its life is over or its session does not count any more.

    `state` tells what is unread, `beat` that the line is alive, `ended` that the browser need not come back. When
    Redis is not there the stream just ends: the browser comes back, and polls in the meantime.
    """
    end = asyncio.get_running_loop().time() + life
    yield f"retry: {RETRY}\n\n".encode()
    try:
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as line:
            await line.subscribe(channel(stream.person))
            await line.get_message(timeout=CONFIRMED)  # before the first look, so that nothing falls in between
            message: dict[str, bytes] | None = None
            name = "state"
            while True:
                told = await sync_to_async(look)(stream, _notification_id(message))
                if told is None:
                    yield event("ended", {})
                    return
                yield event(name, told)
                left = end - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                message = await line.get_message(ignore_subscribe_messages=True, timeout=min(beat, left))
                name = "state" if message else "beat"
    except (redis.asyncio.RedisError, OSError) as error:
        log.warning("a live stream ended", extra={"error": type(error).__name__})


def _notification_id(message: dict[str, bytes] | None) -> str:
    """The id in a message of the channel, '' where it carries none."""
    if not message:
        return ""
    try:
        return str(UUID(json.loads(message["data"]).get("notification", "")))
    except (ValueError, AttributeError):
        return ""
