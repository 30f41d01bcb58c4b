"""Countries and languages by name, in the reader's words and in their own."""

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

# What CLDR names besides the countries of ISO 3166-1: unions, test regions, parts with a code of their own.
NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])


def _locale() -> Locale:
    return Locale.parse(get_language() or settings.LANGUAGE_CODE, sep="-")


def country(code: str) -> str:
    """The country's name in the active language; a code that is none as it is."""
    return str(_locale().territories.get(code, code))


def countries() -> list[tuple[str, str]]:
    """Every country's code and name, by name."""
    named = _locale().territories.items()
    found = [
        (code, str(name)) for code, name in named if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return sorted(found, key=lambda pair: pair[1])


def language(code: str) -> str:
    """The language's name in that language; a code that the installation does not speak as it is."""
    names = dict(settings.LANGUAGES)
    return names.get(code) or next((name for known, name in names.items() if known[:2] == code), code)


def languages(current: str = "") -> list[tuple[str, str]]:
    """The languages of reports: those of the installation, and the one in use where it is written in another way."""
    found = [("en" if code == settings.LANGUAGE_CODE else code, name) for code, name in settings.LANGUAGES]
    return found if not current or current in dict(found) else [*found, (current, language(current))]
