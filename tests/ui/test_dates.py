"""Dates on clinical screens: the month in words, day first, in six locales."""

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.utils import formats, timezone, translation

from core.web.dates import MONTHS, PartialDate, age_text, as_partial, clinical_date, clinical_datetime, partial_text

LOCALES = ("en-gb", "nl", "nl-be", "fr", "fr-be", "sv")
FIFTH_OF_NOVEMBER = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-gb", "05 Nov 2026"),
        ("nl", "05 nov 2026"),
        ("nl-be", "05 nov 2026"),
        ("fr", "05 nov. 2026"),
        ("fr-be", "05 nov. 2026"),
        ("sv", "05 nov. 2026"),
    ],
)
def test_a_clinical_date_reads_day_month_in_words_year(locale: str, text: str) -> None:
    with translation.override(locale):
        assert clinical_date(FIFTH_OF_NOVEMBER) == text


@pytest.mark.parametrize("language", MONTHS)
def test_no_two_months_share_a_name(language: str) -> None:
    assert len(set(MONTHS[language])) == 12


@pytest.mark.parametrize("locale", LOCALES)
def test_django_own_date_format_never_shows_the_month_as_a_number(locale: str) -> None:
    with translation.override(locale):
        shown = {formats.date_format(date(2026, month, 5)) for month in range(1, 13)}
    assert len(shown) == 12
    for text in shown:
        day, month, year = text.split()
        assert (day, year) == ("05", "2026")
        assert not any(letter.isdigit() for letter in month)


@pytest.mark.parametrize("locale", LOCALES)
def test_times_have_24_hours_everywhere(locale: str) -> None:
    with translation.override(locale):
        assert formats.time_format(time(14, 30)) == "14:30"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("typed", ["05/11/1956", "5-11-1956", "05.11.1956", "1956-11-05", "19561105", "11/05/1956"])
def test_a_typed_date_is_the_fifth_of_november_or_refused_but_never_may(locale: str, typed: str) -> None:
    with translation.override(locale):
        field = forms.DateField(localize=True)
        try:
            value = field.clean(typed)
        except forms.ValidationError:
            value = None
    wanted = date(1956, 5, 11) if typed == "11/05/1956" else date(1956, 11, 5)
    assert value in (None, wanted)


def test_swedish_refuses_slashes_and_reads_iso() -> None:
    with translation.override("sv"):
        with pytest.raises(forms.ValidationError):
            forms.DateField(localize=True).clean("05/11/1956")
        assert forms.DateField(localize=True).clean("1956-11-05") == date(1956, 11, 5)


@pytest.mark.parametrize(
    ("locale", "number"),
    [
        ("en-gb", "12,345.67"),
        ("nl", "12.345,67"),
        ("nl-be", "12.345,67"),
        ("fr", "12\u00a0345,67"),
        ("fr-be", "12\u00a0345,67"),
        ("sv", "12\u00a0345,67"),
    ],
)
def test_numbers_follow_the_language(locale: str, number: str) -> None:
    with translation.override(locale):
        assert formats.number_format(12345.67, use_l10n=True, force_grouping=True) == number


def test_a_moment_is_shown_in_the_viewers_zone_and_names_it_when_asked() -> None:
    moment = datetime(2026, 11, 24, 13, 3, tzinfo=UTC)
    with translation.override("en-gb"), timezone.override("Europe/Amsterdam"):
        assert clinical_datetime(moment) == "24 Nov 2026 14:03"
        assert clinical_datetime(moment, zone=True) == "24 Nov 2026 14:03 CET"


def test_midnight_belongs_to_the_viewers_day() -> None:
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    with translation.override("en-gb"), timezone.override("Europe/Stockholm"):
        assert clinical_date(moment) == "24 Nov 2026"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (PartialDate(1956), "1956"),
        ({"year": 1956, "month": 11, "day": None}, "nov. 1956"),
        (date(1956, 11, 5), "05 nov. 1956"),
    ],
)
def test_a_partial_date_never_says_more_than_is_known(value: object, text: str) -> None:
    known = as_partial(value)
    assert known is not None
    with translation.override("sv"):
        assert partial_text(known) == text


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (PartialDate(1956, 11, 5), "70"),
        (PartialDate(1956, 11, 24), "70"),
        (PartialDate(1956, 11, 25), "69"),
        (PartialDate(1956), "69 or 70"),
        (PartialDate(1956, 11), "69 or 70"),
        (PartialDate(1956, 10), "70"),
        (PartialDate(2024, 11, 25), "23 months"),
        (PartialDate(2024, 11, 24), "2"),
        (PartialDate(2026, 10, 27), "0 months"),
        (PartialDate(2026, 10, 28), "27 days"),
        (PartialDate(2026, 11, 23), "1 day"),
        (PartialDate(2026, 12, 1), ""),
        (PartialDate(2026), "0"),
    ],
)
def test_an_age_is_as_exact_as_the_birth_date(born: PartialDate, age: str) -> None:
    with translation.override("en-gb"):
        assert age_text(born, date(2026, 11, 24)) == age


def test_somebody_born_on_the_29th_of_february_ages_on_the_first_of_march() -> None:
    with translation.override("en-gb"):
        assert age_text(PartialDate(2000, 2, 29), date(2023, 2, 28)) == "22"
        assert age_text(PartialDate(2000, 2, 29), date(2023, 3, 1)) == "23"


@pytest.mark.parametrize("parts", [(1956, None, 5), (1956, 2, 31), (1956, 13)])
def test_what_is_no_date_cannot_be_made(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        PartialDate(*parts)
