"""The closed vocabulary of audit names. A name nobody registered cannot be recorded."""

import re
from collections.abc import Container
from typing import TYPE_CHECKING

from core.actor import Purpose

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_labels: dict[str, "StrOrPromise"] = {}
_purposes: dict[str, tuple[Purpose, Container[str] | None]] = {}  # and the roles that do it for that, None for all


def register(name: str, label: "StrOrPromise") -> str:
    """Add `name` (dotted, `noun.verb`) with the words a person reads for it; returns the name.

    Registering the same name with the same label again is harmless; another label is a mistake.
    """
    if name in _labels and str(_labels[name]) != str(label):
        raise ValueError(f"Audit name {name!r} is registered twice with different labels.")
    _labels[name] = label
    return name


def label(name: str) -> "StrOrPromise":
    """The words for a name; names of an older release are shown as they are."""
    return _labels.get(name, name)


def known(name: str) -> bool:
    """Whether `name` has been registered."""
    return name in _labels


def all_names() -> "dict[str, StrOrPromise]":
    """Every registered name with its label."""
    return dict(_labels)


def serves(purpose: Purpose, *subjects: str, roles: Container[str] | None = None) -> None:
    """Say for which purpose acts are done: all those on a noun ("person"), all refusals in a room's pages ("accounts",
    the namespace of their addresses), or one act alone ("audit.exported"). What nobody names is treatment; so is what
    others than these `roles` do, for whom it is part of their work with a patient."""
    _purposes.update(dict.fromkeys(subjects, (purpose, roles)))


def purpose_of(role: str, *subjects: str) -> Purpose | None:
    """The purpose, in this role, of the first of these names that has one, by itself or by what stands before its dot
    or colon."""
    for subject in subjects:
        for each in (subject, re.split(r"[.:]", subject)[0]):
            if each in _purposes:
                purpose, roles = _purposes[each]
                return purpose if roles is None or role in roles else None
    return None
