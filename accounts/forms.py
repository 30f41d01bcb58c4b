"""Parse what people type about people; the actions decide."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from accounts.actions.remove_factors import KNOWN_BY, REASONS
from accounts.models import Organisation, User
from accounts.models.user import Theme
from accounts.proof_fields import FreshProof
from accounts.registration_fields import RegistrationFields
from accounts.roles import Role
from core.errors import Refusal
from core.web.fields import ChoiceCards, DateField

FROM_ACCEPTING = _("Until then the membership opens nothing. Leave it empty to begin when the invitation is accepted.")


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show what an action refused at the fields it names, or above the form where it names none of them."""
    for name, reason in refusal.fields.items():
        form.add_error(name if name in form.fields else None, reason)
    if not refusal.fields:
        form.add_error(None, refusal.message)


class InvitationForm(RegistrationFields, FreshProof):
    """Who is invited, as what, and in which language the mail is written."""

    title = forms.CharField(label=_("Title"), max_length=30, required=False, help_text=_("For example Dr or Prof."))
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(
        label=_("Role"), choices=[choice for choice in Role.choices if choice[0] != Role.OUTSIDE_EXPERT]
    )
    first_day = DateField(label=_("First day"), required=False, help_text=FROM_ACCEPTING)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    field_order = ("title", "given_name", "family_name", "email", "role", *RegistrationFields.needed_for_some)
    needed_sometimes = (*FreshProof.needed_sometimes, *RegistrationFields.needed_for_some)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = organisations  # type: ignore[attr-defined]  # a ModelChoiceField
        if len(organisations) == 1:
            field.widget = forms.HiddenInput()
            field.initial = organisations[0].pk


class FactorsForm(FreshProof):
    """Why somebody's second factors are removed."""

    reason = forms.ChoiceField(
        label=_("Why"), choices=REASONS, widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    known_by = forms.ChoiceField(
        label=_("How do you know that it is this person who asks?"),
        choices=KNOWN_BY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    field_order = ("reason", "known_by")


class AcceptForm(forms.Form):
    """The new person's password; nothing for those who have an account."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_account:
            del self.fields["password"]
        else:
            self.fields["password"].help_text = " ".join(password_validators_help_texts())


class PreferencesForm(forms.Form):
    """How a person wants to see the system."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=ChoiceCards(columns=3))
    single_key_shortcuts = forms.BooleanField(
        label=_("Use single-letter keys"),
        required=False,
        help_text=_("For example J and K to move through a list. Switch them off if you use speech input."),
    )

    @classmethod
    def of(cls, person: User, language: str) -> "PreferencesForm":
        """The form as it stands for this person; `language` is the one in use where none was chosen."""
        return cls(
            initial={
                "language": person.language if person.language in dict(settings.LANGUAGES) else language,
                "theme": person.theme,
                "single_key_shortcuts": person.single_key_shortcuts,
            }
        )
