"""The signed links in mails: made from a row's id, so that no secret is stored and none can be read."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_signer = Signer(salt="accounts.invitation", sep=".")
_addresses = Signer(salt="accounts.address", sep=".")


def invitation_url(invitation_id: UUID) -> str:
    """The absolute address that the invited person opens."""
    return settings.PUBLIC_ORIGIN + reverse("accounts:accept_invitation", args=[_signer.sign(invitation_id.hex)])


def invitation_id(token: str) -> UUID | None:
    """The id in a link, or None where the link was altered."""
    return _id(_signer, token)


def address_url(change_id: UUID) -> str:
    """The absolute address by which a new e-mail address is confirmed."""
    return settings.PUBLIC_ORIGIN + reverse("accounts:confirm_address", args=[_addresses.sign(change_id.hex)])


def address_change_id(token: str) -> UUID | None:
    """The id in such a link, or None where the link was altered."""
    return _id(_addresses, token)


def _id(signer: Signer, token: str) -> UUID | None:
    try:
        return UUID(signer.unsign(token))
    except (BadSignature, ValueError):
        return None
