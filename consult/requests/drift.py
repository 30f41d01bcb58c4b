"""Compares a request as it was sent with its case as it is now. Pure: it knows records (record.as_sent), no database.

A case that was put under another patient, or has another number, is no longer what the expert was asked about: nobody
may sign over that. Whatever else was corrected the signer must know.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What is different, the most serious first."""

    OTHER_PATIENT = "other_patient"
    ACCESSION_NUMBER = "accession_number_changed"
    IDENTITY = "patient_corrected"
    MATERIAL = "material_corrected"
    HISTORY = "history_edited"


BLOCKING = frozenset({Kind.OTHER_PATIENT, Kind.ACCESSION_NUMBER})
IDENTITY = ("name", "used_name", "birth_family_name", "birth", "sex", "identifiers")
NAMING = ("label", "part", "part_type", "site", "block", "stain", "level")


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it was sent and as it is now, as the records hold it.

    Of `name` both are the family name and the given names, of `slide` the slide's record.
    """

    field: str
    sent: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of difference with what is different in it; of another patient all of the identity, the same or not."""

    kind: Kind
    changes: tuple[Change, ...]

    @property
    def blocks(self) -> bool:
        """Whether nobody may sign before the asking laboratory has confirmed the request as it is now."""
        return self.kind in BLOCKING


def compare(sent: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What is different between two records of one request; empty where nothing is.

    What one of the two does not hold (a record of an earlier release, a slide that was shared later) is not compared.
    """
    before, after = _named(sent["patient"]), _named(now["patient"])
    identity = _changed(before, after, IDENTITY)
    # Where it was not kept whose record it was, any difference may mean that it is another person's.
    is_other = before["id"] != after["id"] if "id" in before else bool(identity)
    found = (
        (Kind.OTHER_PATIENT, _pairs(before, after, IDENTITY) if is_other else ()),
        (Kind.ACCESSION_NUMBER, _changed(sent, now, ("accession_number",))),
        (Kind.IDENTITY, () if is_other else identity),
        (Kind.MATERIAL, _slides(sent["slides"], now["slides"])),
        (Kind.HISTORY, _changed(sent, now, ("history",))),
    )
    return tuple(Difference(kind, changes) for kind, changes in found if changes)


def _named(patient: Mapping[str, Any]) -> dict[str, Any]:
    """The patient with the name as one field, since half a name says little."""
    return {**patient, "name": [patient["family_name"], patient["given_name"]]}


def _pairs(sent: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]) -> tuple[Change, ...]:
    """The fields that both hold, the same or not."""
    return tuple(Change(name, sent[name], now[name]) for name in names if name in sent and name in now)


def _changed(sent: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]) -> tuple[Change, ...]:
    return tuple(pair for pair in _pairs(sent, now, names) if not _is_same(pair))


def _is_same(pair: Change) -> bool:
    """Patient numbers in another order are the same numbers."""
    if pair.field == "identifiers":
        return sorted(pair.sent) == sorted(pair.now)
    return bool(pair.sent == pair.now)


def _slides(sent: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    today = {slide["id"]: slide for slide in now}
    pairs = [(slide, today[slide["id"]]) for slide in sent if slide["id"] in today]
    return tuple(Change("slide", before, after) for before, after in pairs if _changed(before, after, NAMING))
