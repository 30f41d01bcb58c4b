"""Names as somebody types them who has no key for the accent, and a text as the words that a search compares."""

import unicodedata

# Letters of the laboratories' languages and their neighbours' that are no letter with a mark to Unicode.
WHOLE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def plain(text: str) -> str:
    """The text in small letters without marks: Sjöstrand is sjostrand, Søren is soren."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).translate(WHOLE)


def words(*texts: str) -> list[str]:
    """The plain words of some texts in their order; whatever is neither letter nor digit parts them."""
    folded = plain(" ".join(texts))
    return "".join(sign if sign.isalnum() else " " for sign in folded).split()


def written(text: str) -> str:
    """The text as it is kept: without spaces round it, and without signs that nobody sees (Unicode's Cf), by which a
    name can be made to read backwards or like another. The two joiners stay: Persian and Indian scripts need them."""
    joiners = "\u200c\u200d"
    return "".join(each for each in text if unicodedata.category(each) != "Cf" or each in joiners).strip()
