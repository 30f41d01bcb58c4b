"""Measures pages and slides for people of the world in use: time, pages of 8 kB, rows, statements.

Each probe runs warm, ROUNDS times, and its best time counts: what else the machine does only ever adds.
"""

from __future__ import annotations

import math
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import connection

from accounts.models import Organisation
from benchmarks import access_sql
from benchmarks.access_pages import Probe, probes
from benchmarks.access_world import Size, slide, someone
from benchmarks.statements import explained, timed
from cases.access import branches
from cases.access.queries import may_see_slide
from core.actor import Actor

ROUNDS = 3
TYPICAL = 12
SLIDES = 60  # of each kind, for each kind of person
WINDOW = ("core_now()", '"valid_from" <=', '"valid_until" >', '"revoked_at" IS NULL')
DENIED = ('"cases_denial"', '"ended_at" IS NULL')


@dataclass(frozen=True, slots=True)
class Taken:
    """What one probe came to."""

    ms: float
    cpu_ms: float
    pages: int
    rows: int
    statements: int


Cells = dict[tuple[str, str, str], list[Taken]]  # list, who, which page or filter
Place = tuple[Actor, int, int]  # who, number of a case, place of a slide in it


def tell(text: str) -> None:
    """What is being done."""
    print(f"  {text}", file=sys.stderr, flush=True)


def people(size: Size) -> dict[str, list[Actor]]:
    """Who is measured: most people, those to whom much is shared, those of a large laboratory, a deputy."""
    chance = random.Random(20)
    known = {size.power(), *size.heavy()}
    some = chance.sample(range(1, size.labs), min(TYPICAL, size.labs - 1))
    numbers = {
        "typical": [each for lab in some if (each := lab + size.labs * chance.choice((2, 3, 4))) not in known],
        "heavy": size.heavy(),
        "power": [size.power()],
        "home-heavy": [access_sql.HOME_HEAVY, access_sql.HOME_HEAVY + size.labs * 2],
        "deputy of power": [size.power() + size.labs],
    }
    return {who: [someone(number) for number in found] for who, found in numbers.items()}


def pages(who_is: Mapping[str, Sequence[Actor]], *, labs: int = 4, rounds: int = ROUNDS) -> Cells:
    """Every page and filter of every list for these people, in the database in use. `labs` are filtered by."""
    found: Cells = defaultdict(list)
    keys: list[UUID] = list(Organisation.objects.filter(kind="lab").order_by("pk").values_list("pk", flat=True)[:labs])
    for who, actors in who_is.items():
        for actor in actors:
            known: dict[tuple[str, str], int] = {}
            for probe in probes(actor, keys):
                found[probe.list, who, probe.kind].append(take(probe, rounds, known))
        tell(f"{who}: {sum(len(taken) for key, taken in found.items() if key[1] == who)} pages")
    return found


def take(probe: Probe, rounds: int = ROUNDS, known: dict[tuple[str, str], int] | None = None) -> Taken:
    """Time and pages of one probe; no time without rounds. `known` are pages of statements that were asked before.

    Raises AssertionError where a statement on grants lacks a condition.
    """
    clocked = []
    for _ in range(rounds + 1 if rounds else 0):
        with timed() as found:
            probe.build()
        clocked.append(found)
    with explained(known) as plans:
        rows = probe.build()
    for text in plans.texts:
        check_conditions(text)
    warm = clocked[1:]  # the first is to warm up
    best, cpu = (min((getattr(each, name) for each in warm), default=math.nan) for name in ("ms", "cpu_ms"))
    return Taken(best, cpu, plans.pages, rows, plans.count)


def check_conditions(text: str) -> None:
    """A statement that reads grants asks for window and end by the database's clock; one that opens cases by them,
    for denials too (the other says what is shown of cases that were opened)."""
    if '"cases_casegrant"' in text:
        missing = [each for each in WINDOW if each not in text]
        if '"cases_share"."source_id"' not in text:
            missing += [each for each in DENIED if each not in text]
        assert not missing, f"{missing} are not asked for in {text}"


def slides(size: Size, who_is: Mapping[str, Sequence[Actor]], *, rounds: int = ROUNDS) -> Cells:
    """May this person see this slide; one statement each, or an AssertionError."""
    found: Cells = defaultdict(list)
    for who, actors in who_is.items():
        for kind, places in places_of(size, actors).items():
            for actor, number, k in places:
                ask = partial(may_see_slide, actor, slide(number, k))
                found["slide", who, kind].append(take(Probe("slide", kind, ask), rounds))
    assert {taken.statements for cells in found.values() for taken in cells} == {1}, "it is to be one query"
    return found


def places_of(size: Size, actors: Sequence[Actor]) -> dict[str, list[Place]]:
    """Slides of the own laboratory, shared ones, others of a shared case, and any."""
    chance, found = random.Random(7), dict[str, list[Place]]()
    for actor in actors:
        most = SLIDES // len(actors) + 1
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n FROM bench.share WHERE bench.person(person) = %s ORDER BY hashint8(n) LIMIT %s",
                [actor.person, most],
            )
            shared = [row[0] for row in cursor.fetchall()]
        home = branches.home(actor).order_by("pk").values_list("accession_number", flat=True)[:most]
        found.setdefault("shared", []).extend((actor, n, 0) for n in shared)
        found.setdefault("not named", []).extend((actor, n, 2) for n in shared)
        found.setdefault("home", []).extend((actor, int(number.rpartition("-")[2]), 0) for number in home)
        found.setdefault("any", []).extend(
            (actor, chance.randrange(size.cases), chance.randrange(3)) for _ in range(most)
        )
    return {kind: places for kind, places in found.items() if places}
