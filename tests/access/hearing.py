"""A kind of person before every door of the matrix, about what is their own to see and about what is not.

Two worlds mirror each other. A person of one asks every row of the matrix about the things of the own world, and hears
what somebody like them of the cast hears; and about the same things of the other, and hears what they would hear about
a thing that does not exist. What the answers say is held against the tables (oracle.py).
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.test import Client

from core import clock
from core.actor import Actor
from tests.access.asking import KEY, Heard, NotAskedError, by_arguments, hear, made
from tests.access.kinds import ECHO, KINDS, Kind, Swapped, nouns, nouns_made
from tests.access.led_back import WHO_IS_LED
from tests.access.oracle import Everything, Known, known_to, place_of
from tests.access.row import Row
from tests.cast import CANARY, World


def holds(world: World, mirror: World, kind: Kind, rows: list[Row], *, only_touched: bool = False) -> None:
    """Every answer is what somebody like this hears, says nothing more, and says nothing of another laboratory's.

    `only_touched` leaves out what names a thing with which the kind has nothing to do.
    """
    client = kind.client(world.expert) if kind.stayed else None  # signed in before it ends
    actor = kind.make(world)
    if kind.is_swapped:
        world, mirror = Swapped(world.name, world.people), Swapped(mirror.name, mirror.people)
    with clock.travel(clock.now() + kind.later):
        touched = nouns(world, *kind.states)
        asking = Asking(
            actor, client or kind.client(actor), kind, touched, known_to(actor), Everything.there_is(), only_touched
        )
        wrong: set[str] = set()
        for arguments, some in by_arguments(rows).items():
            with made(arguments, world, mirror):
                for row in some:
                    with contextlib.suppress(NotAskedError):
                        wrong |= {f"{row.method} {row.route}{each}" for each in asking.faults(row, world, mirror)}
        assert not wrong, "\n".join(sorted(wrong))


@dataclass(frozen=True)
class Asking:
    """Somebody of a kind, who asks as `client`."""

    actor: Actor
    client: Client
    kind: Kind
    touched: dict[UUID, str]
    known: Known
    everything: Everything
    only_touched: bool

    def faults(self, row: Row, world: World, mirror: World) -> Iterator[str]:
        """What is wrong with the answers to one row, of the own world and of the other."""
        noun, told = "", set[str]()

        def wanted(asked: str) -> bool:  # what the row itself made is there
            nonlocal noun
            if keys := [UUID(key) for key in KEY.findall(asked)]:
                touched = self.touched | nouns_made(self.touched)
                noun = next((touched[key] for key in keys if key in touched), "other")
            return noun != "other" or not self.only_touched

        def look(heard: Heard) -> None:
            told.update(self._tells(row, heard))

        heard = hear(self.client, row, world, wanted=wanted, look=look)
        if heard.status == 429:
            return  # a token that opens nothing has been tried often enough
        expected = self.kind.expected(row, noun)
        if heard.verdict != expected:
            yield f" ({noun}): {heard.verdict} {heard.status}, not {expected}: {heard.text[:300]}"
        if self.kind.is_blind and noun not in {"", "other"} and CANARY.lower() in heard.text.lower():
            yield " names the patient"
        if noun:
            foreign = hear(self.client, row, mirror, look=look)
            if foreign.verdict not in {"404", "login"} and "mirrored" not in row.ok:
                absent = hear(self.client, row, mirror, absent=True)
                if foreign.verdict != absent.verdict:
                    yield f", elsewhere: {foreign.verdict}, and where nothing is {absent.verdict}"
        yield from (f" tells {word}" for word in told)

    def _tells(self, row: Row, heard: Heard) -> set[str]:
        repeats = row.route in ECHO or (row.method == "GET" and row.route in WHO_IS_LED)
        asked = heard.asked if heard.verdict != "in" or repeats else ""
        place = place_of(row.route)
        told = self.everything.beyond(self.known, heard.text, place=place, asked=asked)
        if told:  # unless the row has made it
            told = Everything.there_is().beyond(known_to(self.actor), heard.text, place=place, asked=asked)
        return told


def at_home(world: World, mirror: World, kind: str) -> tuple[World, World]:
    """Which of the worlds this kind lives in, and the other one."""
    return (world, mirror) if list(KINDS).index(kind) % 2 else (mirror, world)
