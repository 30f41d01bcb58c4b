"""allauth's forms in the project's own words: its catalogue mixes spellings and says nothing of how long to wait."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

WORDS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}


class _OwnWords:
    """Labels from WORDS, and no placeholder that repeats them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # mixed into forms
            field.label = WORDS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_OwnWords, forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Signing in."""


class ResetPasswordForm(_OwnWords, forms.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asking for the link."""


class ResetPasswordKeyForm(_OwnWords, forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """Behind the link."""


class ChangePasswordForm(_OwnWords, forms.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """By somebody who knows the old one."""


class SetPasswordForm(_OwnWords, forms.SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """By somebody who has none."""


class ReauthenticateForm(_OwnWords, forms.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A fresh proof by password."""
