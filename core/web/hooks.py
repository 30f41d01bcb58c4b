"""`preference_chosen`: what rooms above do when somebody chooses a theme or switches single-letter keys."""

from collections.abc import Callable

from django.http import HttpRequest

Listener = Callable[[HttpRequest, str, str], None]
_listeners: list[Listener] = []


def preference_chosen(listener: Listener) -> Listener:
    """Register a function of the request, the preference's name (theme or keys) and its value."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def run_preference_chosen(request: HttpRequest, name: str, value: str) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(request, name, value)


def listeners() -> list[Listener]:
    """Every registered listener."""
    return list(_listeners)
