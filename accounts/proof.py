"""Proof of who sits at the keyboard, asked for again before something that binds: signing, breaking the glass."""

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, reauthenticate_by_password
from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, ReauthenticationNeeded

PASSWORD = "password"  # noqa: S105 - the name of a method


def recent_proof(request: HttpRequest) -> str:
    """The method ("password") if this session proved it within the last minutes, else ''."""
    return PASSWORD if did_recently_reauthenticate(request) else ""


def prove_by_password(request: HttpRequest, password: str) -> str:
    """Check the signed-in person's password and remember the proof in the session; the method's name.

    Raises ReauthenticationNeeded for nobody or after too many attempts, and Invalid for a wrong password.
    """
    user = request.user
    if not isinstance(user, User):
        raise ReauthenticationNeeded(_("You are no longer signed in. Sign in again."))
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise ReauthenticationNeeded(_("Too many attempts. Wait a minute, then try again."))
    if not user.check_password(password):
        words = _("This is not your password.")
        raise Invalid(words, fields={"password": words})
    reauthenticate_by_password(request)
    return PASSWORD
