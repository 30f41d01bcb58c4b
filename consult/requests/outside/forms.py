"""Parse what people type about outside experts; the actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.proof_fields import FreshProof
from accounts.reauthentication import FIELDS
from consult.requests.models.outside_expert import Verified
from consult.requests.outside.actions import Who
from core.web.fields import ChoiceCards


class WhoForm(forms.Form):
    """Who is proposed."""

    title = forms.CharField(label=_("Title"), max_length=30, required=False, help_text=_("For example Dr or Prof."))
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(label=_("E-mail at work"))
    works_at = forms.CharField(label=_("Hospital or laboratory"), max_length=200)
    country = forms.ChoiceField(label=_("Country"))
    registration_number = forms.CharField(
        label=_("Registration number"), max_length=40, help_text=_("It is printed under the signature.")
    )
    registration_body = forms.CharField(
        label=_("Register"), max_length=60, help_text=_("For example BIG, RIZIV/INAMI, RPPS, GMC or HOSP.")
    )
    reason = forms.CharField(
        label=_("Why this person?"),
        max_length=300,
        help_text=_("Your administrator reads this."),
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=[("", ""), *places.countries()])

    def who(self) -> Who:
        """For the action."""
        return Who(**self.cleaned_data)


class VersionForm(forms.Form):
    """The version that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in FIELDS}


class ConfirmForm(FreshProof, VersionForm):
    """How the identity was verified, and a fresh proof of who confirms: it lets somebody in."""

    verified = forms.ChoiceField(
        label=_("How do you know who it is?"), choices=Verified.choices, widget=ChoiceCards(columns=3)
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300, widget=forms.Textarea({"rows": 2}))


class ReasonForm(VersionForm):
    """And why."""

    reason = forms.CharField(label=_("Why?"), widget=forms.Textarea({"rows": 2}))
