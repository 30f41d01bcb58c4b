"""Proving here and now, for one act, that it is the person who signed in: what a signature asks for."""

from allauth.core import ratelimit
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import ReauthenticationNeeded, Refusal

PASSWORD = "password"  # noqa: S105 - the name of the method, not a password


class TooManyAttempts(Refusal):
    """Passwords were tried faster than a person types (429)."""

    status = 429
    code = "too-many-attempts"


class WrongPassword(ReauthenticationNeeded):
    """The password is not this person's (401)."""

    code = "wrong-password"


def by_password(request: HttpRequest, password: str) -> str:
    """Check the password of the person signed in; the method's name for the record.

    A proof holds for one act and leaves nothing in the session, unlike allauth's reauthentication, which holds for
    minutes. Its rate limit is allauth's, ten a minute for each person. Raises WrongPassword or TooManyAttempts.
    """
    user = request.user
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise TooManyAttempts(_("Too many attempts. Wait a minute, then try again."))
    # User.check_password would renew an outdated hash, and with it end the session in the middle of a signature.
    if not isinstance(user, User) or not check_password(password, user.password):
        raise WrongPassword(_("This is not your password."))
    return PASSWORD
