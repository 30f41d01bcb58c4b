"""What allauth asks the project: nobody signs up by themselves; people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closed registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never; see accounts.actions.invite."""
        return False


def display_name(user: User) -> str:
    """The printed name."""
    return user.printed_name
