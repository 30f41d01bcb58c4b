"""What came without TLS: pages lead to https, everything else is refused, so that no program goes on without noticing.

The proxy says by X-Forwarded-Proto how a request came. Only where PUBLIC_ORIGIN is https. OWASP ASVS 5.0, V4.1.2.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _

from core.errors import Forbidden
from core.web.refusals import problem_response, wants_problem

ASKED_WITHIN = "/health/"  # by what watches the processes, beside the proxy


class HttpsMiddleware:
    """Stands before everything that reads a session. What was sent without TLS is not looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        expected = settings.SECURE_PROXY_SSL_HEADER is not None
        if not expected or request.is_secure() or request.path.startswith(ASKED_WITHIN):
            return self.get_response(request)
        if request.method in {"GET", "HEAD"} and not wants_problem(request):
            return HttpResponsePermanentRedirect(f"{settings.PUBLIC_ORIGIN}{request.get_full_path()}")
        return problem_response(Forbidden(_("This is answered over https only.")))
