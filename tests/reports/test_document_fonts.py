"""Making the fonts: whole, once, and the same on every machine."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from deploy.fonts import FACES, PROJECT, FontsNotMadeError, make_fonts

PACKAGES = PROJECT / "node_modules" / "@fontsource"


@pytest.fixture
def one_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one of the faces: making all of them takes more than a second."""
    monkeypatch.setattr("deploy.fonts.FACES", {"IBMPlexMono-Regular.ttf": ("ibm-plex-mono", 400)})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_fonts_cover_four_scripts_and_are_made_only_once(tmp_path: Path) -> None:
    assert make_fonts(PACKAGES, tmp_path) is True
    made = contents(tmp_path)
    assert set(made) == {*FACES, "made-from.json"}
    assert make_fonts(PACKAGES, tmp_path) is False
    characters = TTFont(tmp_path / "IBMPlexSans-Regular.ttf").getBestCmap()
    assert all(ord(character) in characters for character in "Aé²µÅŁőΩαЖẽ…")


@pytest.mark.usefixtures("one_face")
def test_the_same_packages_give_the_same_bytes(tmp_path: Path) -> None:
    make_fonts(PACKAGES, tmp_path / "one")
    make_fonts(PACKAGES, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.usefixtures("one_face")
def test_a_lost_file_and_another_package_version_make_the_fonts_again(tmp_path: Path) -> None:
    make_fonts(PACKAGES, tmp_path)
    (tmp_path / "IBMPlexMono-Regular.ttf").unlink()
    assert make_fonts(PACKAGES, tmp_path) is True
    (tmp_path / "made-from.json").write_text("half a st")
    assert make_fonts(PACKAGES, tmp_path) is True


def test_missing_packages_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(FontsNotMadeError, match="npm ci"):
        make_fonts(tmp_path / "nowhere", tmp_path)
