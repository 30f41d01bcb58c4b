"""Material as people write it down becomes rows, and what cannot be read is said."""

import pytest

from cases.codes import resolve, suggest
from cases.material import Known, build
from cases.notation import Row, parse


def rows(text: str) -> list[tuple[str, str, str, str]]:
    found, problems = parse(text)
    assert problems == []
    return [(row.part, row.block, row.stain, row.level) for row in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1 HE", [("A", "A1", "HE", "")]),
        ("A1 HE, A1 CK5 x2, B HE", [("A", "A1", "HE", ""), *[("A", "A1", "KRT5", "")] * 2, ("B", "", "HE", "")]),
        ("A1 HE, p63; A2 H&E", [("A", "A1", "HE", ""), ("A", "A1", "P63", ""), ("A", "A2", "HE", "")]),
        ("a1 he x2 L3", [("A", "A1", "HE", "3")] * 2),
        ("a1 he L3 x2", [("A", "A1", "HE", "3")] * 2),
        ("1A HES", [("1", "1A", "HES", "")]),
        ("A1", [("A", "A1", "", "")]),
        ("C", [("C", "", "", "")]),
        ("A1 Ki-67\nA2 melan a", [("A", "A1", "KI67", ""), ("A", "A2", "MELAN_A", "")]),
        ("A1 Broad-spectrum keratin (AE1/AE3)", [("A", "A1", "KERATIN", "")]),
        ("A1 Gladdespieractine", [("A", "A1", "SMA", "")]),
        (" , ; ", []),
    ],
)
def test_what_is_written_becomes_rows(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert rows(text) == expected


def test_a_stain_nobody_knows_is_refused_with_what_was_probably_meant() -> None:
    _found, problems = parse("A1 HE, A1 vimentine, A1 desmyn")
    assert [problem.text for problem in problems] == ["A1 vimentine", "A1 desmyn"]
    assert "Desmin" in problems[1].message


def test_a_stain_without_a_place_is_refused() -> None:
    _found, (problem,) = parse("CK5/6 x2")
    assert "part or block" in problem.message


def test_a_count_too_large_to_be_meant_is_refused() -> None:
    found, (problem,) = parse("A1 HE x200")
    assert found == [] and "30" in problem.message


def test_slides_get_labels_that_nobody_has() -> None:
    found, _problems = parse("A1 HE x2, B HE")
    typed = [Row(row.part, row.block, row.stain, type="excision") for row in found]
    material = build(typed, Known(frozenset({"A", "B"}), frozenset({"A1-HE-1"})))
    assert material.problems == []
    assert [slide.label for slide in material.fields.slides] == ["A1-HE-2", "A1-HE-3", "B-HE-1"]


def test_a_new_part_needs_its_type_once() -> None:
    found, _problems = parse("A1 HE, A1 p63, B1 HE")
    material = build([Row("A", "A1", "HE", type="excision"), *found[1:]])
    assert [(row, column) for row, column, _text in material.problems] == [(2, "type")]


def test_a_label_the_case_has_already_is_a_problem_of_its_row() -> None:
    material = build([Row("A", "A1", "HE", label="X1")], Known(frozenset({"A"}), frozenset({"X1"})))
    assert [(row, column) for row, column, _text in material.problems] == [(0, "label")]


@pytest.mark.parametrize(
    ("list_name", "text", "code"),
    [
        ("sexes", "K", "F"),
        ("sexes", "v", "F"),
        ("sexes", "H", "M"),
        ("sexes", "Femme", "F"),
        ("organ_systems", "huid melanocytair", "skin"),
        ("organ_systems", "gi_lower", "gi_lower"),
        ("stains", "hes", "HES"),
        ("stains", "Hematoxylin-eosin", "HE"),
        ("stains", "", None),
        ("stains", "Q", None),
    ],
)
def test_codes_are_read_in_any_language(list_name: str, text: str, code: str | None) -> None:
    assert resolve(list_name, text) == code


def test_the_beginning_of_a_name_is_enough_to_suggest_it() -> None:
    assert suggest("organ_systems", "hjärta") == "Heart and transplant"
    assert suggest("organ_systems", "xyz") == ""
