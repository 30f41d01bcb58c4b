"""allauth's forms of the second factor: our words, an error for whatever a stranger may send, codes that count once."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.factors import spend

# What reading a credential raises that is none. It comes from the browser, so it may be anything.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
LONGEST = 60
CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "maxlength": 20}


class _Code:
    """The field for a code in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]  # mixed into forms
        field.label, field.widget = self.label, forms.TextInput(CODE)

    label = _("Code")


class _Once(_Code):
    """A code of an authenticator app is used up by being right."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        """Raises ValidationError for a wrong code, and for one that was used."""
        code: str = super().clean_code()  # type: ignore[misc]  # mixed into forms
        is_totp = self.authenticator.type == Authenticator.Type.TOTP
        if is_totp and not spend(self.user, code):  # type: ignore[attr-defined]  # of the form
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, base.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second step of signing in."""

    label = _("Code from your authenticator app, or a recovery code")


class ReauthenticateForm(_Once, base.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A fresh proof."""

    label = _("Code from your authenticator app, or a recovery code")


class ActivateTOTPForm(_Code, totp.ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of a new authenticator app."""

    label = _("The six digits that the app shows")


class _Readable:
    """A credential that cannot be read is a wrong one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].label = _("Passkey")  # type: ignore[attr-defined]  # mixed into forms

    def clean_credential(self) -> Authenticator:
        """Raises ValidationError."""
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]  # mixed into forms
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found


class AuthenticateWebAuthnForm(_Readable, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]  # no types
    """The second step of signing in, by passkey."""


class LoginWebAuthnForm(_Readable, webauthn.LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Signing in by passkey alone."""


class ReauthenticateWebAuthnForm(_Readable, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # no types
    """A fresh proof by passkey."""


class _Named:
    """The name that the person gives a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["name"]  # type: ignore[attr-defined]  # mixed into forms
        field.label = _("Name")
        field.validators.append(MaxLengthValidator(LONGEST))
        field.widget.attrs["maxlength"] = LONGEST
        field.help_text = _("So that you know it again, for example the computer that it belongs to.")


class AddWebAuthnForm(_Named, webauthn.AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A new passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].label = _("Passkey")

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a credential that cannot be read."""
        try:
            found: dict[str, Any] = super().clean()
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found


class EditWebAuthnForm(_Named, webauthn.EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Another name for a passkey."""
