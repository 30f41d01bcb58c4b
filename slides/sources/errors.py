"""Why an image cannot be shown: stable codes, and the sentence a person reads for each."""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for the translators. These modules run without Django, so the page translates it later."""
    return message


MESSAGES: dict[str, str] = {
    "empty": gettext_noop("The file is empty. Please send it again."),
    "not_an_image": gettext_noop(
        "This file is not an image we can read. Please send the slide as the scanner wrote it, or as JPEG, PNG or TIFF."
    ),
    "truncated": gettext_noop(
        "The file is incomplete: parts of the image lie beyond its end. Please copy it from the scanner again."
    ),
    "damaged": gettext_noop(
        "The file is damaged: many of its image tiles cannot be read. Please copy it from the scanner again."
    ),
    "unsupported_compression": gettext_noop(
        "The image in this file is compressed in a way we cannot read. Please export it with JPEG compression."
    ),
    "unclear_content": gettext_noop(
        "We cannot tell which of the pictures in this file is the slide. Please export it as a plain TIFF or JPEG."
    ),
    "too_large": gettext_noop("The image is larger than a slide can be here. Please send a smaller region of it."),
    "too_demanding": gettext_noop(
        "Reading this file took more time or memory than allowed. The file may be damaged; please export it again."
    ),
    # Found later, or nothing that the file is to blame for:
    "changed": gettext_noop(
        "The file was changed after it was prepared. If it was restored from a backup, try again: the same image "
        "opens. Otherwise send the right file."
    ),
    "exchanged": gettext_noop(
        "The file no longer holds the image that this slide had. Put the right file back and try again, or send it."
    ),
    "machine": gettext_noop(
        "Preparing the image was cut short by the computer several times; the file may be good. Tell whoever runs this "
        "installation, then try again."
    ),
}


class UnreadableSlide(Exception):
    """The file cannot become a slide. `code` is stable; `message_for_people` is English, ready for translation."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message_for_people = MESSAGES[code]
        super().__init__(code)
