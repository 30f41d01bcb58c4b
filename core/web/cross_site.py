"""Nothing is changed from another site: Django's token, and before it what the browser itself says of the sender."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.csrf import CsrfViewMiddleware

from core.web.errors import csrf_failure

READING = frozenset({"GET", "HEAD", "OPTIONS"})
KNOWN = READING | {"POST", "PUT", "PATCH", "DELETE"}
FOREIGN = frozenset({"cross-site", "same-site"})  # another site, or another origin of this one


class CrossSiteMiddleware(CsrfViewMiddleware):
    """Django's protection, and two refusals that hold for every view, whether it asks for a token or not.

    A method that is none of ours (TRACE, CONNECT, made-up ones) is 405. A request that may change something and of
    which the browser says (Sec-Fetch-Site) that another origin sent it is 403, unless that origin is trusted. Programs
    and browsers that do not send the header are left to the token.
    """

    def process_view(  # type: ignore[override]  # a page that says what to do, where the stubs want the bare refusal
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> HttpResponse | None:
        """None to go on."""
        if request.method not in KNOWN:
            return HttpResponseNotAllowed(sorted(KNOWN))
        foreign = request.headers.get("Sec-Fetch-Site") in FOREIGN
        if foreign and request.method not in READING and not self._trusts(request):
            return csrf_failure(request)
        return super().process_view(request, callback, callback_args, callback_kwargs)

    def _trusts(self, request: HttpRequest) -> bool:
        """Whether CSRF_TRUSTED_ORIGINS names the sender: in the demo each persona has an origin."""
        return "Origin" in request.headers and bool(self._origin_verified(request))  # type: ignore[attr-defined]  # Django's own
