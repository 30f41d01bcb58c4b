"""The key of a list's page as text for an address: microseconds and an id, which say nothing about anybody."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from core.errors import Invalid

Key = tuple[datetime, UUID]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode(key: Key | None) -> str:
    """The key as text, '' for None."""
    return f"{(key[0] - EPOCH) // timedelta(microseconds=1)}-{key[1].hex}" if key else ""


def decode(text: str) -> Key | None:
    """The key, None for ''. Raises Invalid for anything else that `encode` did not make."""
    if not text:
        return None
    moment, _sep, key = text.partition("-")
    try:
        return EPOCH + timedelta(microseconds=int(moment)), UUID(hex=key)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("This page of the list does not exist."), fields={"after": _("Not a page.")}) from error
