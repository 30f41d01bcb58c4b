"""Reads the bytes of a CSV file: which encoding, which separator, which heading is which column."""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.importing import columns

MOST_BYTES = 5_000_000
MOST_ROWS = 2_000
SEPARATORS = (",", ";", "\t")
BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
]


class UnreadableTable(Exception):
    """The file as a whole cannot be read; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row: its number as a spreadsheet counts, and what stands in each known column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read, and how: the encoding's and the separator's name for the person to check."""

    encoding: str
    separator: str
    columns: list[str]
    unknown: list[str]
    lines: list[Line]


def read(content: bytes) -> Table:
    """The table of a file. Raises UnreadableTable."""
    if len(content) > MOST_BYTES:
        raise UnreadableTable(_("The file is larger than 5 MB. Split it into several files."))
    text, encoding = _decode(content)
    if "\0" in text:
        raise UnreadableTable(_("This is not a text file. Save the sheet as CSV (UTF-8) and try again."))
    separator = _separator(text)
    records = _records(text, separator)
    if not records:
        raise UnreadableTable(_("The file is empty."))
    headings = records[0][1]
    names, unknown = _columns(headings)
    lines = [
        Line(line, _cells(names, values)) for line, values in records[1:] if any(value.strip() for value in values)
    ]
    if not lines:
        raise UnreadableTable(_("The file has headings but no rows."))
    if len(lines) > MOST_ROWS:
        message = _(
            "The file has %(rows)s rows; at most %(most)s can be imported at once. Split it into several files."
        )
        raise UnreadableTable(message % {"rows": len(lines), "most": MOST_ROWS})
    found = [name for name in names if name]
    return Table(encoding, separator, found, unknown, lines)


def _decode(content: bytes) -> tuple[str, str]:
    for bom, codec, name in BOMS:
        if content.startswith(bom):
            return _decoded(content, codec), name
    start = content[:4096]
    if start.count(0) > len(start) // 4:
        odd = sum(1 for byte in start[1::2] if byte == 0)
        return _decoded(content, "utf-16-le" if odd > len(start) // 4 else "utf-16-be"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(content, "cp1252"), "Windows-1252"


def _decoded(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            _("The letters of this file cannot be read. Save it as CSV (UTF-8) and try again.")
        ) from error


def _separator(text: str) -> str:
    """The separator with which the first line has the most headings that are ours; `sep=;` on top is obeyed."""
    first = re.split(r"[\r\n]", text.lstrip("\ufeff\r\n "), maxsplit=1)[0]
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    known = {
        separator: sum(columns.name_of(cell.strip(' "')) is not None for cell in first.split(separator))
        for separator in SEPARATORS
    }
    return max(known, key=known.__getitem__)


def _records(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The rows with their numbers, as a spreadsheet counts them (a line break inside quotes does not count)."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise UnreadableTable(
            _("The quotation marks of this file do not match, so its cells are not clear.")
        ) from error
    numbered = list(enumerate(rows, start=1))
    if numbered and len(numbered[0][1]) <= 2 and "".join(numbered[0][1]).lower().startswith("sep="):
        numbered = numbered[1:]
    return numbered


def _columns(headings: list[str]) -> tuple[list[str], list[str]]:
    """The column of each heading ('' for one that is not ours), and those that are not. Raises UnreadableTable."""
    names = [columns.name_of(heading) or "" for heading in headings]
    unknown = [heading.strip() for heading, name in zip(headings, names, strict=True) if not name and heading.strip()]
    twice = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    if twice:
        raise UnreadableTable(_("The column %(name)s is there twice.") % {"name": twice[0]})
    missing = [name for name in columns.REQUIRED if name not in names]
    if missing:
        message = _("These columns are missing: %(names)s. Take the template, or rename your headings.")
        raise UnreadableTable(message % {"names": ", ".join(missing)})
    return names, unknown


def _cells(names: list[str], values: list[str]) -> dict[str, str]:
    """The cells by column, trimmed; the mark that keeps a spreadsheet from calculating is taken off again."""
    cells = {name: value.strip() for name, value in zip(names, values, strict=False) if name}
    return {
        name: value[1:] if value[:1] == "'" and value[1:2] in set("=+-@\t\r") else value
        for name, value in cells.items()
    }
