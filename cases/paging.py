"""The key of a list's page as text for an address, sealed: its moment tells too much under a pseudonym."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from accounts.at_rest import decrypted, encrypted
from core.errors import Invalid

Key = tuple[datetime, UUID]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PURPOSE = b"place in a list"
LONGEST = 250  # characters of the text


def encode(key: Key | None) -> str:
    """The key as text, '' for None."""
    return encrypted(f"{(key[0] - EPOCH) // timedelta(microseconds=1)}-{key[1].hex}", PURPOSE) if key else ""


def decode(text: str) -> Key | None:
    """The key, None for ''. Raises Invalid for anything else that `encode` did not make."""
    if not text:
        return None
    try:
        moment, _sep, key = decrypted(text, PURPOSE).partition("-")
        return EPOCH + timedelta(microseconds=int(moment)), UUID(hex=key)
    except (InvalidToken, ValueError, OverflowError) as error:
        raise Invalid(_("This page of the list does not exist."), fields={"after": _("Not a page.")}) from error
