"""Makes the fonts of the printed report: IBM Plex from the npm packages, as TTF files below `var/fonts`.

The npm packages hold each weight in several WOFF2 files, one per script. A typesetter takes one file per weight, so
the scripts of a weight are merged. Run by set-up as `python -m deploy.fonts`; does nothing when the fonts are there
and were made from the same packages. The bytes depend on the packages alone.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

PROJECT = Path(__file__).resolve().parent.parent
FACES = {
    "IBMPlexSans-Regular.ttf": ("ibm-plex-sans", 400),
    "IBMPlexSans-SemiBold.ttf": ("ibm-plex-sans", 600),
    "IBMPlexMono-Regular.ttf": ("ibm-plex-mono", 400),
}
SCRIPTS = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese")
STAMP = "made-from.json"
RECIPE = 1  # raise it when the way of making changes


class FontsNotMadeError(RuntimeError):
    """The npm packages are not there."""


def make_fonts(packages: Path, target: Path) -> bool:
    """Make the TTF files in `target` from the npm packages below `packages`; False when nothing was to be done.

    Raises FontsNotMadeError when a package is missing: run `npm ci` first.
    """
    sources = {"recipe": RECIPE} | {name: _version(packages / name) for name, _ in FACES.values()}
    stamp = target / STAMP
    if _stamped(stamp) == sources and all((target / name).is_file() for name in FACES):
        return False
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".making-") as workshop:
        for name, (package, weight) in FACES.items():
            made = _merge(packages / package / "files", package, weight, Path(workshop))
            os.replace(made, target / name)
        new_stamp = Path(workshop) / STAMP
        new_stamp.write_text(json.dumps(sources, indent=1), encoding="utf-8")
        os.replace(new_stamp, stamp)  # last: a stamp means that all the files are whole
    return True


def _version(package: Path) -> str:
    try:
        return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
    except FileNotFoundError as error:
        raise FontsNotMadeError(f"The npm package @fontsource/{package.name} is missing: run npm ci.") from error


def _stamped(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _merge(files: Path, package: str, weight: int, workshop: Path) -> Path:
    """One weight as one TTF file in `workshop`."""
    parts = []
    for script in SCRIPTS:
        source = files / f"{package}-{script}-{weight}-normal.woff2"
        if source.is_file():
            font = TTFont(source, recalcTimestamp=False)
            font.flavor = None
            parts.append(workshop / f"{package}-{script}-{weight}.ttf")
            font.save(parts[-1])
    if not parts:
        raise FontsNotMadeError(f"The npm package @fontsource/{package} has no weight {weight}.")
    with TTFont(parts[0]) as first:
        times = first["head"].created, first["head"].modified
    merged = Merger().merge([str(part) for part in parts])
    merged.recalcTimestamp = False  # the time of making must not differ from machine to machine
    merged["head"].created, merged["head"].modified = times
    made = workshop / f"{package}-{weight}.ttf"
    merged.save(made)
    return made


def main() -> int:
    """Make the fonts where set-up expects them and say so in one line."""
    target = Path(os.environ.get("FONT_ROOT") or PROJECT / "var" / "fonts")
    try:
        made = make_fonts(PROJECT / "node_modules" / "@fontsource", target)
    except FontsNotMadeError as error:
        print(error, file=sys.stderr)
        return 1
    print("Fonts for the printed report: made." if made else "Fonts for the printed report: already there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
