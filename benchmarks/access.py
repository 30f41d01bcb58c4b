"""Who may see what, at size: every list page and filter, and the question of the tile server, in the database.

A page counts with everything that it asks: the keys, the rows, the views of the cases, the slides. The 95th percentile
is over people and values of a filter, for each page and each filter apart, and the worst of them is told. What is read
is compared with a world of a tenth of the data, and what it takes with django-guardian on the same rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import django
from django.db import OperationalError, connection, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks import access_peer  # noqa: E402  models load only after setup
from benchmarks.access_figures import growth, plain, times  # noqa: E402
from benchmarks.access_pages import BACK, LAST_KEY  # noqa: E402
from benchmarks.access_take import ROUNDS, Cells, pages, people, places_of, slides, tell  # noqa: E402
from benchmarks.access_world import SIZES, Size, disagreements, ensure, slide, use  # noqa: E402
from benchmarks.figures import Figure  # noqa: E402
from benchmarks.statements import percentile, timed  # noqa: E402
from cases.access.pages import Filters, case_page  # noqa: E402
from cases.access.queries import may_see_slide  # noqa: E402
from core import clock, terms  # noqa: E402

PAGE_MS, SLIDE_MS, SEARCH_MS = 50.0, 5.0, 500.0
TOO_LONG = 8_000.0  # ms; the peer is stopped there
OF_PEER = 20  # slides of each kind


def measure(full: bool) -> Iterator[Figure]:
    """20,000 cases, or 2 million at full scale (SCALE=medium: 200,000), and a tenth of that beside it."""
    name = "full" if full else os.environ.get("SCALE") or "small"
    size, before = SIZES[name], connections["default"].settings_dict["NAME"]
    try:
        use(ensure(f"{name}_tenth", size.tenth(), tell))
        small = _everything(size.tenth())
        use(ensure(name, size, tell))
        wrong = disagreements(size)
        tell(f"{wrong}")
        yield Figure("rows_not_as_the_workflows_say", sum(wrong.values()), "rows", "0", holds=not any(wrong.values()))
        large = _everything(size)
        yield from times(large, {"slide": SLIDE_MS, "search": SEARCH_MS}, PAGE_MS)
        yield from growth(small, large)
        yield from against_guardian(size)
    finally:
        use(before)


def _everything(size: Size) -> Cells:
    who_is = people(size)
    return pages(who_is) | slides(size, who_is)


def against_guardian(size: Size) -> Iterator[Figure]:
    """The keys of the same pages, and the same question, as django-guardian answers them on the same rows."""
    organ = list(terms.codes("organ_systems"))[5]
    shapes = {
        "first": (None, None),
        "half a year back": (None, (clock.now() - BACK, LAST_KEY)),
        "organ": (Filters(organ_system=organ), None),
    }
    for who, actors in people(size).items():
        users = {actor.who(): access_peer.user_of(actor) for actor in actors}
        for kind, (filters, after) in shapes.items():
            own = [partial(case_page, actor, filters, after) for actor in actors]
            theirs = [partial(access_peer.page, users[actor.who()], actor, filters, after) for actor in actors]
            yield _beside(f"case page {kind} {who}", own, theirs)
        places = [each for some in places_of(size, actors).values() for each in some[:OF_PEER]]
        asked = [(actor, slide(number, k)) for actor, number, k in places]
        yield _beside(
            f"slide {who}",
            [partial(may_see_slide, actor, key) for actor, key in asked],
            [partial(access_peer.may_see, users[actor.who()], actor, key) for actor, key in asked],
        )


def _beside(name: str, own: Sequence[Callable[[], object]], theirs: Sequence[Callable[[], object]]) -> Figure:
    value = percentile([_best(each) for each in own], 0.95)
    peer = percentile([_best(each) for each in theirs], 0.95)
    return Figure(plain(f"{name} p95 against guardian"), value, "ms", peer=peer, ratio=peer / value)


def _best(ask: Callable[[], object]) -> float:
    """The best of ROUNDS warm rounds, in milliseconds; TOO_LONG where it was stopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(int(TOO_LONG))])
    rounds = []
    try:
        ask()
        for _ in range(ROUNDS):
            with timed() as clocked:
                ask()
            rounds.append(clocked.ms)
    except OperationalError:
        rounds.append(TOO_LONG)
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")
    return min(rounds)
