"""The API's door: somebody with an acting membership. What they see is decided by visible_... querysets."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:  # rest_framework.views itself loads this module
    from rest_framework.request import Request
    from rest_framework.views import APIView


class IsActor(BasePermission):
    """Signed in, with a membership in force."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        """Whether `request.auth` is an actor with a membership."""
        return getattr(request.auth, "membership", None) is not None
