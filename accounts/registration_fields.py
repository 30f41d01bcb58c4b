"""The fields in which a form takes the number in the professional register, of whoever has the role it gives."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.registration import refused
from core.letters import written


class RegistrationFields(forms.Form):
    """Number and register, needed by a role that signs: said at once, with what else is wrong in the form."""

    registration_number = forms.CharField(
        label=_("Registration number"),
        max_length=40,
        required=False,
        help_text=_("As in the professional register. It is printed under signatures; a pathologist needs one."),
    )
    registration_body = forms.CharField(
        label=_("Register"),
        max_length=60,
        required=False,
        help_text=_("For example BIG, RIZIV/INAMI, RPPS, GMC or HOSP."),
    )
    needed_for_some: tuple[str, ...] = ("registration_number", "registration_body")  # so neither is called optional

    def clean(self) -> dict[str, Any]:
        """By the role that the form names."""
        given = [self.cleaned_data.get(name, "") for name in ("role", *self.needed_for_some)]
        role, number, register = given
        for name, words in refused(role, written(number), written(register)).items():
            if name not in self.errors:
                self.add_error(name, words)
        return super().clean() or {}
