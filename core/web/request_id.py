"""Gives every request an id that logs, audit rows and jobs share."""

import re
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from core.ids import new_id

current: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTABLE = re.compile(r"[0-9a-zA-Z-]{8,64}")


class RequestIdMiddleware:
    """Takes X-Request-Id from the proxy if it is well-formed, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        token = current.set(given if _ACCEPTABLE.fullmatch(given) else new_id().hex)
        request.request_id = current.get()  # type: ignore[attr-defined]  # for what is logged after this has ended
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = current.get()
            return response
        finally:
            current.reset(token)
