"""Parse what is typed about tokens of machines; the actions decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.proof_fields import FreshProof
from accounts.scopes import Scope

DAYS = [(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("365 days"))]


class TokenForm(FreshProof):
    """Which machine, what for, what it may, from where and for how long."""

    name = forms.CharField(
        label=_("Name of the machine"),
        max_length=60,
        help_text=_("What it does is recorded under this name, for example “Laboratory system”."),
    )
    purpose = forms.CharField(label=_("What it is for"), max_length=200)
    scopes = forms.MultipleChoiceField(
        label=_("What it may"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.CASES_READ],
        error_messages={"required": _("Choose at least one.")},
    )
    network = forms.CharField(
        label=_("Only from the network"),
        max_length=43,
        required=False,
        help_text=_("For example 192.0.2.0/24, or one address. Without it the token opens the door from anywhere."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=90)


class WithdrawForm(FreshProof):
    """Nothing but the proof of who one is."""
