"""The API's door: somebody with an acting membership, or a machine whose token was made for just this.

What they see is decided by visible_... querysets.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from core.actor import Actor
from core.errors import Forbidden

if TYPE_CHECKING:  # rest_framework.views itself loads this module
    from rest_framework.request import Request
    from rest_framework.views import APIView


class OutOfScope(Forbidden):
    """The token was not made for this (403)."""

    code = "out-of-scope"


def scope_of(view: object, method: str) -> str | None:
    """The scope that a machine needs for a method of a view, as its `scopes` say; None where it is for people only."""
    needed: str | None = getattr(view, "scopes", {}).get("GET" if method == "HEAD" else method)
    return needed


class IsActor(BasePermission):
    """Signed in, with a membership in force; or a machine within its scopes."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        """Whether `request.auth` is an actor who may come in. Raises OutOfScope for a machine that may not."""
        actor = request.auth
        if not isinstance(actor, Actor):
            return False
        if actor.machine is None:
            return actor.membership is not None
        needed = scope_of(view, request.method or "")
        if needed is None:
            raise OutOfScope(_("This is for people who are signed in, and not for machines."))
        if not actor.is_within(needed):
            raise OutOfScope(
                _("This token was not made for this. It would need the scope %(scope)s.") % {"scope": needed}
            )
        return True
