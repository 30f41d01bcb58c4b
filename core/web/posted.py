"""A view that takes what a form sends and has no page of its own: a GET of its address leads to the form's page.

The page that comes back with errors stays at the address it was sent to, where switching the language or pressing Enter
in the address bar asks for it with a GET.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]


def posted_from(page: str, *named: str) -> Callable[[View], View]:
    """POST alone does anything; a GET is redirected to `page`, with those arguments of the address that are `named`.

    Stands inside the decorator that asks who it is.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def led_back(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(page, *(kwargs[name] for name in named))

        return require_http_methods(["GET", "HEAD", "POST"])(led_back)

    return decorate
