"""What ingest may remark about an image that can be shown all the same: the whole sentence, and two or three words.

Both are English ready for translation. An image's row keeps the sentences; the short words stand beside the slide.
"""

from __future__ import annotations

from slides.sources.errors import gettext_noop

NO_SCALE = gettext_noop("The file does not say how large a pixel is, so nothing can be measured on this slide.")
ODD_PIXELS = gettext_noop("The pixels of this file are not square, so measurements are only approximate.")
SOME_DAMAGE = gettext_noop("Some parts of the image are damaged and cannot be shown.")
SOME_MISSING = gettext_noop("The scanner left out some parts of the image; they are shown white.")
NOT_COMPARED = gettext_noop("The image could not be checked against a second reader; colours may differ.")
FLAT_PICTURE = gettext_noop("This is a flat picture, not a whole scanned slide.")

SHORT = {
    NO_SCALE: gettext_noop("no scale"),
    ODD_PIXELS: gettext_noop("scale approximate"),
    SOME_DAMAGE: gettext_noop("parts damaged"),
    SOME_MISSING: gettext_noop("parts left out"),
    NOT_COMPARED: gettext_noop("colours unchecked"),
    FLAT_PICTURE: gettext_noop("flat picture"),
}
