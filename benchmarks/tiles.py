"""Processor time per authorised full-resolution tile: ours beside OpenSlide's deepzoom server and large_image.

The same slide, the same list of tiles (weighted towards tissue), the same WSGI server on the same core, the load from
another core. Ours checks a login session on every tile; the others check nothing. Each is measured in several rounds,
in turn, and its best round counts: what disturbs a round only ever adds.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.load import CONNECTIONS, Result, run_load
from benchmarks.servers import Server
from deploy.launcher import tools
from slides.index import DAMAGED, TileIndex
from slides.synthesis import samples
from slides.synthesis.large import make_large_slide

ROOT = Path(__file__).resolve().parents[1]
TILE = 256
ROUNDS = 3
# Our tile costs so little that the list is asked for many times, to have something to measure.
OUR_REPEATS = 20
WARM_UP = 200
DEEPZOOM_RATIO = 30.0
_SEED = 20


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server and how its addresses look: `address` takes column and row of a full-resolution tile."""

    name: str
    server: Server
    address: Callable[[int, int], str]
    cookie: str = ""
    repeats: int = 1


@dataclass(slots=True)
class Best:
    """The best of several rounds."""

    cpu_ms: float = math.inf
    p95_ms: float = math.inf
    per_second: float = 0.0
    generator_ms: float = 0.0

    def take(self, cpu_seconds: float, result: Result) -> None:
        self.p95_ms = min(self.p95_ms, result.p95_ms)
        self.per_second = max(self.per_second, result.requests / result.seconds)
        if (cpu_ms := cpu_seconds * 1000 / result.requests) < self.cpu_ms:
            self.cpu_ms, self.generator_ms = cpu_ms, result.generator_cpu_seconds * 1000 / result.requests


