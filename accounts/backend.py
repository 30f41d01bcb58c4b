"""Signs people in by e-mail and password. It grants nothing: permissions come from cases.access."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db import models

from accounts.models import User


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in without ModelBackend's permissions, which would open everything to a superuser."""

    def has_perm(self, user_obj: User, perm: str, obj: models.Model | None = None) -> bool:
        """Never: see cases.access.backend."""
        return False

    def get_all_permissions(self, user_obj: User, obj: models.Model | None = None) -> set[str]:
        """None."""
        return set()
