"""No lock file names a registry host, a local index or a folder of somebody's machine."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = [*ROOT.glob("requirements*.txt"), *ROOT.glob("benchmarks/**/requirements*.txt")]
LOCKS = (*sorted(str(path.relative_to(ROOT)) for path in REQUIREMENTS), "package-lock.json")
ADDRESS = re.compile(r"\w+://\S+")
FOLDER = re.compile(r"""(?<![\w./@+=-])(/|~/|[A-Za-z]:\\)[\w.-]+[/\\]""")
FUNDING = re.compile(r'^\s*("(url|funding)": )?"https://[^"]+",?$')  # where npm packages ask for money: no registry


def findings(name: str, text: str) -> Iterator[str]:
    """One line for each line of the lock that should not be there."""
    for number, row in enumerate(text.splitlines(), 1):
        if name == "package-lock.json" and FUNDING.match(row):
            continue
        for what, pattern in (("an address", ADDRESS), ("a folder of a machine", FOLDER)):
            if found := pattern.search(row):
                yield f"{name}:{number}: names {what}: {found.group(0)}"


def main() -> int:
    found = [line for name in LOCKS for line in findings(name, (ROOT / name).read_text())]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
