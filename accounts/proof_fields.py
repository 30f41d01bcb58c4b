"""The fields in which a form takes a proof of who somebody is, with the templates' components/proof.html."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import reauthentication
from accounts.factor_forms import CODE
from accounts.identities import PROVIDER
from accounts.models import User
from accounts.reauthentication import FIELDS, TooManyAttempts, WrongProof

# method, field, words
WAYS = (
    (reauthentication.PASSKEY, "credential", _("Passkey")),
    (reauthentication.CODE, "code", _("Code")),
    (reauthentication.PASSWORD, "password", _("Password")),
    (PROVIDER, "provider", _("Organisation")),
)


class ProofFields(forms.Form):
    """One of four: the password, the authenticator app's code, a passkey, or what was proved at the organisation's
    identity provider. `ways` says which the person has.
    """

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code from your authenticator app"), required=False, max_length=20, widget=forms.TextInput(CODE)
    )
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    provider = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)

    needed_sometimes: tuple[str, ...] = ("password", "code")  # one of them is, so neither may be called optional
    ways: list[str] = []

    def takes_proof(self, person: User | None) -> None:
        """Offer what this person can prove it with; without a person there is no proof to give."""
        self.ways = reauthentication.ways(person) if person else []
        if not self.by_code:
            self.fields["code"].widget = forms.HiddenInput()

    @property
    def by_passkey(self) -> bool:
        """Whether a passkey is offered."""
        return reauthentication.PASSKEY in self.ways

    @property
    def by_code(self) -> bool:
        """Whether a code is offered."""
        return reauthentication.CODE in self.ways

    @property
    def by_password(self) -> bool:
        """Whether the password is."""
        return reauthentication.PASSWORD in self.ways

    @property
    def by_provider(self) -> bool:
        """Whether it is proved at the organisation."""
        return PROVIDER in self.ways

    def choices(self) -> list[dict[str, Any]]:
        """The ways with their words, the quickest first; chosen is the one that was refused, else the first."""
        offered = [(name, label) for way, name, label in WAYS if way in self.ways]
        refused = next((name for name, _label in offered if self.is_bound and name in self.errors), offered[0][0])
        return [{"name": name, "label": label, "is_chosen": name == refused} for name, label in offered]

    def clean(self) -> dict[str, Any]:
        """Something must have been given."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors.keys() & set(FIELDS) and not any(found.get(name) for name in FIELDS):
            self.add_error("password" if self.by_password else "provider", self.missing())
        return found

    @property
    def proof_fields(self) -> tuple[str, ...]:
        """The fields that components/proof.html shows; none where no proof is asked for."""
        return tuple(FIELDS) if self.ways else ()

    def own_fields(self) -> list[forms.BoundField]:
        """Those beside the proof."""
        return [self[name] for name in self.fields if name not in FIELDS]

    def missing(self) -> Any:
        """What to say to somebody who gave nothing."""
        if self.by_provider:
            return _("Show that it is you in one of these ways.")
        return _("Enter your password.") if self.ways == ["password"] else _("Enter your password or a code.")

    def proof(self) -> dict[str, str]:
        """For reauthentication.prove; of a form that is valid."""
        return {name: self.cleaned_data.get(name, "") for name in FIELDS}

    def refused(self, refusal: WrongProof | TooManyAttempts) -> None:
        """Say at its field why the proof was not taken."""
        self.add_error(refusal.field if isinstance(refusal, WrongProof) else "password", refusal.message)


class FreshProof(ProofFields):
    """For granting: asks for a proof only where the last one is older than five minutes, and remembers a new one."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.asks = not reauthentication.is_fresh(request)
        if self.asks:
            self.takes_proof(request.user if isinstance(request.user, User) else None)
            return
        for name in FIELDS:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The proof is looked at when nothing else is wrong, so that a code is not used up in vain."""
        if not self.asks:
            return forms.Form.clean(self) or {}
        found = super().clean()
        if not self.errors:
            try:
                reauthentication.freshen(self.request, reauthentication.prove(self.request, self.proof()))
            except (WrongProof, TooManyAttempts) as refusal:
                self.refused(refusal)
        return found
