"""What in a free text says who the patient is."""

from datetime import date

import pytest

from cases.identity_words import HIDDEN, Known, certain_in, found_in, without_identity

KNOWN = Known(
    ("van der Søgaard-Åkesson", "Anna Li", "", "Brown"),
    ("V26-000123", "999 102 9249", "VM0000042", "7788"),
    (1956, 11, 5),
    given=("Anna Li", ""),
    received=date(2026, 3, 20),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mrs Sogaard has a naevus", ["Sogaard"]),
        ("ÅKESSON, seen before", ["ÅKESSON"]),
        ("Asked by anna's sister", ["anna"]),
        ("li came back", ["li"]),
        ("brown pigment", ["brown"]),  # a colour and a name: somebody has to look
        ("van der Waals", []),
        ("livid, annular", []),
        ("see V26-000123", ["V26-000123"]),
        ("see v26 000123 A1", ["v26 000123"]),
        ("see V26-0001234", []),
        ("NHS 9991029249", ["9991029249"]),
        ("born 05-11-1956", ["05-11-1956"]),
        ("born 5/11/56", ["5/11/56"]),
        ("born 11/05/1956", ["11/05/1956"]),
        ("born 1956-11-05", ["1956-11-05"]),
        ("born 19561105-1234", ["19561105"]),
        ("born 5 november 1956", ["5 november 1956"]),
        ("née le 5 nov. 1956", ["5 nov. 1956"]),
        ("November 5th, 1956", ["November 5th, 1956"]),
        ("born 561105-1234", ["561105"]),
        ("born 5th of November 1956", ["5th of November 1956"]),
        ("born 5.11.'56", ["5.11.'56"]),
        ("received 20 maart 2026", ["20 maart 2026"]),
        ("reçu le 20 mars 2026", ["20 mars 2026"]),
        ("taken 20/3/26", ["20/3/26"]),
        ("20032026", ["20032026"]),
        ("21 March 2026, 20 mm", []),
        ("since 1956, 5 mm, 11 slides", []),
        ("", []),
        ("Anna and Anna Brown", ["Anna", "Brown"]),
    ],
)
def test_names_numbers_and_the_day_of_birth_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert found_in(text, KNOWN) == found


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("Anna Søgaard has a naevus", ["Anna Søgaard"]),
        ("SOGAARD, Anna L.", ["SOGAARD, Anna L"]),
        ("van der Søgaard-Åkesson, Anna Li", ["Søgaard-Åkesson, Anna Li"]),
        ("Anna M. Brown", ["Anna M. Brown"]),
        ("Anna Li", []),  # a given name alone may be anybody's
        ("brown pigment", []),
        ("Anna's brown naevus", []),
        ("Anna. The pigment is brown", []),
        ("see v26 000123 and 9991029249", ["v26 000123", "9991029249"]),
        ("7788 cells", []),  # too short to be nothing else
        ("born 05-11-1956", []),
    ],
)
def test_what_can_be_nobody_else_is_told_from_what_may_be_another_word(text: str, certain: list[str]) -> None:
    assert certain_in(text, KNOWN) == certain


def test_they_are_taken_out_and_the_rest_stays() -> None:
    text = "Anna Brown (V26-000123), born 05 Nov 1956: growing lesion of the left arm."
    assert without_identity(text, KNOWN) == (
        f"{HIDDEN} {HIDDEN} ({HIDDEN}), born {HIDDEN}: growing lesion of the left arm."
    )


def test_a_date_of_which_only_the_year_is_known_is_no_date() -> None:
    assert found_in("1956", Known((), (), (1956, None, None))) == []
