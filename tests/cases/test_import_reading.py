"""Files as laboratories really have them: encodings, separators, dates that could mean two days."""

from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.importing import dates
from cases.importing.columns import COLUMNS, name_of
from cases.importing.table import MOST_ROWS, UnreadableTable, read
from cases.importing.template import template

HEAD = "accession_number,organ_system,patient_number,family_name"
ROW = "H1,skin,42,Zwölfer"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (f"{HEAD}\n{ROW}\n".encode(), "UTF-8"),
        (f"{HEAD}\n{ROW}\n".encode("utf-8-sig"), "UTF-8"),
        (f"{HEAD}\n{ROW}\n".encode("utf-16"), "UTF-16"),
        (f"{HEAD}\n{ROW}\n".encode("utf-16-le"), "UTF-16"),
        (f"{HEAD}\n{ROW}\n".encode("utf-16-be"), "UTF-16"),
        (f"{HEAD}\n{ROW}\n".encode("cp1252"), "Windows-1252"),
    ],
)
def test_the_encoding_is_found_and_said(content: bytes, encoding: str) -> None:
    table = read(content)
    assert table.encoding == encoding
    assert table.lines[0].cells["family_name"] == "Zwölfer"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_the_separator_is_found(separator: str, first: str) -> None:
    text = first.format(separator) + f"{HEAD}\r\n{ROW}\r\n".replace(",", separator)
    table = read(text.encode())
    assert (table.separator, len(table.lines)) == (separator, 1)
    assert table.lines[0].number == (3 if first else 2)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "sv"])
def test_every_template_is_read_back_with_all_its_columns(language: str) -> None:
    table = read(template(language))
    assert table.columns == [column.name for column in COLUMNS]
    assert table.unknown == []
    assert table.lines[0].cells["material"] == "A1 HE, CK5 x2"


def test_no_heading_means_two_columns() -> None:
    for column in COLUMNS:
        assert all(name_of(heading) == column.name for heading in (column.name, *column.headings.values()))


def test_cells_of_a_template_cannot_calculate_and_come_back_as_they_were() -> None:
    row = '"\'=1+1",skin,"\'+31 6","\'@x"'
    cells = read(f"{HEAD}\n{row}\n".encode()).lines[0].cells
    assert (cells["accession_number"], cells["patient_number"], cells["family_name"]) == ("=1+1", "+31 6", "@x")


def test_an_apostrophe_in_a_name_stays() -> None:
    assert read(f"{HEAD}\nH1,skin,42,'t Hooft\n".encode()).lines[0].cells["family_name"] == "'t Hooft"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (HEAD.encode(), "no rows"),
        (b"PK\x03\x04" + b"\x00\x01\x02" * 50, "text file|letters|missing"),
        (f"{HEAD},family_name\n{ROW},x\n".encode(), "twice"),
        (b"accession_number,organ_system\nH1,skin\n", "missing"),
        (f'{HEAD}\nH1,skin,42,"Open\n'.encode(), "quotation"),
        ((f"{HEAD}\n" + f"{ROW}\n" * (MOST_ROWS + 1)).encode(), "2001"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes, word: str) -> None:
    with pytest.raises(UnreadableTable, match=word):
        read(content)


def test_a_line_break_in_a_cell_does_not_shift_the_row_numbers() -> None:
    text = f'{HEAD},clinical_details\nH1,skin,42,A,"two\nlines"\n,,,,\nH2,skin,43,B,\n'
    assert [line.number for line in read(text.encode()).lines] == [2, 4]


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    with suppress(UnreadableTable):
        read(content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1956-11-05", (1956, 11, 5)),
        ("1956-11", (1956, 11, None)),
        ("1956", (1956, None, None)),
        ("25.11.1956", (1956, 11, 25)),
        ("25-11-1956", (1956, 11, 25)),
        ("05/05/1956", (1956, 5, 5)),
    ],
)
def test_dates_are_read_as_iso_or_where_only_one_number_can_be_the_day(
    text: str, expected: tuple[int, int | None, int | None]
) -> None:
    assert dates.read_partial(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("05/11/1956", "not clear"),
        ("05.11.1956", "not clear"),
        ("05-11-1956", "not clear"),
        ("05/11/56", "Two digits"),
        ("31/02/1956", "does not exist"),
        ("1956-13-01", "does not exist"),
        ("11/25/1956", "does not exist"),
        ("5 November 1956", "not a date"),
        ("45231", "not a date"),
    ],
)
def test_a_date_that_could_mean_two_days_is_refused_with_the_reason(text: str, word: str) -> None:
    with pytest.raises(dates.Unclear, match=word):
        dates.read_partial(text)


def test_one_date_with_the_month_first_makes_its_column_doubtful() -> None:
    assert dates.month_first(["05/11/1956", "11/25/1956"])
    assert not dates.month_first(["05/11/1956", "25/11/1956", "1956-11-25", ""])
    with pytest.raises(dates.Unclear, match="month first"):
        dates.read_day("05/11/1956", suspicious=True)
    assert dates.read_day("1956-11-05", suspicious=True) == date(1956, 11, 5)


def test_a_moment_is_in_the_laboratorys_time() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    assert dates.read_moment("2026-11-05 14:30", zone) == datetime(2026, 11, 5, 14, 30, tzinfo=zone)
    assert dates.read_moment("2026-11-05T14:30:10", zone).hour == 14
    assert dates.read_moment("25/11/2026", zone) == datetime(2026, 11, 25, 12, tzinfo=zone)
    with pytest.raises(dates.Unclear, match="time"):
        dates.read_moment("2026-11-05 25:00", zone)
