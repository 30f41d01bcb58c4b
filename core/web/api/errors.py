"""Every API error as problem+json that says what to do."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions

from core.errors import Forbidden, Hidden, Invalid, ReauthenticationNeeded, Refusal
from core.web.refusals import audit_denial, problem_response


def handle(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: refusals, DRF's own errors and 404 as problem+json; None (a 500) for the rest."""
    refusal = _refusal(exception)
    if refusal is None:
        return None
    request: HttpRequest = context["request"]._request
    audit_denial(request, refusal)
    response = problem_response(refusal)
    if refusal.status == 401 and "Authorization" in request.headers:
        response["WWW-Authenticate"] = 'Bearer realm="api", error="invalid_token"'  # RFC 6750, 3
    return response


def _refusal(exception: Exception) -> Refusal | None:
    if isinstance(exception, Refusal):
        return exception
    if isinstance(exception, Http404):
        return Hidden(_("There is nothing here that you may see."))
    if isinstance(exception, exceptions.ValidationError):
        fields = {name: " ".join(map(str, errors)) for name, errors in _as_fields(exception.detail).items()}
        return Invalid(_("Some of what you sent cannot be used."), fields=fields)
    if isinstance(exception, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return ReauthenticationNeeded(_("Sign in first."))
    if isinstance(exception, exceptions.PermissionDenied):
        return Forbidden(_("You may not do this."))
    if isinstance(exception, exceptions.APIException):
        refusal = Refusal(str(exception.detail))
        refusal.status = exception.status_code
        return refusal
    return None


def _as_fields(detail: Any) -> dict[str, list[Any]]:
    if isinstance(detail, dict):
        return {key: value if isinstance(value, list) else [value] for key, value in detail.items()}
    return {"non_field_errors": detail if isinstance(detail, list) else [detail]}
