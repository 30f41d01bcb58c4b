"""The catalogues on disk: written whole or not at all, since somebody may be reading them or stop the writer. And one
word for one thing in them."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pytest
from babel.messages.catalog import Catalog

from deploy import translations


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue in a folder of its own, with one text in it."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    words = Catalog(locale="nl")
    words.add("slide", "coupe")
    translations.save("nl", words)
    return translations.path("nl")


def test_a_writer_that_fails_leaves_the_catalogue_as_it_was(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(file: BinaryIO, *args: object, **options: object) -> None:
        file.write(b'msgid "slide')
        raise KeyboardInterrupt

    before = catalogue.read_bytes()
    monkeypatch.setattr(translations, "write_po", half)
    with pytest.raises(KeyboardInterrupt):
        translations.save("nl", Catalog(locale="nl"))
    assert catalogue.read_bytes() == before
    assert [each.name for each in catalogue.parent.iterdir()] == ["django.po"], "and no rest of its own"


def test_a_new_catalogue_takes_the_place_of_the_old_in_one_step(catalogue: Path) -> None:
    with catalogue.open("rb") as reader:
        words = Catalog(locale="nl")
        words.add("block", "blok")
        translations.save("nl", words)
        assert b"coupe" in reader.read(), "whoever reads the old one reads it to the end"
    assert b"blok" in catalogue.read_bytes()
    assert b"coupe" not in catalogue.read_bytes()
    assert catalogue.stat().st_mode & 0o044 == 0o044, "others may read it"


def test_french_has_one_word_for_membership() -> None:
    said = [text for message in translations.read("fr") for text in _texts(message.string)]
    assert any("rattachement" in text for text in said)
    assert [text for text in said if "ppartenance" in text] == []


def _texts(said: str | tuple[str, ...] | list[str] | None) -> Iterable[str]:
    return [said] if isinstance(said, str) else said or ()
