"""The live stream: for whoever is signed in, as long as they are, and asleep in between."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connections, transaction
from django.test import AsyncClient, Client

from accounts.actions.end_membership import end_membership
from accounts.models import SignIn, User
from core import clock
from core.actor import Actor
from core.ids import new_id
from notifications.actions.notify import notify
from notifications.live import BEAT, Stream, events
from tests.cast import World

PATIENCE = 10.0  # seconds after which a test gives up; nothing here takes that long
ADDRESS = "/live/notifications"


def tell(world: World) -> None:
    """Tell the expert's colleague, to whom nobody has said anything yet, something, and commit."""
    assert world.expert_colleague.person
    with transaction.atomic():
        notify(
            recipient=world.expert_colleague.person,
            kind="request.send",
            subject=world.request("sent").pk,
            occasion=new_id().hex,
            number="T-1",
            person_name="Dr North Asker",
        )


def stream_of(world: World, client: Client) -> Stream:
    """The stream of this client."""
    assert world.expert_colleague.person
    return Stream(world.expert_colleague.person, client.session.session_key or "", "en-gb")


async def heard(stream: AsyncIterator[bytes]) -> tuple[str, dict[str, Any]]:
    """The next event: its name and data."""
    text = (await asyncio.wait_for(anext(stream), PATIENCE)).decode()
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines())
    return fields.get("event", ""), json.loads(fields.get("data", "{}"))


def test_a_stranger_is_refused(world: World) -> None:
    assert Client().get(ADDRESS).status_code == 401

    async def ask() -> int:
        return (await AsyncClient().get(ADDRESS)).status_code

    assert async_to_sync(ask)() == 401


def test_a_process_that_cannot_stream_tells_the_browser_not_to_come_back(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    assert sign_in(world.expert_colleague).get(ADDRESS).status_code == 204


@pytest.mark.commits
def test_a_notification_is_heard_once_it_is_committed(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.expert_colleague)

    async def listen() -> None:
        browser = AsyncClient()
        browser.cookies["session"] = client.session.session_key or ""
        answer = await browser.get(ADDRESS)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer["Cache-Control"] == "no-store"
        stream = aiter(answer.streaming_content)  # type: ignore[attr-defined]  # the stubs know no stream
        await heard(stream)
        assert await heard(stream) == ("state", {"unread": 0})
        await sync_to_async(tell)(world)
        name, told = await heard(stream)
        assert (name, told["unread"]) == ("state", 1)
        assert told["notification"]["sentence"] == "Dr North Asker asks for your opinion: request T-1."
        assert told["notification"]["url"] == f"/notifications/{told['notification']['id']}/"

    async_to_sync(listen)()


@pytest.mark.commits
def test_another_persons_notification_is_not_heard(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.stranger)
    assert world.stranger.person
    mine = Stream(world.stranger.person, client.session.session_key or "", "en-gb")

    async def listen() -> None:
        stream = events(mine, beat=0.3)
        await heard(stream)
        await heard(stream)
        await sync_to_async(tell)(world)
        assert await heard(stream) == ("beat", {"unread": 0})

    async_to_sync(listen)()


@pytest.mark.commits
def test_a_sleeping_stream_holds_no_connection(world: World, sign_in: Callable[[Actor], Client]) -> None:
    mine = stream_of(world, sign_in(world.expert_colleague))

    async def listen() -> None:
        stream = events(mine, beat=0.2)
        await heard(stream)
        for _ in range(2):
            await heard(stream)
            assert await sync_to_async(lambda: connections["default"].connection)() is None

    async_to_sync(listen)()


@pytest.mark.commits
@pytest.mark.parametrize("how", ["sign out", "leave", "deactivate", "another person"])
def test_a_session_that_ended_hears_nothing_more(world: World, sign_in: Callable[[Actor], Client], how: str) -> None:
    client = sign_in(world.expert_colleague)
    mine = stream_of(world, client)

    def end() -> None:
        if how == "sign out":
            client.post("/accounts/logout/")
        elif how == "leave":
            assert world.expert_colleague.membership
            end_membership(actor=world.expert_admin, membership_id=world.expert_colleague.membership)
        elif how == "deactivate":
            User.objects.filter(pk=world.expert_colleague.who()).update(is_active=False)
        else:
            session = client.session
            session["_auth_user_id"] = str(world.asker.person)
            session.save()

    async def listen() -> None:
        stream = events(mine, beat=PATIENCE * 2)
        await heard(stream)
        await heard(stream)
        await sync_to_async(end)()
        if how != "leave":  # leaving wakes the stream by itself
            await sync_to_async(tell)(world)
        assert await heard(stream) == ("ended", {})
        with pytest.raises(StopAsyncIteration):
            await heard(stream)

    async_to_sync(listen)()


@pytest.mark.commits
def test_a_stream_ends_so_that_the_browser_opens_the_next(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.stranger)  # whom no test that runs beside this one tells anything
    mine = Stream(world.stranger.who(), client.session.session_key or "", "en-gb")

    async def listen() -> list[str]:
        return [chunk.decode().split("\n")[0] async for chunk in events(mine, beat=0.1, life=0.35)]

    lines = async_to_sync(listen)()
    assert lines[0].startswith("retry: ")
    assert lines[1] == "event: state"
    assert set(lines[2:]) == {"event: beat"}


@pytest.mark.commits
def test_a_session_that_ended_unheard_is_cut_at_the_next_beat(world: World, sign_in: Callable[[Actor], Client]) -> None:
    """Where the message was lost, or a time has come: nothing wakes the stream but its own beat, within 5 seconds."""
    client = sign_in(world.expert_colleague)
    assert BEAT < 5

    async def listen() -> None:
        stream = events(stream_of(world, client), beat=0.2)
        await heard(stream)
        await heard(stream)
        rows = SignIn.objects.filter(person=world.expert_colleague.who())
        await sync_to_async(lambda: rows.update(ended_at=clock.now()))()
        async with asyncio.timeout(PATIENCE):
            names = [name async for name, _told in _all(stream)]
        assert set(names[:-1]) <= {"beat"}
        assert names[-1] == "ended"

    async_to_sync(listen)()


async def _all(stream: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    with contextlib.suppress(StopAsyncIteration):
        while True:
            yield await heard(stream)
