"""Forms about a case: what it says, the versions that were on the screen, corrections, and the list's filters."""

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.access.lock import Seen
from cases.access.pages import Filters
from cases.access.view import CaseView
from cases.actions.fields import CaseFields
from cases.states import Status
from core import clock, terms
from core.errors import Invalid
from core.web.fields import DateField

LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("fr", _("French")), ("sv", _("Swedish"))]


class SeenForm(forms.Form):
    """The versions of case and patient that were on the screen; every clinical form carries them."""

    seen_case = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    seen_patient = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def seen(self) -> Seen:
        """The versions. Raises Invalid where the form does not carry them."""
        if not self.is_valid():
            raise Invalid(str(_("This form is not complete. Reload the page and try again.")))
        return Seen(self.cleaned_data["seen_case"], self.cleaned_data["seen_patient"])


def seen_of(view: CaseView) -> SeenForm:
    """The hidden fields for a page that shows this case."""
    return SeenForm(initial={"seen_case": view.identity_version, "seen_patient": view.patient_version})


class TextsForm(forms.Form):
    """What a case says without saying who or what it is."""

    organ_system = forms.ChoiceField(
        label=_("Organ system"), choices=lambda: [("", _("Choose one")), *terms.choices("organ_systems")]
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=lambda: terms.choices("priorities"), initial="routine")
    history = forms.CharField(
        label=_("Clinical details"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 5})
    )
    language = forms.ChoiceField(
        label=_("Language of the clinical details"),
        choices=LANGUAGES,
        initial=lambda: (get_language() or "en")[:2],
        help_text=_("The text is never translated."),
    )


class CaseForm(TextsForm):
    """A new case."""

    accession_number = forms.CharField(
        label=_("Accession number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    received_on = DateField(
        label=_("Received on"), required=False, help_text=_("Leave it empty when the material came in now.")
    )
    # field of the action -> field of the form
    called: ClassVar = {"received_at": "received_on"}
    field_order = ("accession_number", "received_on", "organ_system", "priority", "history", "language")

    def fields_in(self, zone: str) -> CaseFields:
        """What the action takes; a day of receipt is noon of that day in the laboratory's time zone."""
        data = self.cleaned_data
        at, here = clock.now(), ZoneInfo(zone)
        day = data["received_on"]
        came_today = day is None or day == at.astimezone(here).date()
        return CaseFields(
            accession_number=data["accession_number"],
            organ_system=data["organ_system"],
            priority=data["priority"],
            history=data["history"],
            language=data["language"],
            received_at=None if came_today else datetime.combine(day, time(12), here),
        )


class EditForm(TextsForm):
    """The texts of a case, with the version they were read in."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def fields_of(self, view: CaseView) -> CaseFields:
        """What the action takes; what is not in the form stays."""
        names = ("organ_system", "priority", "history", "language")
        return CaseFields(accession_number=view.accession_number, **{name: self.cleaned_data[name] for name in names})


def texts_of(view: CaseView) -> dict[str, Any]:
    """What the edit form shows of a case."""
    return {
        "organ_system": view.organ_system,
        "priority": view.priority,
        "history": view.history,
        "language": view.language,
        "version": view.case_version,
    }


class ReasonForm(forms.Form):
    """Why something is corrected."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("It becomes part of the record."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class NumberForm(ReasonForm):
    """The right accession number."""

    accession_number = forms.CharField(
        label=_("Accession number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    field_order = ("accession_number", "reason")


class FilterForm(forms.Form):
    """What narrows the list; codes only, so that its address says nothing about anybody."""

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=lambda: [("", _("Any status")), *Status.choices]
    )
    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=lambda: [("", _("Any priority")), *terms.choices("priorities")]
    )
    organ_system = forms.ChoiceField(
        label=_("Organ system"),
        required=False,
        choices=lambda: [("", _("Any organ system")), *terms.choices("organ_systems")],
    )

    def filters(self) -> Filters:
        """The filter; what is not one of the codes narrows nothing."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


class JumpForm(forms.Form):
    """An accession number to go to. It is posted: a number that leads to a person is kept out of addresses."""

    accession_number = forms.CharField(
        label=_("Accession number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
