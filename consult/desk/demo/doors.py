"""The demo's doors: closed, as if they were not there, wherever settings.DEMO is off."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from consult.desk.demo import personas
from consult.desk.demo.personas import Persona

View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    """404 unless this is the demo."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def persona_here(request: HttpRequest) -> Persona | None:
    """The persona whose origin this is (asker.localhost), None on the plain host."""
    host = request.get_host().partition(":")[0]
    label, _, rest = host.partition(".")
    return personas.by_label(label) if rest else None


def origin_of(label: str) -> str:
    """http://asker.localhost:8000, where a persona has a session of its own beside the others'."""
    parts = urlsplit(settings.PUBLIC_ORIGIN)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{label}.{parts.hostname}{port}"
