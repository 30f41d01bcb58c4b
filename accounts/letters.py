"""Names as somebody types them who has no key for the accent."""

import unicodedata

# Letters of the laboratories' languages and their neighbours' that are no letter with a mark to Unicode.
WHOLE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def plain(text: str) -> str:
    """The text in small letters without marks: Sjöstrand is sjostrand, Søren is soren."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).translate(WHOLE)
