"""The fixed words: every one in four languages, the language of the report decides, every symbol can be shown."""

import string

import pytest
import typst
from django.conf import settings
from django.utils import translation

from consult.reports.content_check import CONFIDENCE, LANGUAGES, SECTIONS, SEXES
from consult.reports.document import terms, words
from consult.reports.document.printable import SYMBOLS, printable
from tests.reports.document_sample import catalogue, content, page_texts, pdf

EXPECTED = {
    "en": ("Answer to the question", "Amended report, version 2", "Signed 23 Nov 2026", "PRELIMINARY", "Page 1 of"),
    "nl": ("Antwoord op de vraagstelling", "Gewijzigd verslag", "Ondertekend op 23 nov 2026", "VOORLOPIG", "Pagina 1"),
    "fr": ("Réponse à la question", "Compte rendu modifié", "Signé le 23 nov. 2026", "PROVISOIRE", "Page 1 sur"),
    "sv": ("Svar på frågeställningen", "Ändrat utlåtande", "Signerat 23 nov. 2026", "PRELIMINÄR", "Sida 1 av"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_speaks_its_own_language_whatever_the_reader_speaks(language: str) -> None:
    with translation.override("sv" if language != "sv" else "fr"):
        data = pdf(content(language=language), preliminary=True)
    text = " ".join(page_texts(data))
    for expected in EXPECTED[language]:
        assert expected in text
    assert catalogue(data)["/Lang"] == language


def test_the_region_is_declared_only_where_it_fits_the_language() -> None:
    assert catalogue(pdf(content(language="nl"), locale="nl-BE"))["/Lang"] == "nl-BE"
    assert catalogue(pdf(content(language="nl"), locale="fr-BE"))["/Lang"] == "nl"


@pytest.mark.parametrize("table", [words.WORDS, terms.HEADINGS, terms.CONFIDENCE, terms.SEXES])
def test_every_word_is_there_in_every_language_with_the_same_places_to_fill(
    table: dict[str, tuple[str, ...]],
) -> None:
    for key, row in table.items():
        assert len(row) == len(LANGUAGES), key
        assert all(text.strip() == text and text for text in row), key
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in row]
        assert all(found == places[0] for found in places), key


def test_every_code_of_the_content_has_its_words() -> None:
    assert set(terms.HEADINGS) == set(SECTIONS)
    assert set(terms.CONFIDENCE) == set(CONFIDENCE)
    assert set(terms.SEXES) == set(SEXES)
    assert words.LANGUAGES == LANGUAGES


@pytest.mark.parametrize("weight", [400, 600])
def test_every_symbol_that_is_passed_on_can_be_shown_in_both_weights(weight: int) -> None:
    source = '#set text(font: ("IBM Plex Sans", "DejaVu Sans Mono"), fallback: false, weight: %d)\n#sys.inputs.text'
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[settings.FONT_ROOT])
    text = " ".join(map(chr, sorted(SYMBOLS)))
    assert typst.compile(
        (source % weight).encode(), font_paths=fonts, sys_inputs={"text": text}, pdf_standards="a-3u", timestamp=0
    ).startswith(b"%PDF")


def test_plain_text_is_left_alone_and_decomposed_letters_are_composed() -> None:
    assert printable('a "b" {c}\nd', settings.FONT_ROOT) == 'a "b" {c}\nd'
    assert printable("e\u0301 A\u030a 5\u202fmm pT1\u2011b", settings.FONT_ROOT) == "é Å 5\u00a0mm pT1-b"


def test_a_control_character_in_a_name_shows_itself() -> None:
    assert printable("a\x1bb\x00", settings.FONT_ROOT) == "a[U+001B]b[U+0000]"
