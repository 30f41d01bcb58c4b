"""Refuses a password that others have lost already: it asks a file of the site's own, and nothing outside.

The file is Pwned Passwords in its form ordered by hash (haveibeenpwned.com/Passwords): a SHA-1 in hexadecimal digits,
a colon and a count on each line. It has some 40 GB, so it is searched where it lies: about 36 short reads.
"""

import hashlib
import os
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DIGITS = 40  # of a SHA-1
LONGEST_LINE = 64  # bytes: the digits, the colon, the count, the end of the line
NEAR = 4096  # bytes that are read through instead of halved once more


class BreachedPasswordValidator:
    """Asks BREACHED_PASSWORDS_FILE; without one it lets everything pass, and `manage.py check --deploy` says so."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError."""
        if settings.BREACHED_PASSWORDS_FILE and is_breached(password, settings.BREACHED_PASSWORDS_FILE):
            raise ValidationError(self.get_help_text(), code="breached")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("This password is in a published list of stolen passwords. Choose other words.")


def is_breached(password: str, path: str) -> bool:
    """Whether the file holds the password. Raises OSError where it cannot be read: nothing passes unasked."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with open(path, "rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while high - low > NEAR:
            middle = (low + high) // 2
            if _first_hash_after(file, middle) <= wanted:
                low = middle
            else:
                high = middle
        file.seek(max(low - LONGEST_LINE, 0))
        near = file.read(NEAR + 3 * LONGEST_LINE)
    return any(line[:DIGITS].upper() == wanted for line in near.splitlines())


def _first_hash_after(file: BinaryIO, at: int) -> bytes:
    """The hash of the first whole line that begins after this place; at the end of the file one above all."""
    file.seek(at)
    _rest, _end, following = file.read(2 * LONGEST_LINE).partition(b"\n")
    return following[:DIGITS].upper() or b"~"
