"""`subject(kind)`: rooms above say how a notification of a kind reads and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Subject:
    """How a kind of notification reads: a full sentence without patient data, and the page it leads to.

    `sentence` may hold %(number)s (the product's own number of the subject) and %(person)s (who caused it). `label` is
    the kind in words, for filters.
    """

    kind: str
    sentence: "StrOrPromise"
    url: Callable[[UUID], str]
    needs_action: bool = True
    label: "StrOrPromise" = ""


_subjects: dict[str, Subject] = {}


def subject(
    kind: str,
    sentence: "StrOrPromise",
    url: Callable[[UUID], str],
    *,
    needs_action: bool = True,
    label: "StrOrPromise" = "",
) -> str:
    """Register a kind of notification; returns the kind."""
    _subjects[kind] = Subject(kind, sentence, url, needs_action, label or kind)
    return kind


def subject_of(kind: str) -> Subject:
    """How this kind reads. KeyError where no room registered it."""
    return _subjects[kind]


def registrants() -> list[str]:
    """Every registered kind; one test lists them."""
    return sorted(_subjects)
