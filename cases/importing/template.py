"""The file to fill in: headings in one of four languages and one example row, safe to open in a spreadsheet."""

import csv
import io

from cases.importing.columns import COLUMNS

# Spreadsheets set to these languages read a comma as the decimal mark and so separate cells by semicolons.
SEPARATORS = {"en": ",", "nl": ";", "fr": ";", "sv": ";"}
CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\0")


def template(language: str) -> bytes:
    """The CSV: UTF-8 with a mark that spreadsheets understand, every cell quoted. KeyError for another language."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS[language], quoting=csv.QUOTE_ALL)
    writer.writerow([safe(column.headings[language]) for column in COLUMNS])
    writer.writerow([safe(column.example_in(language)) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; the import takes the mark off again."""
    return f"'{cell}" if cell.startswith(CALCULATES) else cell
