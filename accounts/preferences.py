"""Keeps what somebody chooses in the page's menus (theme, single-letter keys) on the person as well."""

from django.http import HttpRequest

from accounts.actions.prefer import prefer
from core.actor import Actor


def keep(request: HttpRequest, name: str, value: str) -> None:
    """The listener of core.web's preference_chosen; nothing to do where nobody is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return
    if name == "theme":
        prefer(actor=actor, theme=value)
    elif name == "keys":
        prefer(actor=actor, single_key_shortcuts=value == "on")
