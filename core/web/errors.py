"""The pages for what Django itself refuses or what broke: same look, same words, no data."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from core.errors import Forbidden, Hidden, Invalid, Refusal, TooMany
from core.web.refusals import problem_response, respond, wants_problem


class Broken(Refusal):
    """Something failed on our side."""

    status = 500
    code = "broken"


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429, from allauth's limits on signing in and on passwords."""
    return respond(request, TooMany(""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 where more was sent than is taken. In plain words where nobody knows yet who asks: an unknown host."""
    refusal = Invalid(_("This request could not be understood. Go back and try again."))
    refusal.status = 400
    if isinstance(exception, RequestDataTooBig):
        refusal = Invalid(_("This is too large to be taken. Send less at once."))
        refusal.status = 413
    if not hasattr(request, "user") and not wants_problem(request):
        return HttpResponse(refusal.message, status=refusal.status, content_type="text/plain; charset=utf-8")
    return respond(request, refusal)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return respond(request, Forbidden(_("You may not do this.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. The page has its own words; a program gets a sentence."""
    return respond(request, Hidden(_("There is nothing here that you may see.") if wants_problem(request) else ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is stale: says how to keep what was typed."""
    if wants_problem(request):
        message = _("You signed in or out since the page was opened, so this was not sent. Reload the page first.")
        return problem_response(Forbidden(message))
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with the request id that support asks for. Asks neither the database nor the person: both may be gone.

    503 where only Valkey is away: what counts attempts waits for it, as signing in does.
    """
    broken = Broken(_("Something went wrong on our side. Nothing you saved before is lost."))
    if isinstance(sys.exc_info()[1], RedisError):
        broken.status = 503
    if wants_problem(request):
        return problem_response(broken)
    return HttpResponse(render_to_string("errors/500.html"), status=broken.status)
