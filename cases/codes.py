"""Reads what people write for a code: the code itself or its label in any language, without case or punctuation."""

import re
from difflib import get_close_matches
from functools import cache

from django.utils.translation import gettext as _

from core import terms

NOISE = re.compile(r"[\s\-_.&/()'’,]+")
# What belongs to a label besides itself: alternatives behind a slash, and what stands in brackets.
SHORT = {"sexes": {"k": "F", "v": "F", "h": "M"}}  # kvinna, vrouw, homme
BRACKETS = re.compile(r"\(([^)]*)\)")


def resolve(list_name: str, text: str) -> str | None:
    """The code that `text` means in this list, None where it means none, or two.

    A word with which several labels begin means none of them, even where it happens to be the code of one: who writes
    skin has not said melanocytic.
    """
    return None if could_be(list_name, text) else _names(list_name).get(_key(text))


def could_be(list_name: str, text: str) -> list[str]:
    """The codes, in the order of the list, of which `text` says the common beginning only; empty where it is clear."""
    meant = _beginnings(list_name).get(_key(text), set())
    return [code for code in terms.codes(list_name) if code in meant] if len(meant) > 1 else []


def question(list_name: str, text: str) -> str:
    """Why `text` was not taken, as a sentence: what it could mean, what was probably meant, or only that."""
    if several := could_be(list_name, text):
        labels = "; ".join(terms.label(list_name, code) for code in several)
        return _("“%(text)s” can mean more than one: %(labels)s. Write the one that is meant.") % {
            "text": text,
            "labels": labels,
        }
    if near := suggest(list_name, text):
        return _("“%(text)s” is not in the list. Did you mean %(near)s?") % {"text": text, "near": near}
    return _("“%(text)s” is not in the list.") % {"text": text}


def suggest(list_name: str, text: str) -> str:
    """The label, in the active language, of what was probably meant; '' where nothing is near."""
    names = _names(list_name)
    key = _key(text)
    begun = {code for name, code in names.items() if len(key) > 2 and name.startswith(key)}
    near = [names[name] for name in get_close_matches(key, names, n=1, cutoff=0.72)]
    likely = list(begun) if len(begun) == 1 else near
    return terms.label(list_name, likely[0]) if likely else ""


@cache
def _names(list_name: str) -> dict[str, str]:
    meant: dict[str, set[str]] = {}
    for item in terms.items(list_name):
        for label in item.labels.values():
            for name in _alternatives(label):
                meant.setdefault(_key(name), set()).add(item.code)
    names = {key: codes.pop() for key, codes in meant.items() if key and len(codes) == 1}
    return names | SHORT.get(list_name, {}) | {_key(code): code for code in terms.codes(list_name)}


@cache
def _beginnings(list_name: str) -> dict[str, set[str]]:
    """The codes of the labels that begin with a word before their comma; a word that is a whole label is none."""
    meant: dict[str, set[str]] = {}
    whole = {_key(label) for item in terms.items(list_name) for label in item.labels.values()}
    for item in terms.items(list_name):
        for label in item.labels.values():
            beginning = _key(label.partition(",")[0])
            if beginning not in whole:
                meant.setdefault(beginning, set()).add(item.code)
    return meant


def _alternatives(label: str) -> set[str]:
    return {label, BRACKETS.sub("", label), *label.split(" / "), *BRACKETS.findall(label)}


def _key(text: str) -> str:
    return NOISE.sub("", text).casefold()
