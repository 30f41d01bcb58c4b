"""Random requests by random people against random doors and keys, in a world that random things have happened to.

What an answer names is held against the tables (oracle.py). Each request is undone before the next.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from cases.models import Case, Patient, Slide
from consult.reports.models import Report
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.errors import Refusal
from slides.queries import slide_for_tiles
from tests.access.asking import said
from tests.access.exceptions import of_ended_emergency, of_exclusion, of_objection
from tests.access.kinds import CAST, ECHO, KINDS, YEAR
from tests.access.oracle import KEY, Everything, Known, known_to, place_of
from tests.access.row import Row, of_outside_expert, of_token
from tests.access.table import ROWS
from tests.cast import World, client_for

TILES = 0.05  # of all requests go to the gate of the tile process
POINTED = 0.6  # of the rest are of rows that name a thing
AIMED, ELSEWHERE = 0.5, 0.2  # name what the person, or somebody else, may see; name anything at all; else the row's own
READERS = 0.5  # are of somebody who may see a case; the rest of anybody
AT_HOME, LOOKING = 0.75, 0.7  # ask about the own world; only look
LATER = (timedelta(0), timedelta(0), timedelta(minutes=61), timedelta(days=6), YEAR)


@dataclass(frozen=True)
class Person:
    """Somebody signed in, and what the tables let them know."""

    name: str
    home: str  # the name of the world, '' for a member of nothing
    actor: Actor
    client: Client
    known: Known
    near: dict[str, list[UUID]]  # of what there is (_keys), what the tables let them know


@dataclass(frozen=True)
class Question:
    """A row of the matrix with its words, asked about the things of one of the worlds."""

    row: Row
    world: str
    arguments: dict[str, object]
    body: str
    version: str


@dataclass
class Found:
    """What came of the requests: how many of each status, how many told of a case, slide or patient, and what of it the
    tables do not open."""

    statuses: Counter[int] = field(default_factory=Counter)
    telling: int = 0
    outside: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Draw:
    """Draws who asks what, and about which thing: `keys` has, by the name of an argument, everything that there is."""

    chance: random.Random
    people: list[Person]
    questions: list[Question]
    keys: dict[str, list[UUID]]

    def person(self) -> Person:
        readers = [each for each in self.people if each.known.cases]
        return self.chance.choice(readers if self.chance.random() < READERS else self.people)

    def question(self, person: Person) -> Question:
        pointed, home, looks = (self.chance.random() < part for part in (POINTED, AT_HOME, LOOKING))
        while True:
            found = self.chance.choice(self.questions)
            away = home and person.home not in {"", found.world}
            misses = pointed and not person.near.keys() & found.arguments.keys()
            if not away and not misses and (not looks or found.row.method == "GET"):
                return found

    def things(self, person: Person) -> dict[str, list[UUID]]:
        """Those of which one is named: the person's own, somebody's, or all there are; none for what the row names."""
        drawn = self.chance.random()
        if drawn < AIMED:
            return self.chance.choice([person, self.chance.choice(self.people)]).near
        return self.keys if drawn < AIMED + ELSEWHERE else {}


def ask_at_random(worlds: list[World], seed: int, count: int) -> Found:
    """Let things happen, then ask `count` times. The same seed asks the same."""
    chance = random.Random(seed)
    happened = list(_happen(worlds, chance))
    with clock.travel(clock.now() + chance.choice(LATER)):
        keys, everything, found = _keys(), Everything.there_is(), Found()
        people = [_person(keys, *each) for each in (*_people(worlds), *happened)]
        draw = Draw(chance, people, list(_questions(worlds)), keys)
        for _ in range(count):
            person = draw.person()
            near = draw.things(person)
            if chance.random() < TILES:
                _tile(person, chance.choice(near.get("slide_id") or keys["slide_id"]), found)
            else:
                question = draw.question(person)
                named = {name: chance.choice(near[name]) for name in question.arguments if near.get(name)}
                _ask(person, question, dict(question.arguments) | named, everything, found)
        return found


def _person(keys: dict[str, list[UUID]], name: str, home: str, actor: Actor, client: Client) -> Person:
    known = known_to(actor)
    cases = known.cases.union(*(kept for kept, _ in known.records.values()))
    reports = set(Report.objects.filter(case__in=cases).values_list("pk", flat=True))
    of: dict[str, Collection[UUID]] = {"case_id": cases, "slide_id": known.slides, "patient_id": known.patients}
    of |= {"pk": known.requests, "request_id": known.requests, "report_id": reports}
    near = {each: [key for key in keys[each] if key in may] for each, may in of.items()}
    return Person(name, home, actor, client, known, near)


def _happen(worlds: list[World], chance: random.Random) -> Iterator[tuple[str, str, Actor, Client]]:
    """Kinds of people come about, or do not where what happened before is in the way."""
    made = []
    for name in chance.sample(sorted(KINDS), 4):
        world = chance.choice(worlds)
        with suppress(Refusal), transaction.atomic():
            made.append((name, world.name, KINDS[name].make(world)))
    for world in worlds:
        for make in (of_objection, of_exclusion, of_token, of_outside_expert, of_ended_emergency):
            if chance.random() < 0.4:
                with suppress(Refusal), transaction.atomic():
                    make(world)
    return ((name, home, actor, KINDS[name].client(actor)) for name, home, actor in made)


def _people(worlds: list[World]) -> Iterator[tuple[str, str, Actor, Client]]:
    for world in worlds:
        for who, actor in world.people.items():
            if User.objects.filter(pk=actor.who(), is_active=True).exists():
                yield who, world.name, actor, client_for(actor)
    for who in ("nobody", "platform", "anonymous"):
        yield who, "", Actor(None, ""), CAST[who].client(Actor(None, ""))


def _questions(worlds: list[World]) -> Iterator[Question]:
    """Every row about both worlds. What a row would have to make first is not there."""
    for world in worlds:
        for row in ROWS:
            with suppress(Refusal), transaction.atomic():
                body = "" if row.method == "GET" else row.body if isinstance(row.body, str) else row.body(world)
                version = f'"{row.version(world)}"' if row.version else ""
                yield Question(row, world.name, row.arguments(world), body, version)
                transaction.set_rollback(True)


def _keys() -> dict[str, list[UUID]]:
    """By the name of an argument, everything that there is."""
    of: dict[str, type[Any]] = {
        "case_id": Case,
        "slide_id": Slide,
        "patient_id": Patient,
        "pk": ConsultRequest,
        "request_id": ConsultRequest,
        "report_id": Report,
        "person_id": User,
        "membership_id": Membership,
    }
    return {name: list(model.objects.order_by("pk").values_list("pk", flat=True)) for name, model in of.items()}


def _tile(person: Person, slide: UUID, found: Found) -> None:
    session = person.client.session.session_key if person.client.cookies else None
    status = slide_for_tiles(session or "", str(slide)).status
    found.statuses[status] += 1
    found.telling += status == 200
    if status == 200 and slide not in person.known.slides:
        found.outside.append(f"{person.name} of {person.home}: tiles of slide {slide}")


def _ask(
    person: Person, question: Question, arguments: dict[str, object], everything: Everything, found: Found
) -> None:
    row = question.row
    with transaction.atomic():
        address = reverse(row.route, kwargs=arguments) + row.query
        headers = {"Idempotency-Key": "random-key-1"} | ({"If-Match": question.version} if question.version else {})
        answer = person.client.generic(
            row.method, address, question.body, content_type=row.content_type, headers=headers
        )
        found.statuses[answer.status_code] += 1
        asked = f"{address} {question.body}" if answer.status_code >= 300 or row.route in ECHO else ""
        text, place = said(answer), place_of(row.route)
        beyond = everything.beyond(person.known, text, place=place, asked=asked)
        if beyond:  # unless the request itself has just opened it
            beyond = Everything.there_is().beyond(known_to(person.actor), text, place=place, asked=asked)
        if answer.status_code == 200:
            found.telling += any(UUID(key) in everything.keys for key in KEY.findall(text))
        if beyond or answer.status_code >= 500:
            found.outside.append(
                f"{person.name} of {person.home}: {row.method} {address} {answer.status_code} {sorted(beyond)}"
            )
        transaction.set_rollback(True)
