"""Turns any text into text that the document's fonts can show, so that nothing is lost and nothing is disguised.

The fonts are IBM Plex Sans (Latin, Greek, Cyrillic, Vietnamese), made by `deploy/fonts.py`, and DejaVu Sans Mono,
which the typesetter brings along, for the symbols that the web edition of Plex lacks (≥, →, ₂). What neither can
show is spelled out by its Unicode number, "[U+738B U+660E]"; so are the invisible characters that reorder text. PDF/A
refuses a missing glyph, so this is also what keeps a rare character from stopping a report. The signed content and
the attachment keep the text as typed.
"""

import functools
import itertools
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

# Blocks of which DejaVu Sans Mono has every character, in both weights (a test compiles them all).
SYMBOLS = frozenset(
    itertools.chain.from_iterable(
        range(first, last + 1)
        for first, last in (
            (0x2030, 0x2031),  # per mille
            (0x2070, 0x2071),  # superscripts and subscripts
            (0x2074, 0x208E),
            (0x2153, 0x215E),  # fractions
            (0x2190, 0x21FF),  # arrows
            (0x2200, 0x2213),  # mathematics
            (0x2217, 0x2220),
            (0x2227, 0x222D),
            (0x2234, 0x223D),
            (0x2241, 0x2269),
            (0x2500, 0x25FF),  # lines and shapes
            (0x2639, 0x2642),  # faces, female, male
            (0x2713, 0x2718),  # ticks and crosses
        )
    )
)

# The same mark on paper, under a code point that the fonts lack; and hints to a screen that leave no mark at all.
SAME_ON_PAPER = {
    **dict.fromkeys((*range(0x2000, 0x2007), 0x2008, 0x2009, 0x200A, 0x205F, 0x3000), " "),
    **dict.fromkeys((0x2007, 0x202F), "\u00a0"),
    **dict.fromkeys((0x2010, 0x2011), "-"),
    **dict.fromkeys((0x2028, 0x2029), "\n"),
    0x09: "    ",
    **dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)), ""),
}


@functools.lru_cache(maxsize=4)
def plex_characters(fonts: Path) -> frozenset[int]:
    """The code points that the document's text face has in every weight used."""
    covered = [set(TTFont(path, lazy=True).getBestCmap()) for path in sorted(fonts.glob("IBMPlexSans-*.ttf"))]
    return frozenset(set.intersection(*covered)) if covered else frozenset()


def printable(text: str, fonts: Path) -> str:
    """The text in composed form, with what cannot be shown spelled out. `fonts` is the folder of the TTF files."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    text = unicodedata.normalize("NFC", text).translate(SAME_ON_PAPER)
    plex = plex_characters(fonts)
    groups = itertools.groupby(_pieces(text, plex), key=lambda piece: piece[0])
    return "".join(
        "".join(part for _, part in pieces) if whole else f"[{' '.join(part for _, part in pieces)}]"
        for whole, pieces in groups
    )


def unprintable(text: str, fonts: Path) -> list[str]:
    """The characters of the text that can only be printed as their numbers, each once; none where there are no fonts.

    Without fonts nothing can be printed at all, which is the document's matter and not the text's.
    """
    plex = plex_characters(fonts)
    if not plex or text.isascii():
        return []
    text = unicodedata.normalize("NFC", text).translate(SAME_ON_PAPER)
    hidden = [piece for shows, piece in _pieces(text, plex) if not shows]
    return list(dict.fromkeys(chr(int(piece.removeprefix("U+"), 16)) for piece in hidden))


def on_paper(text: str, fonts: Path) -> str:
    """The text for a screen as it will be printed; as it is while there are no fonts to ask."""
    return printable(text, fonts) if plex_characters(fonts) else text


def _pieces(text: str, plex: frozenset[int]) -> Iterator[tuple[bool, str]]:
    """(True, text that shows) or (False, the number of a character that does not), in reading order."""
    for cluster in _clusters(text):
        if _shows(cluster, plex):
            yield True, cluster
            continue
        base, marks = cluster[0], cluster[1:]
        yield (True, base) if _shows(base, plex) else (False, f"U+{ord(base):04X}")
        yield from ((False, f"U+{ord(mark):04X}") for mark in marks)


def _shows(cluster: str, plex: frozenset[int]) -> bool:
    points = [ord(character) for character in cluster]
    return cluster == "\n" or (not _hidden(cluster) and (plex.issuperset(points) or SYMBOLS.issuperset(points)))


def _clusters(text: str) -> Iterator[str]:
    """Each base character with the marks that combine with it: a typesetter takes both from one font."""
    start = 0
    for index in range(1, len(text)):
        if not unicodedata.category(text[index]).startswith("M"):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _hidden(cluster: str) -> bool:
    """Control and format characters: they leave no mark and some of them turn the reading order round."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in cluster)
