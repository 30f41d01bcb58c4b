"""What rooms above tell the record, in AppConfig.ready(): `noun(code)`, what a row is about, in words;
`locates(argument)`, which case or patient somebody asked for who was refused; `grounds`, by which share somebody acts;
and `closes`, which rows a closed case keeps from somebody.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from core.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Namer = Callable[[Actor, Collection[UUID]], Mapping[UUID, str]]
Finder = Callable[[Actor, str], Iterable[UUID]]


def _unnamed(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return {}


def _unfound(actor: Actor, term: str) -> Iterable[UUID]:
    return ()


@dataclass(frozen=True, slots=True)
class Noun:
    """What rows are about. `named` gives the number or name by which this actor may know each of the given keys.

    `found` gives the keys of what this actor may know by exactly this number or name. Neither tells what CaseView
    would hide.
    """

    code: str
    label: "StrOrPromise"
    named: Namer
    found: Finder


@dataclass(frozen=True, slots=True)
class Place:
    """The case or the patient that something belongs to."""

    case: UUID | None = None
    patient: UUID | None = None


Locator = Callable[[UUID], Place | None]
Seer = Callable[[Actor, UUID], bool]
Grounds = Mapping[UUID, tuple[Actor, UUID | None]]  # by case: the actor with purpose and absent person, and the share

_nouns: dict[str, Noun] = {}
_locators: dict[str, Locator] = {}
_seers: dict[str, Seer] = {}
_grounds: list[Callable[[Actor, Collection[UUID]], Grounds]] = []
_closes: list[Callable[[Actor], Q]] = []


def noun(code: str, label: "StrOrPromise", *, named: Namer = _unnamed, found: Finder = _unfound) -> str:
    """Register a noun with its word; returns the code."""
    _nouns[code] = Noun(code, label, named, found)
    return code


def label(code: str) -> str:
    """The word for a noun; '' for one that nobody registered."""
    return str(_nouns[code].label) if code in _nouns else ""


def named(actor: Actor, refs: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], str]:
    """The numbers and names of (noun, key) that the actor may know; the others are missing. One question per noun."""
    keys: dict[str, set[UUID]] = {}
    for code, key in refs:
        keys.setdefault(code, set()).add(key)
    return {
        (code, key): name
        for code, wanted in keys.items()
        if code in _nouns
        for key, name in _nouns[code].named(actor, wanted).items()
    }


def found(actor: Actor, term: str) -> set[UUID]:
    """The keys of everything that the actor may know by exactly this number or name."""
    return {key for each in _nouns.values() for key in each.found(actor, term)}


def locates(argument: str, locator: Locator, seen: Seer | None = None) -> None:
    """Register how to find the place of what an address names by this argument; it asks nobody's rights. `seen` says
    whether an actor sees what is named, and with it the place."""
    _locators[argument] = locator
    if seen is not None:
        _seers[argument] = seen


def place(arguments: Mapping[str, object]) -> Place:
    """The case or patient of what an address named, whoever asked: its laboratory reads that somebody was refused."""
    for argument, value in arguments.items():
        if argument in _locators and isinstance(value, UUID) and (found := _locators[argument](value)):
            return found
    return Place()


def hides_more(actor: Actor, arguments: Mapping[str, object]) -> bool:
    """Whether this actor sees what an address names, so that what is not there for them is something else: a mistyped
    end of the address, which is no attempt at the case."""
    for argument, value in arguments.items():
        if argument in _locators and isinstance(value, UUID):
            return argument in _seers and _seers[argument](actor, value)
    return False


def grounds(source: Callable[[Actor, Collection[UUID]], Grounds]) -> None:
    """Give what says by which share, and for whom, an actor acts on cases; of those missing the actor's own."""
    _grounds[:] = [source]


def grounds_of(actor: Actor, case_ids: Collection[UUID]) -> Grounds:
    """By which share, for which purpose and in whose place an actor acts on each of these cases."""
    return _grounds[0](actor, case_ids) if _grounds and case_ids else {}


def closes(source: Callable[[Actor], Q]) -> None:
    """Give the condition for rows, of the record or of the timeline, whose `case` is not closed to an actor."""
    _closes[:] = [source]


def open_to(actor: Actor) -> Q:
    """The condition for rows about no case, or about one that is not closed to this actor in person."""
    return _closes[0](actor) if _closes else Q()


def locators() -> list[str]:
    """Every registered argument; one test lists them."""
    return sorted(_locators)


def registrants() -> list[str]:
    """Every registered noun; one test lists them."""
    return sorted(_nouns)
