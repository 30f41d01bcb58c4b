"""The register of known flaws: what is open for too long, or says nothing, fails `make check`."""

from datetime import date

import pytest

from deploy.checks.flaws import COLUMNS, REGISTER, findings, locked

TODAY = date(2026, 11, 20)
ROW = {
    "found_on": "2026-11-15",
    "package": "Django",
    "flaw": "CVE-2026-0001",
    "severity": "high",
    "mended_on": "",
    "how": "",
}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"found_on": "2026-10-21", "severity": "medium"},
        {"found_on": "2026-01-01", "mended_on": "2026-01-08", "how": "5.2.99"},
        {"found_on": "2026-01-01", "mended_on": "2026-02-08", "how": "late: no release had it mended before"},
        {"package": "gone", "mended_on": "2026-11-16", "how": "taken out"},
    ],
)
def test_what_is_open_in_its_time_or_mended_is_let_through(changed: dict[str, str]) -> None:
    assert list(findings([ROW | changed], {"django"}, TODAY)) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"severity": "critical"}, "within 2 days"),
        ({"found_on": "2026-11-12"}, "within 7 days"),
        ({"found_on": "2026-10-20", "severity": "medium"}, "within 30 days"),
        ({"found_on": "yesterday"}, "needs days"),
        ({"severity": "bad"}, "needs days"),
        ({"flaw": ""}, "says not which flaw"),
        ({"mended_on": "2026-11-16"}, "not how it was mended"),
        ({"mended_on": "2026-11-30", "how": "5.2.99"}, "was late"),
        ({"package": "gone"}, "in no lock any more"),
    ],
)
def test_what_is_open_for_too_long_or_says_nothing_is_found(changed: dict[str, str], words: str) -> None:
    (found,) = findings([ROW | changed], {"django"}, TODAY)
    assert found.startswith("flaws.csv:2: ") and words in found


def test_the_register_knows_what_is_locked() -> None:
    assert {"django", "axe-core", "openseadragon"} <= locked()
    assert REGISTER.read_text(encoding="utf-8").splitlines()[0].split(",") == COLUMNS
