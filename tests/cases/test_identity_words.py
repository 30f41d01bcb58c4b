"""What in a free text says who the patient is."""

import pytest

from cases.identity_words import HIDDEN, Known, found_in, without_identity

KNOWN = Known(
    ("van der Søgaard-Åkesson", "Anna Li", "", "Brown"), ("V26-000123", "999 102 9249", "VM0000042"), (1956, 11, 5)
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
        ("since 1956, 5 mm, 11 slides", []),
        ("", []),
        ("Anna and Anna Brown", ["Anna", "Brown"]),
    ],
)
def test_names_numbers_and_the_day_of_birth_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert found_in(text, KNOWN) == found


def test_they_are_taken_out_and_the_rest_stays() -> None:
    text = "Anna Brown (V26-000123), born 05 Nov 1956: growing lesion of the left arm."
    assert without_identity(text, KNOWN) == (
        f"{HIDDEN} {HIDDEN} ({HIDDEN}), born {HIDDEN}: growing lesion of the left arm."
    )


def test_a_date_of_which_only_the_year_is_known_is_no_date() -> None:
    assert found_in("1956", Known((), (), (1956, None, None))) == []
