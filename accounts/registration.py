"""The number in the professional register, which is printed under signatures: what it may hold."""

import re

from django.utils.translation import gettext as _

NUMBER = re.compile(r"(?:[^\W_]|[ ./-])*")  # letters of any script


def wrong_signs(number: str) -> str:
    """Why no register gives this number, in a sentence; '' where one might."""
    return "" if NUMBER.fullmatch(number) else _("Use letters, digits, spaces, and . - / only.")
