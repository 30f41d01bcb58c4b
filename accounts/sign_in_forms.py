"""Parse what is typed about an organisation's single sign-on; the action decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.set_provider import NO_ISSUER, ProviderFields, why_secret
from accounts.models import IdentityProvider
from accounts.oidc.discovery import is_issuer
from accounts.proof_fields import FreshProof
from accounts.roles import JOIN_BY_SIGN_IN, Role

ROLES = [
    ("", _("Nothing: only whom we have invited comes in")),
    *((each, Role(each).label) for each in JOIN_BY_SIGN_IN),
]


def values_of(text: str) -> tuple[str, ...]:
    """Words, separated by spaces or lines, each once."""
    return tuple(dict.fromkeys(text.split()))


class ProviderForm(FreshProof):
    """Which provider, as whom we are known there, and what its word is worth."""

    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=255,
        widget=forms.URLInput({"autocomplete": "off"}),
        help_text=_("The address by which the provider names itself, letter by letter. It begins with https://."),
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=255, widget=forms.TextInput({"autocomplete": "off"}))
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=1_000,
        strip=True,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    new_role = forms.ChoiceField(
        label=_("Whoever comes for the first time becomes"),
        choices=ROLES,
        required=False,
        help_text=_(
            "Pathologists and administrators are always invited: their number in the register, and who they are, is "
            "confirmed by you."
        ),
    )
    factor_values = forms.CharField(
        label=_("Values that prove a second factor"),
        required=False,
        max_length=2_100,
        help_text=_(
            "Values of acr or amr, separated by spaces, that your provider sends only after a second factor, for "
            "example mfa. Without one of them we ask for our own second factor."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    needed_sometimes = (*FreshProof.needed_sometimes, "secret")

    def __init__(self, *args: Any, row: IdentityProvider | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row is None:
            return
        self.fields["secret"].help_text = _("Leave it empty to keep the one there is. It is never shown again.")
        for name in ("issuer", "client_id", "new_role", "version"):
            self.fields[name].initial = getattr(row, name)
        self.fields["factor_values"].initial = " ".join(row.factor_values)

    def clean_issuer(self) -> str:
        """Said before anything is asked there."""
        issuer: str = self.cleaned_data["issuer"]
        if not is_issuer(issuer):
            raise forms.ValidationError(NO_ISSUER)
        return issuer

    def clean(self) -> dict[str, Any]:
        """A missing secret is said with what else is missing."""
        given = self.cleaned_data
        issuer = given.get("issuer", self.row.issuer if self.row else "")
        if "secret" not in self.errors and (words := why_secret(self.row, issuer, given.get("secret", ""))):
            self.add_error("secret", words)
        return super().clean()

    def ask_for_secret_again(self) -> None:
        """Of a form that comes back: what was typed there does not, as with every password."""
        if self.data.get("secret") and "secret" not in self.errors:
            self.add_error("secret", _("Enter the client secret again: it is not sent back to the page."))

    def fields_given(self) -> ProviderFields:
        """For set_provider; of a form that is valid."""
        given = self.cleaned_data
        return ProviderFields(
            issuer=given["issuer"],
            client_id=given["client_id"],
            secret=given["secret"],
            new_role=given["new_role"],
            factor_values=values_of(given["factor_values"]),
        )
