"""Comparing a request as it was sent with its case as it is now: every field, by kind, without a database."""

from copy import deepcopy
from typing import Any

import pytest

from consult.requests.drift import BLOCKING, Kind, compare

SLIDE = {
    "id": "s1",
    "label": "A1-HE",
    "part": "A",
    "part_type": "excision",
    "site": "left arm",
    "block": "A1",
    "stain": "HE",
    "level": "",
    "sha256": "aa",
}
SENT: dict[str, Any] = {
    "patient": {
        "id": "p1",
        "family_name": "Vermeer",
        "given_name": "Anna",
        "used_name": "",
        "birth_family_name": "",
        "birth": [1956, 11, 5],
        "sex": "F",
        "identifiers": [["LOCAL", "1", True], ["NL:BSN", "2", False]],
    },
    "accession_number": "N-1",
    "organ_system": "skin",
    "priority": "routine",
    "history": "A lesion.",
    "language": "en",
    "received_at": "2026-11-05T09:00:00+00:00",
    "slides": [SLIDE, {**SLIDE, "id": "s2", "label": "A2-HE"}],
}


def now(**changed: Any) -> dict[str, Any]:
    """The record with these fields changed: `patient__sex`, `slide__label` (of the first) or a field of its own."""
    record = deepcopy(SENT)
    for name, value in changed.items():
        where, _, field = name.rpartition("__")
        target = {"": record, "patient": record["patient"], "slide": record["slides"][0]}[where]
        target[field] = value
    return record


@pytest.mark.parametrize(
    ("changed", "kind", "fields"),
    [
        ({"patient__family_name": "Vermeer-Bos"}, Kind.IDENTITY, ["name"]),
        ({"patient__given_name": "Anne"}, Kind.IDENTITY, ["name"]),
        ({"patient__used_name": "Annie"}, Kind.IDENTITY, ["used_name"]),
        ({"patient__birth_family_name": "Bos"}, Kind.IDENTITY, ["birth_family_name"]),
        ({"patient__birth": [1956, 5, 11]}, Kind.IDENTITY, ["birth"]),
        ({"patient__birth": [1956, None, None]}, Kind.IDENTITY, ["birth"]),
        ({"patient__sex": "M"}, Kind.IDENTITY, ["sex"]),
        ({"patient__identifiers": [["LOCAL", "1", True]]}, Kind.IDENTITY, ["identifiers"]),
        ({"patient__identifiers": [["LOCAL", "1", False], ["NL:BSN", "2", False]]}, Kind.IDENTITY, ["identifiers"]),
        ({"accession_number": "N-2"}, Kind.ACCESSION_NUMBER, ["accession_number"]),
        ({"history": ""}, Kind.HISTORY, ["history"]),
        ({"slide__label": "B1-HE"}, Kind.MATERIAL, ["slide"]),
        ({"slide__part": "B"}, Kind.MATERIAL, ["slide"]),
        ({"slide__part_type": "biopsy"}, Kind.MATERIAL, ["slide"]),
        ({"slide__site": "right arm"}, Kind.MATERIAL, ["slide"]),
        ({"slide__block": "B1"}, Kind.MATERIAL, ["slide"]),
        ({"slide__stain": "PAS"}, Kind.MATERIAL, ["slide"]),
        ({"slide__level": "L2"}, Kind.MATERIAL, ["slide"]),
    ],
)
def test_each_field_is_a_difference_of_its_kind(changed: dict[str, Any], kind: Kind, fields: list[str]) -> None:
    (found,) = compare(SENT, now(**changed))
    assert (found.kind, [each.field for each in found.changes]) == (kind, fields)
    assert found.changes[0].sent != found.changes[0].now


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"patient__identifiers": [["NL:BSN", "2", False], ["LOCAL", "1", True]]},  # in another order
        {"slide__sha256": "bb"},  # the image came in
        {"priority": "urgent", "organ_system": "breast", "language": "nl"},
    ],
)
def test_what_is_the_same_is_no_difference(changed: dict[str, Any]) -> None:
    assert compare(SENT, now(**changed)) == ()


def test_another_patient_is_one_difference_with_the_whole_identity_even_where_it_reads_the_same() -> None:
    (twin,) = compare(SENT, now(patient__id="p2"))
    (other,) = compare(SENT, now(patient__id="p2", patient__family_name="Bos"))
    names = ["name", "used_name", "birth_family_name", "birth", "sex", "identifiers"]
    assert [(each.kind, [change.field for change in each.changes]) for each in (twin, other)] == [
        (Kind.OTHER_PATIENT, names),
        (Kind.OTHER_PATIENT, names),
    ]


def test_the_most_serious_comes_first() -> None:
    changed = {"history": "New.", "slide__label": "B", "accession_number": "N-2", "patient__id": "p2"}
    assert [each.kind for each in compare(SENT, now(**changed))] == [
        Kind.OTHER_PATIENT,
        Kind.ACCESSION_NUMBER,
        Kind.MATERIAL,
        Kind.HISTORY,
    ]


def test_only_another_patient_or_number_blocks() -> None:
    found = compare(SENT, now(patient__sex="M", accession_number="N-2", slide__label="B", history=""))
    assert {each.kind for each in found if each.blocks} == {Kind.ACCESSION_NUMBER}
    assert {Kind.OTHER_PATIENT, Kind.ACCESSION_NUMBER} == BLOCKING


def test_a_slide_that_was_shared_later_is_no_difference() -> None:
    record = now()
    record["slides"].append({**SLIDE, "id": "s3", "label": "C1-HE"})
    assert compare(SENT, record) == ()


def test_a_record_that_does_not_say_whose_it_was_takes_any_difference_for_another_patient() -> None:
    old = deepcopy(SENT)
    del old["patient"]["id"]
    for slide in old["slides"]:
        del slide["block"], slide["site"], slide["part_type"]
    assert compare(old, now()) == ()
    assert [each.kind for each in compare(old, now(patient__given_name="Anne"))] == [Kind.OTHER_PATIENT]
