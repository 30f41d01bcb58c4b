"""docs/security/asvs.csv: every requirement once, with a living test or a reason.

LEVELS holds the numbers of OWASP ASVS 5.0.0 by level, without its words: levels 1 and 2 whole, of level 3 what this
project has set itself.
"""

import ast
import csv
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FILE = ROOT / "docs" / "security" / "asvs.csv"
COLUMNS = ["req_id", "level", "applies", "control", "tests", "reason"]
NOT_MET = "Not met: "
MOST_NOT_MET = 6  # goes down only
Rows = list[dict[str, str]]

# fmt: off
LEVELS: dict[str, str] = {
    "1": """
        V1.2.1 V1.2.2 V1.2.3 V1.2.4 V1.2.5 V1.3.1 V1.3.2 V1.5.1 V2.1.1 V2.2.1 V2.2.2 V2.3.1 V3.2.1 V3.2.2 V3.3.1
        V3.4.1 V3.4.2 V3.5.1 V3.5.2 V3.5.3 V4.1.1 V4.4.1 V5.2.1 V5.2.2 V5.3.1 V5.3.2 V6.1.1 V6.2.1 V6.2.2 V6.2.3
        V6.2.4 V6.2.5 V6.2.6 V6.2.7 V6.2.8 V6.3.1 V6.3.2 V6.4.1 V6.4.2 V7.2.1 V7.2.2 V7.2.3 V7.2.4 V7.4.1 V7.4.2
        V8.1.1 V8.2.1 V8.2.2 V8.3.1 V9.1.1 V9.1.2 V9.1.3 V9.2.1 V10.4.1 V10.4.2 V10.4.3 V10.4.4 V10.4.5 V11.3.1
        V11.3.2 V11.4.1 V12.1.1 V12.2.1 V12.2.2 V13.4.1 V14.2.1 V14.3.1 V15.1.1 V15.2.1 V15.3.1
    """,
    "2": """
        V1.1.1 V1.1.2 V1.2.6 V1.2.7 V1.2.8 V1.2.9 V1.3.3 V1.3.4 V1.3.5 V1.3.6 V1.3.7 V1.3.8 V1.3.9 V1.3.10 V1.3.11
        V1.4.1 V1.4.2 V1.4.3 V1.5.2 V2.1.2 V2.1.3 V2.2.3 V2.3.2 V2.3.3 V2.3.4 V2.4.1 V3.3.2 V3.3.3 V3.3.4 V3.4.3
        V3.4.4 V3.4.5 V3.4.6 V3.5.4 V3.5.5 V3.7.1 V3.7.2 V4.1.2 V4.1.3 V4.2.1 V4.3.1 V4.3.2 V4.4.2 V4.4.3 V4.4.4
        V5.1.1 V5.2.3 V5.4.1 V5.4.2 V5.4.3 V6.1.2 V6.1.3 V6.2.9 V6.2.10 V6.2.11 V6.2.12 V6.3.3 V6.3.4 V6.4.3 V6.4.4
        V6.5.1 V6.5.2 V6.5.3 V6.5.4 V6.5.5 V6.6.1 V6.6.2 V6.6.3 V6.8.1 V6.8.2 V6.8.3 V6.8.4 V7.1.1 V7.1.2 V7.1.3
        V7.3.1 V7.3.2 V7.4.3 V7.4.4 V7.4.5 V7.5.1 V7.5.2 V7.6.1 V7.6.2 V8.1.2 V8.2.3 V8.4.1 V9.2.2 V9.2.3 V9.2.4
        V10.1.1 V10.1.2 V10.2.1 V10.2.2 V10.3.1 V10.3.2 V10.3.3 V10.3.4 V10.4.6 V10.4.7 V10.4.8 V10.4.9 V10.4.10
        V10.4.11 V10.5.1 V10.5.2 V10.5.3 V10.5.4 V10.5.5 V10.6.1 V10.6.2 V10.7.1 V10.7.2 V10.7.3 V11.1.1 V11.1.2
        V11.2.1 V11.2.2 V11.2.3 V11.3.3 V11.4.2 V11.4.3 V11.4.4 V11.5.1 V11.6.1 V12.1.2 V12.1.3 V12.3.1 V12.3.2
        V12.3.3 V12.3.4 V13.1.1 V13.2.1 V13.2.2 V13.2.3 V13.2.4 V13.2.5 V13.3.1 V13.3.2 V13.4.2 V13.4.3 V13.4.4
        V13.4.5 V14.1.1 V14.1.2 V14.2.2 V14.2.3 V14.2.4 V14.3.2 V14.3.3 V15.1.2 V15.1.3 V15.2.2 V15.2.3 V15.3.2
        V15.3.3 V15.3.4 V15.3.5 V15.3.6 V15.3.7 V16.1.1 V16.2.1 V16.2.2 V16.2.3 V16.2.4 V16.2.5 V16.3.1 V16.3.2
        V16.3.3 V16.3.4 V16.4.1 V16.4.2 V16.4.3 V16.5.1 V16.5.2 V16.5.3 V17.1.1 V17.2.1 V17.2.2 V17.2.3 V17.2.4
        V17.3.1 V17.3.2
    """,
    "3": """
        V1.2.10 V2.3.5 V5.2.4 V5.2.6 V5.3.3 V7.5.3 V8.2.4 V8.3.2 V8.3.3 V14.2.8 V15.4.2
    """,
}
# fmt: on


