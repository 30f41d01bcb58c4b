"""Gives every request an id that logs, audit rows and jobs share."""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.ids import new_id

current: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTABLE = re.compile(r"[0-9a-zA-Z-]{8,64}")


def id_in(environ: Mapping[str, Any]) -> str:
    """The id of the request with these headers, in the spelling of CGI: the proxy's if well-formed, else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if _ACCEPTABLE.fullmatch(given) else new_id().hex


class RequestIdMiddleware:
    """Takes X-Request-Id from the proxy if it is well-formed, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = current.set(id_in(request.META))
        request.request_id = current.get()  # type: ignore[attr-defined]  # for what is logged after this has ended
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = current.get()
            return response
        finally:
            current.reset(token)
