"""What is made from the installed packages and the sources before anything runs: fonts, samples, translations."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher import tools
from deploy.launcher.say import step

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "var" / "fonts"
SAMPLES = ROOT / "var" / "samples"


def _untranslated() -> bool:
    """Is a catalogue newer than what Django reads of it?"""
    made = [(text, text.with_suffix(".mo")) for text in (ROOT / "locale").rglob("*.po")]
    return any(not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns for po, mo in made)


@dataclass(frozen=True)
class Made:
    """One thing to make: its label, whether it is missing, and the module that makes it."""

    label: str
    missing: Callable[[], bool]
    command: tuple[str, ...]


THINGS = (
    Made("fonts of the printed report", lambda: not (FONTS / "made-from.json").exists(), ("deploy.fonts",)),
    Made("sample slides", lambda: len(list(SAMPLES.glob("*.*"))) < 2, ("deploy.samples", str(SAMPLES))),
    Made("translations", _untranslated, ("deploy.translations", "compile")),
)


def missing() -> list[Made]:
    """What is to be made now."""
    return [thing for thing in THINGS if thing.missing()]


def make(thing: Made, python: Path) -> None:
    """Make it, or refuse with what its maker said."""
    with step(thing.label):
        tools.must(f"Making the {thing.label}", python, "-m", *thing.command)