def expected() -> dict[str, str]:
    """Each number with its level."""
    return {number: level for level, text in LEVELS.items() for number in text.split()}


def faults(rows: Rows) -> Iterator[str]:
    """What is wrong with the file, in words."""
    wanted, there = expected(), [row["req_id"] for row in rows]
    yield from (f"{number} is missing" for number in wanted if number not in there)
    yield from (f"{number} is there twice" for number in set(there) if there.count(number) > 1)
    for row in rows:
        yield from (f"{row['req_id']}: {fault}" for fault in _of(row, wanted))
    if (count := sum(map(not_met, rows))) > MOST_NOT_MET:
        yield f"{count} requirements are not met; {MOST_NOT_MET} were"


def not_met(row: dict[str, str]) -> bool:
    return row["reason"].startswith(NOT_MET)


def _of(row: dict[str, str], wanted: dict[str, str]) -> Iterator[str]:
    number, applies, tests, reason = row["req_id"], row["applies"], row["tests"], row["reason"]
    if number not in wanted:
        yield "no such requirement"
    elif row["level"] != wanted[number]:
        yield f"is of level {wanted[number]}"
    if applies not in {"yes", "no"}:
        yield f"applies is yes or no, not {applies!r}"
    if applies == "no" and (len(reason) < 20 or tests or not_met(row)):
        yield "does not apply, so it has a reason and no tests"
    if applies == "yes" and bool(tests) == bool(reason):
        yield "applies, so it has tests, or a reason that begins with 'Not met: '"
    if applies == "yes" and reason and not not_met(row):
        yield "applies without tests, and the reason does not begin with 'Not met: '"
    if tests and len(row["control"]) < 10:
        yield "has tests and does not say what the code does"
    for name in filter(None, tests.split(";")):
        path, _, function = name.partition("::")
        if not re.fullmatch(r"[\w/]+/test_\w+\.py", path) or not (ROOT / "tests" / path).is_file():
            yield f"no such file: tests/{path}"
        elif function and function not in defined_in(path):
            yield f"no such test: tests/{name}"


@cache
def defined_in(path: str) -> frozenset[str]:
    """The tests that pytest collects from a file: functions of the module that are not skipped for good."""
    nodes = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8")).body
    if any(
        isinstance(node, ast.Assign) and re.match(r"pytestmark = .*skip", ast.unparse(node), re.S) for node in nodes
    ):
        return frozenset()
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(
        node.name
        for node in functions
        if node.name.startswith("test_") and not any("skip" in ast.unparse(each) for each in node.decorator_list)
    )


@pytest.fixture(scope="module")
def rows() -> Rows:
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        found = list(reader)
        assert reader.fieldnames == COLUMNS
        return found


def test_every_requirement_has_a_living_test_or_a_reason(rows: Rows) -> None:
    assert list(faults(rows)) == []
    left = [row for row in rows if not_met(row)]
    print(f"{len(rows)} requirements, {len(left)} of them not met: " + ", ".join(row["req_id"] for row in left))  # noqa: T201
    assert len(left) == MOST_NOT_MET, "fewer than were: lower MOST_NOT_MET"


def test_the_numbers_are_those_of_the_standard() -> None:
    found = list(expected().values())
    assert (found.count("1"), found.count("2"), found.count("3")) == (70, 183, 11)


def test_the_file_holds_our_own_words(rows: Rows) -> None:
    """The standard's sentences begin with "Verify that" and are under a licence of their own."""
    assert not [row["req_id"] for row in rows if "verify that" in " ".join(row.values()).lower()]


Spoil = Callable[[Rows], object]


def change(number: str, **cells: str) -> Spoil:
    return lambda rows: next(row for row in rows if row["req_id"] == number).update(cells)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda rows: rows.pop(7), "is missing"),
        (lambda rows: rows.append(dict(rows[3])), "twice"),
        (change("V1.2.1", req_id="V1.99.1"), "no such requirement"),
        (change("V1.2.1", level="2"), "is of level 1"),
        (change("V1.2.1", applies="perhaps"), "yes or no"),
        (change("V1.2.1", tests=""), "applies, so it has tests"),
        (change("V1.2.1", tests="", reason="Later, when somebody has the time."), "does not begin with"),
        (change("V1.2.1", tests="", reason="Not met: nobody did it."), "are not met"),
        (change("V1.2.1", reason="Not met: and yet there are tests."), "applies, so it has tests"),
        (change("V1.2.1", control=""), "does not say what the code does"),
        (change("V1.2.1", tests="shell/test_gone.py"), "no such file"),
        (change("V1.2.1", tests="../config/settings.py"), "no such file"),
        (change("V1.2.1", tests="shell/test_headers.py::test_gone"), "no such test"),
        (change("V1.2.1", tests="shell/test_headers.py::_too_large"), "no such test"),
        (change("V1.2.6", reason=""), "so it has a reason"),
    ],
)
def test_a_spoiled_file_is_noticed(rows: Rows, spoil: Spoil, fault: str) -> None:
    spoiled = [dict(row) for row in rows]
    spoil(spoiled)
    found = list(faults(spoiled))
    assert any(fault in each for each in found), found
