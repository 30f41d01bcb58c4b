"""Runs benchmarks by name (all without a name), prints one JSON line per figure, fails where a budget does not hold.

SCALE=full takes the real size. What is being done is told on standard error.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks

# A benchmark is a module here with a function `measure(full: bool) -> Iterator[Figure]`.
_HELPERS = {"__main__", "figures", "load", "servers", "statements", "tile_world"}
_PARTS = ("access_",)  # of a benchmark that takes several files


def names() -> list[str]:
    """The benchmarks there are."""
    modules = [item.name for item in iter_modules(benchmarks.__path__) if not item.ispkg]
    return sorted(name for name in modules if name not in _HELPERS and not name.startswith(_PARTS))


def main(wanted: list[str]) -> int:
    """0 where every budget holds, 1 where one does not, 2 where a name is unknown."""
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    full = os.environ.get("SCALE") == "full"
    held = True
    for name in wanted or names():
        print(f"{name} ({'full' if full else 'small'} scale)", file=sys.stderr)
        for figure in import_module(f"benchmarks.{name}").measure(full):
            print(figure.line(), flush=True)
            held = held and figure.holds is not False
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
