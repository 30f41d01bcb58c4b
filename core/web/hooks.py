"""What rooms above register here: `preference_chosen`, what they do when somebody chooses a theme or switches
single-letter keys; `asked_by_pages`, which of their views an open page asks by itself: the record tells that from what
people try.
"""

from collections.abc import Callable

from django.http import HttpRequest

Listener = Callable[[HttpRequest, str, str], None]
_listeners: list[Listener] = []
_by_pages: set[str] = set()


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


def asked_by_pages(*views: str) -> None:
    """Register views, by their names with the namespace, that no person asks but the script of a page that is open."""
    _by_pages.update(views)


def pages_asked() -> list[str]:
    """Every registered view."""
    return sorted(_by_pages)
