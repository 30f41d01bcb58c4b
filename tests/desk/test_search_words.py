"""What counts as the same when somebody searches: spellings of names and numbers, and what is cut from a text."""

import pytest

from cases.finding import Telling, identity_keys, text_keys, typed
from core.letters import words
from core.search.find import LAST


def finds(text: str, keys: frozenset[str]) -> bool:
    """Whether what was typed fits a document with these keys."""
    return any(all(term.first(keys) is not None for term in terms) for terms in typed(text))


PATIENT = identity_keys(("de Vries-Sjöstrand", "Anaïs", "", "O'Brien"), ("999 150 6012", "19561105-1234"), "H26–000123")


@pytest.mark.parametrize(
    "text",
    [
        "vries",
        "VRI",
        "  sjostrand ",
        "SJÖSTRAND",
        "anais de vries",
        "o'brien",
        "obrien anais vries".replace("obrien", "o brien"),
        "9991506012",
        "999-150-6012",
        "999 150 6012",
        "19561105 1234",
        "H26-000123",
        "h26-0001",
        "h26 - 000123",
        "H26‐000123",
        "Vries H26-000123",
        "vries 9991506012",
        "H26-000123 H26-000123",
    ],
)
def test_spellings_that_find(text: str) -> None:
    assert finds(text, PATIENT)


@pytest.mark.parametrize(
    "text",
    [
        "ries",
        "vriesman",
        "99915060",
        "9991506012 3",
        "H26000123",
        "H26-1",
        "vries jansen",
        "v",
        "",
        "-",
        "h2",
        "vries 9991506013",
    ],
)
def test_spellings_that_do_not(text: str) -> None:
    assert not finds(text, PATIENT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Søren Ærø", ["soren", "aero"]),
        ("Łódź", ["lodz"]),
        ("Straße", ["strasse"]),
        ("İstanbul ısı", ["istanbul", "isi"]),
        ("Ki-67: 20%", ["ki", "67", "20"]),
        ("Ａｎｎａ", ["anna"]),
        ("e\u0301tat", ["etat"]),
        ("HER2/neu", ["her2", "neu"]),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_text_is_found_by_the_beginnings_of_its_words() -> None:
    keys = text_keys("Growing lesion of the left arm; Ki-67 high, melanocytic?")
    assert finds("melan", keys) and finds("lesion arm", keys) and finds("ki-67", keys)
    assert not finds("lesion leg", keys)


def test_what_tells_who_somebody_is_is_cut_from_a_text() -> None:
    telling = Telling(frozenset({"lindgren", "eva", "bo"}), frozenset({"h26", "000123", "h26000123"}))
    text = "Lindgrens remiss: Eva, född 5 november 1956, H26-000123, 19561105; Bo bor basalt. CD20 positive."
    assert telling.cut(text_keys(text)) == {"remiss", "fodd", "november", "bor", "basalt", "cd20", "positive"}


def test_a_very_long_text_and_a_very_long_word_break_nothing() -> None:
    assert len(text_keys(" ".join(f"w{number}" for number in range(5_000)))) == 1_000
    assert typed("x" * 200) and typed(" ".join("abcdefghijklm")) == ()
    assert LAST > "z" and LAST > "ø"
