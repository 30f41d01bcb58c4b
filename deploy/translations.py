"""The translations: `update` collects the texts into the catalogues, `compile` makes what Django reads, `check` judges.

Works with Babel alone, so that no gettext tools need to be installed. English is the language of the source.
"""

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nl", "fr", "sv")
MODE = 0o644  # a file that was made as a temporary one is readable by its owner alone
ROOMS = ("accounts", "cases", "config", "consult", "core", "notifications", "slides")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Found = tuple[str, int, str | tuple[str, ...], str | None]


def _sources() -> Iterator[tuple[str, io.BytesIO]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(ROOT).as_posix(), io.BytesIO(file.read_bytes())
    for file in sorted((ROOT / "templates").rglob("*")):
        if file.is_file():
            python = templatize(file.read_text(encoding="utf-8"), origin=str(file))
            yield file.relative_to(ROOT).as_posix(), io.BytesIO(python.encode())


def texts() -> Catalog:
    """Every translatable text of the source, as an empty catalogue."""
    catalogue = Catalog(project="Consilium", charset="utf-8")
    for name, source in _sources():
        for line, message, comments, context in extract("python", source, KEYWORDS, ["Translators:"]):
            first = message[0] if isinstance(message, tuple) else message
            if not first:
                continue
            flags = ["python-format"] if "%(" in first else []
            catalogue.add(message, None, [(name, line)], flags, auto_comments=comments, context=context)
    return catalogue


def path(language: str) -> Path:
    """The catalogue of a language."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue as it is, empty where there is none."""
    if not path(language).exists():
        return Catalog(locale=language, project="Consilium", charset="utf-8", fuzzy=False)
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def save(language: str, catalogue: Catalog) -> None:
    """Write a catalogue whole or not at all: readers, and whoever is killed, never leave half of one."""
    target = path(language)
    with _replacing(target) as file:
        write_po(file, catalogue, width=110, no_location=True, sort_output=True, omit_header=False)


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file beside `target` that takes its place once it is complete, and goes away where it is not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        written = Path(file.name)
        try:
            yield file
            file.flush()
            os.fchmod(file.fileno(), MODE)
            written.replace(target)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def update() -> None:
    """Merge the source's texts into every catalogue; what is new is empty, what is gone is dropped."""
    template = texts()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        save(language, catalogue)


def compile_all() -> None:
    """Write the .mo files that Django reads, where a catalogue is newer."""
    for language in LANGUAGES:
        target = path(language).with_suffix(".mo")
        if path(language).exists() and (
            not target.exists() or target.stat().st_mtime_ns < path(language).stat().st_mtime_ns
        ):
            with _replacing(target) as file:
                write_mo(file, read(language))


def problems() -> list[str]:
    """What is missing, fuzzy, superfluous or broken, one sentence each."""
    found, template = [], texts()
    wanted = {(message.context, message.id) for message in template if message.id}
    for language in LANGUAGES:
        catalogue = read(language)
        have = {(message.context, message.id): message for message in catalogue if message.id}
        found += [f"{language}: not in the catalogue: {key[1]!r}" for key in sorted(wanted - set(have), key=str)]
        found += [f"{language}: no longer in the source: {key[1]!r}" for key in sorted(set(have) - wanted, key=str)]
        for message in have.values():
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if not all(strings):
                found.append(f"{language}: not translated: {message.id!r}")
            if message.fuzzy:
                found.append(f"{language}: fuzzy: {message.id!r}")
            found += [f"{language}: {error} in {message.id!r}" for error in message.check(catalogue)]
    return found


def main(words: list[str]) -> int:
    """Exit status 1 when `check` finds something."""
    if not settings.configured:
        settings.configure(USE_I18N=False)  # templatize asks for settings; no application is needed
    if words == ["update"]:
        update()
    elif words == ["compile"]:
        compile_all()
    elif words == ["check"]:
        found = problems()
        for problem in found:
            print(problem)
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
