"""The closed vocabulary of audit names. A name nobody registered cannot be recorded."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_labels: dict[str, "StrOrPromise"] = {}


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
