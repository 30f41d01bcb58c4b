"""The forms of emergency access: which case and why, and the review."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.models.organisation import Kind
from accounts.proof_fields import ProofFields
from cases.emergency.actions.open import LONGEST_NOTE, why_no_note
from cases.emergency.finding import Wanted
from cases.emergency.states import Outcome
from cases.models import Case
from cases.numbers import OWN_SYSTEM, number_key
from core import terms
from core.web.dates import clinical_date
from core.web.fields import DateField


class WhyForm(ProofFields):
    """Why it cannot wait, and proof that it is the person who signed in."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [("", _("Choose one")), *terms.choices("break_glass_reasons")],
    )
    note = forms.CharField(
        label=_("Why it cannot wait"),
        max_length=LONGEST_NOTE,
        help_text=_("In your own words. The laboratory that owns the case reads it."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.takes_proof(person)

    def clean_note(self) -> str:
        """Said before the proof is asked for, which would have to be given again."""
        note: str = self.cleaned_data["note"]
        if wrong := why_no_note(note):
            raise forms.ValidationError(wrong)
        return note


class LinkForm(WhyForm):
    """For somebody who has the address of the case."""

    case = forms.UUIDField(widget=forms.HiddenInput)

    def wanted(self) -> Wanted:
        """What is looked for. Call after is_valid."""
        return Wanted(case=self.cleaned_data["case"])


class FindForm(WhyForm):
    """For somebody who has a number: of the case, or of the patient. `case` is offered where several fit."""

    BY: ClassVar = [("number", _("Accession number")), ("patient", _("A number of the patient"))]
    needed_sometimes = (*ProofFields.needed_sometimes, "organisation", "accession_number", "system", "value")

    by = forms.ChoiceField(label=_("What do you have?"), choices=BY, widget=forms.RadioSelect, initial="number")
    organisation = forms.ModelChoiceField(
        label=_("Laboratory"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Choose one"),
        help_text=_("The laboratory that examined the case. It may be left out with a national number."),
    )
    accession_number = forms.CharField(
        label=_("Accession number"),
        max_length=40,
        required=False,
        help_text=_("The whole number, as on the report."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    system = forms.CharField(
        label=_("Who gave the number"),
        max_length=60,
        required=False,
        help_text=_("As pages show it, for example NHS, BSN or personnummer. LOCAL is a laboratory's own number."),
        widget=forms.TextInput({"autocomplete": "off", "list": "number-systems"}),
    )
    value = forms.CharField(
        label=_("Number of the patient"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    field_order = ("by", "organisation", "accession_number", "system", "value", "reason", "note", "password")

    def __init__(self, *args: Any, cases: list[Case] | None = None, **kwargs: Any) -> None:
        """`cases` are those to choose from, told apart by laboratory and day alone."""
        super().__init__(*args, **kwargs)
        labs = Organisation.objects.filter(is_active=True, kind=Kind.LAB).order_by("name")
        self.fields["organisation"].queryset = labs  # type: ignore[attr-defined]  # a field with a queryset
        if cases or self.data.get("case"):
            choices = [
                (str(case.pk), f"{case.organisation.name}, {clinical_date(case.received_at)}") for case in cases or ()
            ]
            self.fields["case"] = forms.UUIDField(
                label=_("Which case?"),
                required=False,
                help_text=_(
                    "Their laboratories read that you were shown them, and are told if you open none within an hour."
                ),
                widget=forms.RadioSelect(choices=choices),
            )
            self.order_fields(["case"])

    def clean(self) -> dict[str, Any]:
        """What the way needs."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("by") == "number":
            if not data.get("organisation"):
                self.add_error("organisation", _("Choose the laboratory."))
            if not data.get("accession_number"):
                self.add_error("accession_number", _("Enter the accession number."))
        elif data.get("by") == "patient":
            if not data.get("system"):
                self.add_error("system", _("Say who gave the number."))
            if not data.get("value"):
                self.add_error("value", _("Enter the number."))
            if number_key(data.get("system") or "") == OWN_SYSTEM and not data.get("organisation"):
                self.add_error("organisation", _("Choose the laboratory that gave this number."))
        return data

    def wanted(self) -> Wanted:
        """What is looked for. Call after is_valid."""
        data = self.cleaned_data
        organisation = data["organisation"].pk if data.get("organisation") else None
        if data["by"] == "number":
            return Wanted(organisation=organisation, accession_number=data["accession_number"])
        return Wanted(case=data.get("case"), organisation=organisation, system=data["system"], value=data["value"])


class LetterForm(forms.Form):
    """When the letter to the patient was sent, and the version that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    sent_on = DateField(label=_("On which day was it sent?"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="letter_%s")  # the review's form may stand on the same page


class ReviewForm(forms.Form):
    """What the review found, and the version that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Was it justified?"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What you found"),
        max_length=500,
        help_text=_("It becomes part of the record. The person who opened the case reads it."),
        widget=forms.Textarea({"rows": 3}),
    )