def _tell(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _slide(folder: Path, side: int) -> Path:
    """A large slide of real tissue, made once."""
    path = folder / f"tissue-{side}.svs"
    if not path.exists():
        samples.fetch(folder, ROOT, lambda options: tools.uv_install("Fetching the sample slides", *options))
        _tell(f"making a slide of {side} x {side} pixels")
        make_large_slide(samples.find(folder, samples.SKIN), path, lambda part, step: None, side=side)
    return path


def _peers_python(folder: Path) -> Path:
    """The interpreter of an environment that has the peers' packages, made once."""
    environment = folder / "peers"
    lock = ROOT / "benchmarks/peers/requirements.txt"
    mark = environment / "installed.txt"
    if not mark.exists() or mark.read_text() != lock.read_text():
        _tell("installing the other tile servers")
        tools.must("Making the peers' environment", tools.uv(), "--quiet", "venv", "--clear", environment)
        tools.uv_install("Installing the other tile servers", "--python", environment / "bin/python", "-r", lock)
        mark.write_text(lock.read_text())
    return environment / "bin/python"


def _tile_list(prepared: Path, count: int) -> list[tuple[int, int]]:
    """Columns and rows of `count` different full-resolution tiles; the more bytes a tile has, the likelier it is in."""
    index = TileIndex(prepared / "index.bin")
    entry = index.levels[0]
    chance = random.Random(_SEED)
    drawn = []
    for y in range(entry.rows):
        for x in range(entry.columns):
            length = index.locate(0, x, y)[1]
            if length not in (0, DAMAGED):
                drawn.append((chance.random() ** (1 / length), (x, y)))
    drawn.sort(reverse=True)
    chosen = [place for _, place in drawn[:count]]
    chance.shuffle(chosen)
    return chosen


def _seat(slide: Path) -> dict[str, str]:
    """A signed-in pathologist before a case with this slide, in the database of the environment."""
    if "DATABASE_URL" not in os.environ:
        raise RuntimeError("There is no database: run this as `make bench-tiles`, which brings the services up.")
    env = {**os.environ, "SLIDE_ROOT": str(slide.parent)}
    for command in (["manage.py", "migrate", "--verbosity", "0"], ["-m", "benchmarks.tile_world", str(slide)]):
        done = subprocess.run([sys.executable, *command], env=env, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _ours(slide: Path, seat: dict[str, str], folder: Path) -> Contestant:
    """The real tile process: the session is looked up, the permission asked of the database, a yes kept for 5 s."""
    server = Server(Path(sys.executable), "slides.tiles.wsgi:application", {"SLIDE_ROOT": str(slide.parent)}, folder)
    start = f"/tiles/{seat['slide_id']}/{Path(seat['prepared']).name}/0"
    return Contestant("consilium", server, lambda x, y: f"{start}/{x}_{y}.jpg", seat["cookie"], OUR_REPEATS)


def _peers(slide: Path, side: int, folder: Path) -> list[Contestant]:
    python = _peers_python(folder)
    env = {"BENCH_SLIDE": str(slide), "PYTHONPATH": str(ROOT)}
    deepest, zoom = math.ceil(math.log2(side)), math.ceil(math.log2(side / TILE))
    deepzoom = Server(python, "benchmarks.peers.deepzoom_server:application", env, folder)
    found = [Contestant("deepzoom_server", deepzoom, lambda x, y: f"/slide_files/{deepest}/{x}_{y}.jpeg")]
    for source in ("tiff", "openslide"):
        large = Server(
            python, "benchmarks.peers.large_image_server:application", env | {"BENCH_SOURCE": source}, folder
        )
        found.append(Contestant(f"large_image_{source}", large, lambda x, y: f"/tile/{x}/{y}/{zoom}"))
    return found


def _round(contestant: Contestant, places: list[tuple[int, int]], best: Best) -> None:
    addresses = [contestant.address(x, y) for x, y in places]
    with contestant.server as server:
        # Other tiles than those measured come first, so that nobody is helped by a cache.
        warm = run_load(server.socket, addresses[:WARM_UP], contestant.cookie)
        before = server.cpu_seconds()
        result = run_load(server.socket, addresses[WARM_UP:] * contestant.repeats, contestant.cookie)
        best.take(server.cpu_seconds() - before, result)
    if warm.errors or result.errors:
        raise RuntimeError(f"{contestant.name}: {warm.errors + result.errors} requests were not answered with a tile")


def measure(full: bool) -> Iterator[Figure]:
    """One slide of 8,192 pixels and 600 tiles, or at full scale 30,720 pixels and 2,000 tiles."""
    folder = Path(os.environ.get("DEV_VAR", "var/bench")).resolve() / "tiles"
    folder.mkdir(parents=True, exist_ok=True)
    side, count = (30_720, 2_000) if full else (8_192, 600)
    slide = _slide(folder, side)
    seat = _seat(slide)
    places = _tile_list(Path(seat["prepared"]), count + WARM_UP)
    ours = _ours(slide, seat, folder)
    contestants = [ours, *_peers(slide, side, folder)]
    best = {contestant.name: Best() for contestant in contestants}
    for number in range(ROUNDS):
        for contestant in contestants:
            _round(contestant, places, best[contestant.name])
            _tell(f"round {number + 1}: {contestant.name}, best so far {best[contestant.name].cpu_ms:.3f} ms")
    own = best[ours.name]
    for contestant in contestants[1:]:
        theirs = best[contestant.name]
        ratio = theirs.cpu_ms / own.cpu_ms
        promised = contestant.name == "deepzoom_server"
        yield Figure(
            f"tile_cpu_against_{contestant.name}",
            own.cpu_ms,
            "ms of server CPU per tile",
            budget=f"at most 1/{DEEPZOOM_RATIO:.0f} of the peer" if promised else None,
            peer=theirs.cpu_ms,
            ratio=ratio,
            holds=ratio >= DEEPZOOM_RATIO if promised else None,
        )
    deepzoom = best["deepzoom_server"]
    yield Figure(f"tile_p95_with_{CONNECTIONS}_connections", own.p95_ms, "ms", peer=deepzoom.p95_ms)
    yield Figure("tiles_per_second_on_one_core", own.per_second, "tiles/s", peer=deepzoom.per_second)
    yield Figure("load_generator_cpu", own.generator_ms, "ms of generator CPU per tile", peer=deepzoom.generator_ms)
