"""What the tests of the second factor have in common: codes, people who have one, and a browser's passkey."""

import base64
import hashlib
import hmac
import struct
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import PASSWORD, Answer

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of no real account


def code(secret: str = SECRET, periods: int = 0) -> str:
    """RFC 6238's code of now, or of some periods of 30 s later."""
    counter = int(auth.time.time()) // 30 + periods
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def next_period() -> None:
    """30 s later, for the app and for whoever checks it: their clock stands while a test runs (tests/conftest.py)."""
    now = auth.time.time() + 30
    auth.time = SimpleNamespace(time=lambda: now)


def give_app(user: User) -> list[str]:
    """An authenticator app with SECRET; the recovery codes that come with it."""
    TOTP.activate(user, SECRET)
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def kinds(user: User) -> set[str]:
    """What the person has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def password_of(client: Client, user: User) -> Answer:
    """The first step of signing in."""
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def state(client: Client) -> str:
    """What the server thinks of the client's session."""
    return str(client.get(reverse("accounts:presence")).json()["state"])
