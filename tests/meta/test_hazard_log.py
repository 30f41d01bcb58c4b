"""The hazard log: every hazard once, every status a known word, every control with tests that are really there."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "docs" / "clinical-safety.md"
FOLDER = ROOT / "docs" / "clinical-safety"
STATUSES = ("controlled", "partly controlled", "not controlled", "the site's")
PARTS = ("Cause", "Harm", "Control today", "Left")

HEADING = re.compile(r"^## (.*)$", re.M)
STATUS = re.compile(r"^Status: (.+)\. Severity (\d+), likelihood (\d+)\.$", re.M)
PART = re.compile(r"^- \*\*([^:*]+):\*\*(.*(?:\n {2,}.*)*)", re.M)
ROW = re.compile(r"^\| \[HZ-(\d+)\]\(clinical-safety/(\S+)#(\S+)\) \| (.+) \| (\d) x (\d) \| (.+) \|$", re.M)
PROOF = re.compile(r"^(tests/[\w/]+\.py)::(test_\w+)$")


@dataclass(frozen=True)
class Entry:
    """One hazard. `row` is what its line in the table of all hazards has to say of it."""

    name: str
    row: tuple[str, ...]
    status: str
    scores: tuple[str, ...]
    parts: dict[str, str]

    @property
    def proofs(self) -> list[str]:
        """What it names as its tests."""
        return re.findall(r"`([^`]+)`", self.parts.get("Proved by", ""))


def entry_of(page: str, heading: str, body: str) -> Entry:
    """The entry below one heading; what is missing or written otherwise is empty."""
    id_, _, title = heading.partition(" ")
    status, *scores = (STATUS.findall(body) or [("",)])[0]
    anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    row = (id_.removeprefix("HZ-"), page, anchor, title, *scores, status)
    return Entry(heading, row, status, tuple(scores), {name: text.strip() for name, text in PART.findall(body)})


def entries_of(pages: dict[str, str]) -> list[Entry]:
    """Every entry of the pages, given as name and text."""
    found = []
    for page, text in pages.items():
        _, *rest = HEADING.split(text)
        found += [entry_of(page, *pair) for pair in zip(rest[::2], rest[1::2], strict=True)]
    return found


@cache
def defined_in(path: str) -> frozenset[str]:
    """The test functions that a file of tests defines."""
    nodes = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def faults(log: str, pages: dict[str, str]) -> Iterator[str]:
    """What is wrong with the log, in words; nothing where it is sound."""
    entries = entries_of(pages)
    numbered = [f"{number:02}" for number in range(1, len(entries) + 1)]
    if sorted(entry.row[0] for entry in entries) != numbered:
        yield "the ids of the entries are not 01 to the last, each once"
    if sorted(ROW.findall(log)) != sorted(entry.row for entry in entries):
        yield "the table of all hazards differs from the entries"
    for entry in entries:
        yield from (f"{entry.name}: {fault}" for fault in faults_of(entry))


def faults_of(entry: Entry) -> Iterator[str]:
    """What is wrong with one entry."""
    if entry.status not in STATUSES:
        yield f"no such status: {entry.status!r}"
    if not set(entry.scores) <= set("12345"):
        yield "severity and likelihood go from 1 to 5"
    yield from (f"does not say: {name}" for name in PARTS if not entry.parts.get(name))
    if entry.status in ("controlled", "partly controlled") and not entry.proofs:
        yield "a control without a test"
    if entry.status == "not controlled" and "a site must" not in entry.parts.get("Left", ""):
        yield "does not say what a site must do"
    for proof in entry.proofs:
        match = PROOF.match(proof)
        if not match:
            yield f"is no test: {proof}"
        elif not (ROOT / match[1]).is_file():
            yield f"no such file: {proof}"
        elif match[2] not in defined_in(match[1]):
            yield f"no such test: {proof}"


@pytest.fixture(scope="module")
def log() -> str:
    return LOG.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}


def test_every_hazard_has_its_entry_and_every_control_its_tests(log: str, pages: dict[str, str]) -> None:
    assert len(entries_of(pages)) >= 45
    assert list(faults(log, pages)) == []


def test_every_page_of_the_log_is_linked(log: str, pages: dict[str, str]) -> None:
    assert set(re.findall(r"^- \[.+\]\(clinical-safety/(\S+)\)$", log, re.M)) == set(pages)
    for text in pages.values():
        assert "(../clinical-safety.md)" in text


Spoil = Callable[[str], str]


def swap(old: str, new: str) -> Spoil:
    """Replace the first place where `old` stands."""
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (swap("## HZ-02 ", "## HZ-99 "), "each once"),
        (swap("## HZ-02 ", "## HZ-01 "), "each once"),
        (lambda text: text[: text.index("## HZ-06 ")], "each once"),
        (swap("## HZ-02 Slide", "## HZ-02 Slides"), "table of all hazards"),
        (swap("Status: partly controlled.", "Status: mostly controlled."), "no such status"),
        (swap("Status: partly controlled. Severity 5", "Status: controlled. Severity 5"), "table of all hazards"),
        (swap("Severity 5, likelihood 2", "Severity 6, likelihood 2"), "from 1 to 5"),
        (swap("- **Harm:**", "- **Damage:**"), "does not say: Harm"),
        (swap("- **Left:**", "- **Left:**\n\n"), "does not say: Left"),
        (swap("- **Proved by:**", "- **Perhaps:**"), "a control without a test"),
        (swap("a site must compare side", "a site should compare side"), "what a site must do"),
        (swap("tests/ui/test_components.py::test_the_banner", "tests/ui/test_gone.py::test_the_banner"), "such file"),
        (swap("::test_the_banner_names_", "::test_the_banner_forgets_"), "no such test"),
        (swap("`tests/ui/test_components.py::test_the_banner", "`the banner is there"), "is no test"),
    ],
)
def test_a_spoiled_log_is_noticed(log: str, pages: dict[str, str], spoil: Spoil, fault: str) -> None:
    spoiled = spoil(pages["identity.md"])
    assert spoiled != pages["identity.md"]
    found = list(faults(log, pages | {"identity.md": spoiled}))
    assert any(fault in each for each in found), found


def test_a_row_that_is_missing_in_the_table_is_noticed(log: str, pages: dict[str, str]) -> None:
    assert list(faults(log.replace("| [HZ-07]", "| [HZ-7]"), pages)) != []
