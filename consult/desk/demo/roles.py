"""What somebody of the demo is, in the same words wherever the demo lists people."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import Role


def role_words(roles: Iterable[str], *, runs_installation: bool) -> str:
    """The roles in one laboratory; who runs the installation is called by that, as everywhere else in the system."""
    return _("Platform administrator") if runs_installation else " / ".join(str(Role(each).label) for each in roles)


def roles_in(memberships: Iterable[Membership]) -> str:
    """The words for one person's memberships in one laboratory, oldest first."""
    rows = list(memberships)
    return role_words([row.role for row in rows], runs_installation=any(row.user.is_platform_admin for row in rows))
