"""`effect(kind)`: what a job does. Rooms above register one handler per kind in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.jobs.models import Job

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Handler = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """A handler. `inside`: it changes only this database, so it is done in the job's own transaction.

    `label` is what people read for the kind, `about` the noun (core.audit.hooks) that a job's subject is.
    """

    kind: str
    handler: Handler
    inside: bool
    label: "StrOrPromise" = ""
    about: str = ""


_effects: dict[str, Effect] = {}


def effect(kind: str, *, inside: bool, label: "StrOrPromise" = "", about: str = "") -> Callable[[Handler], Handler]:
    """Register the decorated function as what a job of `kind` does. A kind has one handler."""

    def register(handler: Handler) -> Handler:
        if kind in _effects and _effects[kind].handler is not handler:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _effects[kind] = Effect(kind, handler, inside, label or kind, about)
        return handler

    return register


def effect_for(kind: str) -> Effect:
    """The effect of `kind`; KeyError where no room registered it."""
    return _effects[kind]


def kinds() -> dict[str, Effect]:
    """Every registered kind."""
    return dict(_effects)
