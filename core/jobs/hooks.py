"""`effect(kind)`: what a job does. Rooms above register one handler per kind in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass

from core.jobs.models import Job

Handler = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """A handler. `inside`: it changes only this database, so it is done in the job's own transaction."""

    kind: str
    handler: Handler
    inside: bool


_effects: dict[str, Effect] = {}


def effect(kind: str, *, inside: bool) -> Callable[[Handler], Handler]:
    """Register the decorated function as what a job of `kind` does. A kind has one handler."""

    def register(handler: Handler) -> Handler:
        if kind in _effects and _effects[kind].handler is not handler:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _effects[kind] = Effect(kind, handler, inside)
        return handler

    return register


def effect_for(kind: str) -> Effect:
    """The effect of `kind`; KeyError where no room registered it."""
    return _effects[kind]


def kinds() -> dict[str, Effect]:
    """Every registered kind."""
    return dict(_effects)
