"""Signing in: allauth's pages, with the status that a limit has (429) and how long to wait."""

from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor
from django.http import HttpResponse

WAIT = 300  # seconds: as long as allauth's limit on failures for one account
HELD_BACK = "too_many_login_attempts"


class LoginView(views.LoginView):  # type: ignore[misc]  # allauth has no types
    """E-mail and password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page with what was wrong."""
        return _answer(super().form_invalid(form), form)


class AuthenticateView(factor.AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """The second step."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page with what was wrong."""
        return _answer(super().form_invalid(form), form)


def _answer(answer: HttpResponse, form: Any) -> HttpResponse:
    """429 where it is a limit that refuses."""
    if any(error.code == HELD_BACK for errors in form.errors.as_data().values() for error in errors):
        answer.status_code = 429
        answer["Retry-After"] = str(WAIT)
    return answer


login = LoginView.as_view()
authenticate = AuthenticateView.as_view()
