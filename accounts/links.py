"""The signed link of an invitation: made from its id, so that no secret is stored and none can be read."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_signer = Signer(salt="accounts.invitation", sep=".")


def invitation_url(invitation_id: UUID) -> str:
    """The absolute address that the invited person opens."""
    return settings.PUBLIC_ORIGIN + reverse("accounts:accept_invitation", args=[_signer.sign(invitation_id.hex)])


def invitation_id(token: str) -> UUID | None:
    """The id in a link, or None where the link was altered."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
