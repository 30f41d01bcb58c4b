"""Makes the Actor at each door."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.models import Membership, User
from accounts.sessions import State
from core.actor import Actor, Door
from core.web.request_id import current

ACTING = "acting_membership"


def session_digest(session_key: str | None) -> str:
    """A session's name in the audit: a digest, so that the log cannot be used to sign in."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:32] if session_key else ""


def memberships_of(user: User) -> list[Membership]:
    """The memberships in force, oldest first, with their organisations. One query."""
    return list(user.memberships.active().select_related("organisation").order_by("valid_from", "id"))


def choose(memberships: list[Membership], wanted: str | None) -> Membership | None:
    """The membership named by the session if it is still in force, else the first, else none."""
    return next((each for each in memberships if str(each.pk) == wanted), memberships[0] if memberships else None)


def actor_for(
    user: User,
    membership: Membership | None,
    *,
    door: Door,
    session: str = "",
    request_id: str = "",
    address: str = "",
) -> Actor:
    """The actor that this person is under this membership."""
    return Actor(
        person=user.pk,
        name=user.printed_name,
        membership=membership.pk if membership else None,
        organisation=membership.organisation_id if membership else None,
        organisation_name=membership.organisation.name if membership else "",
        role=membership.role if membership else "",
        door=door,
        session=session,
        request_id=request_id or current.get(),
        address=address,
    )


def for_request(request: HttpRequest, door: Door) -> tuple[Actor, list[Membership]] | None:
    """The actor of a signed-in request and the person's memberships.

    None when nobody is signed in, or somebody only in part: without the second factor they owe, or idle.
    """
    user, standing = request.user, getattr(request, "standing", None)
    if not isinstance(user, User) or standing is None or standing.state != State.IN:
        return None
    memberships = memberships_of(user)
    actor = actor_for(
        user,
        choose(memberships, request.session.get(ACTING)),
        door=door,
        session=session_digest(request.session.session_key),
        address=client_address(request),
    )
    return actor, memberships


def for_member(membership_id: UUID, door: Door) -> Actor:
    """The actor of a membership, for commands and seeders. Raises Membership.DoesNotExist."""
    membership = Membership.objects.select_related("organisation", "user").get(pk=membership_id)
    return actor_for(membership.user, membership, door=door)


def client_address(request: HttpRequest) -> str:
    """The address the nearest proxy saw; over a socket only the proxy can be the peer, so its header counts."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """The same, for a door that has no request of Django's, from its headers in the spelling of CGI."""
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    return (forwarded.split(",")[-1].strip() or str(environ.get("REMOTE_ADDR", "")))[:45]
