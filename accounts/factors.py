"""What allauth's second factors ask the project: names, words, secrets at rest, and the code that counts once."""

from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.agents import in_words
from accounts.at_rest import decrypted, encrypted
from accounts.models import User

NAME = "Consilium"
PURPOSE = b"accounts.second-factor"
REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one of these


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's second factors as this project wants them."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This is not right, or it is no longer valid. Try again with a new one."),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an authenticator app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        """The secret of an authenticator app as the database keeps it: a copy of the database makes no codes."""
        return encrypted(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises cryptography.fernet.InvalidToken where the key is neither SECRET_KEY nor one of its fallbacks."""
        return decrypted(encrypted_text, PURPOSE)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """By the computer that it is made at, which is where a person will look for it."""
        return in_words(self.request.headers.get("User-Agent", "")) or str(_("Passkey"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """For whom a passkey is: this address, under our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": NAME}


class FactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    """The second step of signing in, which is over where the identity provider has asked for a second factor."""

    def _should_handle(self, request: HttpRequest) -> bool:
        asked_there = (self.login.signal_kwargs or {}).get("factor_at_provider", False)
        return not asked_there and bool(super()._should_handle(request))


def kinds_of(person: User) -> set[str]:
    """Which kinds of authenticator the person has. One query."""
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def is_right(person: User, code: str) -> bool:
    """Whether this is the person's authenticator app's code of now. It counts once."""
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    return found is not None and found.wrap().validate_code(code) and spend(person, code)


def spend(person: User, code: str) -> bool:
    """Use up a code of an authenticator app; False where it was used before, at whichever door."""
    periods = 2 * settings.MFA_TOTP_TOLERANCE + 1
    digits = "".join(each for each in code if each.isdigit())
    return bool(cache.add(f"factor-spent:{person.pk}:{digits}", 1, timeout=30 * periods))
