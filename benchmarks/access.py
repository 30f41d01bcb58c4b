"""Who may see what, at size: every list page and filter, and the question of the tile server, in the database.

Each probe runs warm, RUNS times, and its best time counts: what else the machine does only ever adds. The 95th
percentile is over people and over values of a filter, for each page and filter apart; the worst of them is told. The
pages that a probe reads are compared with those in a world of a tenth of the data.
"""

from __future__ import annotations

import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import django

from benchmarks.figures import Figure

if "DJANGO_SETTINGS_MODULE" not in os.environ:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from benchmarks import access_peer, access_sql  # noqa: E402  models load only after setup
from benchmarks.access_pages import Probe, probes  # noqa: E402
from benchmarks.access_world import SIZES, Size, disagreements, ensure, someone, use  # noqa: E402
from benchmarks.statements import explained, percentile, timed  # noqa: E402
from accounts.models import Organisation  # noqa: E402
from core.actor import Actor  # noqa: E402

RUNS = 3
PAGE_MS, SLIDE_MS, GROWTH = 50.0, 5.0, 1.5
TYPICAL = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """What one probe came to."""

    ms: float
    cpu_ms: float
    pages: int
    rows: int


Cells = dict[tuple[str, str, str], list[Taken]]  # list, who, which page or filter


def tell(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def people(size: Size) -> dict[str, list[Actor]]:
    """Who is measured: most people, those to whom much is shared, those with a large laboratory, a deputy."""
    chance = random.Random(20)
    known = {size.power(), *size.heavy()}
    typical = [
        number
        for lab in chance.sample(range(1, size.labs), min(TYPICAL, size.labs - 1))
        if (number := lab + size.labs * chance.choice((2, 3, 4))) not in known
    ]
    home = [access_sql.HOME_HEAVY, access_sql.HOME_HEAVY + size.labs * 2]
    numbers = {
        "typical": typical,
        "heavy": size.heavy(),
        "power": [size.power()],
        "home-heavy": home,
        "deputy of power": [size.power() + size.labs],
    }
    return {who: [someone(number) for number in found] for who, found in numbers.items()}


def pages(size: Size) -> Cells:
    """Everything about lists, in the database in use."""
    found: Cells = defaultdict(list)
    labs = list(Organisation.objects.filter(kind="lab").order_by("pk").values_list("pk", flat=True)[:4])
    for who, actors in people(size).items():
        for actor in actors:
            for probe in probes(actor, size, labs):
                found[probe.list, who, probe.kind].append(take(probe))
        tell(f"{who}: {sum(len(taken) for key, taken in found.items() if key[1] == who)} pages")
    return found


def take(probe: Probe) -> Taken:
    """Time and pages of one probe, warm. Raises AssertionError where a statement on grants lacks a condition."""
    probe.build()
    rounds = []
    for _ in range(RUNS):
        with timed() as clocked:
            probe.build()
        rounds.append(clocked)
    with explained() as plans:
        rows = probe.build()
    for text in plans.texts:
        check_conditions(text)
    ms, cpu_ms = min(each.ms for each in rounds), min(each.cpu_ms for each in rounds)
    return Taken(ms, cpu_ms, plans.pages, rows)


def check_conditions(text: str) -> None:
    """A statement that reads grants asks for their window, their end, and for denials, by the database's clock."""
    if '"cases_casegrant"' in text:
        wanted = ["core_now()", '"valid_from" <=', '"valid_until" >', '"revoked_at" IS NULL']
        missing = [each for each in wanted if each not in text]
        assert not missing, f"{missing} are not asked for in {text}"
