"""Forms about a patient: names, birth date, sex and numbers; finding one by number."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.fields import IdentifierFields, PatientFields
from cases.forms.rows import RowForm, Rows, rows_of
from cases.patients import PatientView
from core import clock, terms
from core.web.dates import PartialDate
from core.web.fields import PartialDateField


def today() -> date:
    """Today by the system's clock."""
    return clock.now().date()


class FindPatientForm(forms.Form):
    """A number that somebody of the own register may have."""

    number = forms.CharField(
        label=_("Patient number"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )


class PatientForm(forms.Form):
    """Who the patient is."""

    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given names"), max_length=100, required=False)
    used_name = forms.CharField(
        label=_("Name used"),
        max_length=100,
        required=False,
        help_text=_("If the patient goes by another name than the given one."),
    )
    birth_family_name = forms.CharField(label=_("Family name at birth"), max_length=100, required=False)
    birth = PartialDateField(
        label=_("Date of birth"), required=False, not_after=today, help_text=_("Leave out what is not known.")
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=lambda: terms.choices("sexes"), initial="U")

    def fields_with(self, identifiers: Sequence[IdentifierFields]) -> PatientFields:
        """What the action takes. Call after is_valid."""
        data = self.cleaned_data
        birth: PartialDate | None = data["birth"]
        names = ("family_name", "given_name", "used_name", "birth_family_name", "sex")
        return PatientFields(
            **{name: data[name] for name in names},
            birth=(birth.year, birth.month, birth.day) if birth else None,
            identifiers=identifiers,
        )


class IdentifierForm(RowForm):
    """One patient number."""

    system = forms.CharField(label=_("System"), max_length=60, widget=forms.TextInput({"list": "number-systems"}))
    value = forms.CharField(label=_("Number"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))
    issuer = forms.CharField(label=_("Issued by"), max_length=120, required=False)
    verified = forms.BooleanField(label=_("Verified at the source"), required=False)


IdentifierRows = rows_of(IdentifierForm)


def identifiers(rows: Rows) -> list[IdentifierFields]:
    """The numbers of the filled rows. Call after is_valid."""
    names = ("system", "value", "issuer", "verified")
    return [IdentifierFields(**{name: row[name] for name in names}) for row in rows.filled()]


def initial_of(patient: PatientView) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the form and its rows show of a patient in the register."""
    year, month, day = patient.birth
    form = {
        "family_name": patient.name_family,
        "given_name": patient.name_given,
        "used_name": patient.name_used,
        "birth_family_name": patient.name_birth,
        "birth": PartialDate(year, month, day) if year else None,
        "sex": patient.sex,
    }
    rows = [
        {"system": each.system, "value": each.value, "issuer": each.issuer, "verified": each.verified}
        for each in patient.identifiers
    ]
    return form, rows
