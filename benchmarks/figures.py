"""One measured figure, and how it is printed: a JSON line with the budget it has to keep, if it has one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`. `budget` is what was promised, in words; `peer` the other system's value of the same thing;
    `ratio` how many times worse the peer is; `holds` whether the promise is kept, None where nothing was promised."""

    name: str
    value: float
    unit: str
    budget: str | None = None
    peer: float | None = None
    ratio: float | None = None
    holds: bool | None = None

    def line(self) -> str:
        return json.dumps({key: _short(value) for key, value in asdict(self).items()})


def _short(value: object) -> object:
    return float(f"{value:.4g}") if isinstance(value, float) else value
