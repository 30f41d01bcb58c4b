"""Proving that it is the person who signed in: for one act (`prove`), or within the last minutes (`is_fresh`).

A signature takes a proof of its own, which leaves nothing in the session. Granting access to others is content with a
proof of the last five minutes, of which signing in is one.
"""

import time
from collections.abc import Mapping

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import attempts, factors
from accounts.factor_forms import ReauthenticateWebAuthnForm
from accounts.identities import PROVIDER, proving_provider
from accounts.models import User
from core.actor import PROOF_FIELDS, Actor
from core.errors import ReauthenticationNeeded, Refusal

PASSWORD = "password"  # noqa: S105 - the name of the method, not a password
CODE = "totp"
PASSKEY = "webauthn"
FIELDS = PROOF_FIELDS
PROOFS = {"password", "mfa", PROVIDER}  # names of what proves something; the demo's one click is none
PROVED = "proved_at_provider"  # in the session's data: when and who, until it is used for one act
PROOF_LASTS = 300  # seconds


class TooManyAttempts(Refusal):
    """Proofs were tried faster than a person types (429)."""

    status = 429
    code = "too-many-attempts"


class WrongProof(ReauthenticationNeeded):
    """What was given does not prove it (401). `field` is the one that it stands at."""

    code = "wrong-proof"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class WrongPassword(WrongProof):
    """The password is not this person's, or there was none (401)."""

    code = "wrong-password"


def prove(request: HttpRequest, given: Mapping[str, str], *, person: User | None = None) -> str:
    """The method by which this proves that it is the person (who is signed in, or `person`): for the record.

    `given` holds one of: password; code, of the authenticator app, never a recovery code; credential, a passkey's
    answer as JSON to what accounts:proof asked; provider, anything, where the person has just proved it at their
    organisation's identity provider. A proof holds for one act and leaves nothing in the session. Its rate limit is
    allauth's, ten a minute for each person. Raises WrongProof or TooManyAttempts.
    """
    user = person or request.user
    if not isinstance(user, User):
        raise WrongPassword(_("Sign in first."), "password")
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise TooManyAttempts(_("Too many attempts. Wait a minute, then try again."))
    if given.get("credential"):
        form = ReauthenticateWebAuthnForm(user=user, data={"credential": given["credential"]})
        if form.is_valid():
            form.cleaned_data["credential"].record_usage()
            return PASSKEY
        raise WrongProof(_("This passkey was not accepted. Try again, or use another way."), "credential")
    if given.get("code"):
        if factors.is_right(user, given["code"]):
            return CODE
        attempts.failed(user, _who(request, user))
        raise WrongProof(_("This code is not right, or it is no longer valid. Wait for the next one."), "code")
    if given.get("provider") and not given.get("password"):
        if _spend(request, user):
            return PROVIDER
        raise WrongProof(_("Show it at your organisation first, by the link above; then go on here."), "provider")
    if not is_password(request, user, given.get("password", "")):
        raise WrongPassword(_("This is not your password."), "password")
    return PASSWORD


def is_password(request: HttpRequest, user: User, password: str) -> bool:
    """Whether this is the person's password; a wrong one counts as an attempt to be them."""
    # User.check_password would renew an outdated hash, and with it end the session in the middle of a signature.
    if check_password(password, user.password):
        return True
    attempts.failed(user, _who(request, user))
    return False


def ways(person: User) -> list[str]:
    """By what this person can prove who they are: password, and what they have set up. One query.

    Without a password here it is proved at the identity provider: three queries more.
    """
    kinds = factors.kinds_of(person)
    first = PASSWORD if person.has_usable_password() else PROVIDER if proving_provider(person) else ""
    return [each for each in (first, *(each for each in (CODE, PASSKEY) if each in kinds)) if each] or [PASSWORD]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are in this session within ACCOUNT_REAUTHENTICATION_TIMEOUT."""
    user = request.user
    if not isinstance(user, User):
        return False
    records = get_authentication_records(request, user)
    last = max((each["at"] for each in records if each.get("method") in PROOFS), default=0.0)
    return bool(time.time() - last < app_settings.REAUTHENTICATION_TIMEOUT)


def proved_at_provider(request: HttpRequest, person: User) -> None:
    """Remember for one act that the person has just proved it there; for granting it counts as a fresh proof."""
    request.session[PROVED] = {"at": time.time(), "person": str(person.pk)}
    if request.user == person:
        freshen(request, PROVIDER)


def _spend(request: HttpRequest, person: User) -> bool:
    """Use such a proof up; False where there is none that counts."""
    kept = request.session.pop(PROVED, None) or {}
    return kept.get("person") == str(person.pk) and time.time() - float(kept.get("at", 0)) < PROOF_LASTS


def freshen(request: HttpRequest, method: str) -> None:
    """Remember in the session that the person has just proved who they are."""
    if method == PASSWORD:
        record_authentication(request, request.user, "password", reauthenticated=True)
    elif method == PROVIDER:
        record_authentication(request, request.user, PROVIDER, again=True)
    else:
        record_authentication(request, request.user, "mfa", type=method, reauthenticated=True)


def _who(request: HttpRequest, user: User) -> Actor:
    """Who tried: whoever is signed in; at a session that is idle or half open, nobody yet."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor or attempts.by_nobody(request, user)
