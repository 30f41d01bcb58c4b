"""The forms of the desk: which patient, which entries of the audit, why they are taken out, in which language."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.proof_fields import FreshProof
from consult.desk.audit_search import REASONS, Search
from core.audit import names
from core.audit.models import Outcome

LANGUAGES = [("en-gb", _("English")), ("nl", _("Dutch")), ("fr", _("French")), ("sv", _("Swedish"))]


class Day(forms.DateField):
    """A day, by the browser's own calendar."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)


class DaysForm(forms.Form):
    """From a day to a day, neither of them needed."""

    since = Day(label=_("From"), required=False)
    until = Day(label=_("To"), required=False)

    def clean_until(self) -> date | None:
        """Not before the first day."""
        until: date | None = self.cleaned_data["until"]
        if wrong := Search.wrong_days(self.cleaned_data.get("since"), until):
            raise forms.ValidationError(wrong)
        return until


class OwnForm(DaysForm):
    """What narrows the own trail."""

    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=lambda: [("", _("Any")), *Outcome.choices])

    def search(self) -> Search:
        """What is right of it; what is wrong stands beside its field."""
        self.is_valid()
        return Search(**{name: value for name, value in self.cleaned_data.items() if value})


class FindForm(forms.Form):
    """A whole number of a patient or a case. Sent by POST, so that it stands in no address."""

    number = forms.CharField(
        label=_("Patient number or accession number"),
        max_length=60,
        help_text=_("The whole number, however it is spelled."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class SearchForm(DaysForm):
    """What narrows the audit. Case and patient are keys that another page has put in; what is typed for a person may be
    anybody's name, so it is sent by POST and stands in no address.
    """

    field_order = ("person", "action", "outcome", "organisation", "since", "until")
    person = forms.CharField(
        label=_("Person"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )
    action = forms.ChoiceField(label=_("What"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    case = forms.UUIDField(required=False, widget=forms.HiddenInput)
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labs = Organisation.objects.partners().values_list("pk", "short_name")
        actions = sorted(((code, str(words)) for code, words in names.all_names().items()), key=lambda each: each[1])
        _offer(self.fields["action"], lambda: actions)
        _offer(self.fields["outcome"], lambda: Outcome.choices)
        _offer(self.fields["organisation"], lambda: [(str(pk), words) for pk, words in labs])

    def search(self) -> Search:
        """What is right of it; what is wrong stands beside its field."""
        self.is_valid()
        data = {name: value for name, value in self.cleaned_data.items() if value and name in SearchForm.base_fields}
        if lab := data.get("organisation"):
            data["organisation"] = UUID(lab)
        return Search(**data)


def _offer(field: forms.Field, choices: Callable[[], Iterable[tuple[str, Any]]]) -> None:
    """Read when they are shown or checked: a form whose fields stay hidden reads none."""
    if isinstance(field, forms.ChoiceField):
        field.choices = lambda: [("", _("Any")), *choices()]


class ExportForm(FreshProof, SearchForm):
    """The same, with the reason for taking it out, and a fresh proof: a file goes where no rule of ours follows."""

    reason = forms.ChoiceField(
        label=_("Why is it taken out?"), choices=lambda: [("", _("Choose one")), *REASONS.items()]
    )


class PrintForm(forms.Form):
    """How the list for the patient is made, and for whom."""

    FOR_PATIENT, FOR_SUPERVISION = "patient", "supervision"

    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, initial=lambda: _own_language(get_language() or settings.LANGUAGE_CODE)
    )
    purpose = forms.ChoiceField(
        label=_("For whom is it?"),
        choices=[(FOR_PATIENT, _("The patient, who asked for it")), (FOR_SUPERVISION, _("Our own supervision"))],
        widget=forms.RadioSelect,
    )
    case = forms.UUIDField(required=False, widget=forms.HiddenInput)


def _own_language(code: str) -> str:
    return next((each for each, _words in LANGUAGES if each[:2] == code[:2]), LANGUAGES[0][0])
