"""Answers `user.has_perm(perm, case)` from grants in force; replaces guardian's backend, which knows no expiry."""

from typing import Any

from django.db.models import Model

from accounts.models import User
from cases.access import branches
from cases.models import Case
from core.actor import Actor


class GrantBackend:
    """Object permissions on cases. It signs nobody in."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Nobody."""

    def get_user(self, user_id: Any) -> None:
        """Nobody."""

    def has_perm(self, user: User, perm: str, obj: Model | None = None) -> bool:
        """Whether a grant in force, and no denial, gives the person `cases.<codename>` on this case."""
        label, _, codename = perm.rpartition(".")
        if not isinstance(obj, Case) or label not in {"", "cases"} or codename not in branches.CODENAMES:
            return False
        person = Actor(person=user.pk, name=user.printed_name)
        granted = branches.grants_in_force(person, codename).filter(content_object=obj.pk)
        return user.is_active and granted.filter(branches.not_denied(person, "content_object")).exists()
