"""Reads value-sets.yaml. Codes are stable; labels follow the active language; English where one is missing."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import lazy
from django.utils.translation import get_language

FILE = Path(__file__).parent / "value-sets.yaml"


@dataclass(frozen=True, slots=True)
class Item:
    """One code of a list. `facts` holds the list's own flags, such as a priority's target_hours."""

    code: str
    labels: dict[str, str]
    facts: dict[str, Any]
    retired: bool = False

    @property
    def label(self) -> str:
        """The label in the active language."""
        return self.labels.get((get_language() or "en")[:2]) or self.labels["en"]


@cache
def _lists() -> dict[str, dict[str, Item]]:
    raw = yaml.load(FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both loaders are the safe ones
    return {name: {each["code"]: _item(each) for each in body["items"]} for name, body in raw["lists"].items()}


def _item(raw: dict[str, Any]) -> Item:
    labels = {language: raw[language] for language in ("en", "nl", "fr", "sv")}
    facts = {key: value for key, value in raw.items() if key not in labels and key not in {"code", "retired"}}
    return Item(raw["code"], labels, facts, bool(raw.get("retired")))


def items(name: str) -> list[Item]:
    """The items of a list in use, in its order. KeyError for an unknown list."""
    return [each for each in _lists()[name].values() if not each.retired]


def item(name: str, code: str) -> Item:
    """One item, retired or not. KeyError for an unknown list or code."""
    return _lists()[name][code]


def codes(name: str) -> list[str]:
    """The codes of a list in use."""
    return [each.code for each in items(name)]


def marked(name: str, flag: str) -> frozenset[str]:
    """The codes of a list that carry a flag of it, retired or not."""
    return frozenset(each.code for each in _lists()[name].values() if each.facts.get(flag))


def label(name: str, code: str) -> str:
    """The label of a code in the active language; a code of another release is shown as it is."""
    found = _lists()[name].get(code)
    return found.label if found else code


def choices(name: str) -> list[tuple[str, Any]]:
    """A list as Django's choices, labelled lazily."""
    return _choices(name, False)


def labelled(name: str) -> list[tuple[str, Any]]:
    """As choices, with the retired codes at the end: what was stored under them is still called what it is."""
    return [*_choices(name, False), *_choices(name, True)]


def short(name: str, code: str) -> str:
    """What stands for a code in a label that is made from it: its `short`, where it has one, else the code."""
    found = _lists()[name].get(code)
    return str(found.facts.get("short", code)) if found else code


_lazy_label = lazy(label, str)  # once: each lazy() makes a class of its own, which is slow


def _choices(name: str, retired: bool) -> list[tuple[str, Any]]:
    return [(each.code, _lazy_label(name, each.code)) for each in _lists()[name].values() if each.retired is retired]
