"""No known flaw of a package stays open longer than docs/security/README.md gives for it (docs/security/flaws.csv)."""

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "docs" / "security" / "flaws.csv"
COLUMNS = ["found_on", "package", "flaw", "severity", "mended_on", "how"]
DAYS = {"critical": 2, "high": 7, "medium": 30, "low": 90}  # as docs/security/README.md says it


def locked() -> set[str]:
    """The names of every package that a lock file holds."""
    rows = "\n".join(path.read_text() for path in ROOT.glob("requirements*.txt"))
    python = {name.lower() for name in re.findall(r"^([\w.-]+)==", rows, re.M)}
    return python | set(re.findall(r'"node_modules/([^"]+)"', (ROOT / "package-lock.json").read_text()))


def findings(rows: Iterable[Mapping[str, str]], packages: set[str], today: date) -> Iterator[str]:
    """One line for each row that says nothing, is open although its package is gone, or is open for too long."""
    for number, row in enumerate(rows, 2):
        place = f"{REGISTER.name}:{number}: {row.get('package')}"
        try:
            found, mended = (
                date.fromisoformat(row["found_on"]),
                row["mended_on"] and date.fromisoformat(row["mended_on"]),
            )
            days = DAYS[row["severity"]]
        except (KeyError, ValueError):
            yield f"{place}: needs days as 2026-11-05 and one of {', '.join(DAYS)}"
            continue
        if not row["flaw"] or (mended and not row["how"]):
            yield f"{place}: says not which flaw, or not how it was mended"
        if mended:
            if mended > found + timedelta(days=days):
                yield from (
                    () if row["how"].startswith("late: ") else [f"{place}: was late; begin with 'late: ' and why"]
                )
        elif row["package"].lower() not in packages:
            yield f"{place}: is in no lock any more; say when it was mended"
        elif today > found + timedelta(days=days):
            yield f"{place}: {row['flaw']} is {row['severity']} and was to be mended within {days} days"


def main() -> int:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        read = csv.DictReader(file)
        found = list(findings(read, locked(), datetime.now(UTC).date()))  # noqa: TID251 - a check of files asks no database
    if read.fieldnames != COLUMNS:
        found.append(f"{REGISTER.name}: has other columns than {', '.join(COLUMNS)}")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
