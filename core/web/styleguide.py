"""The style guide: every component on one page, for looking at and for axe. Only where settings.DEBUG or DEMO."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.web.dates import PartialDate
from core.web.fields import ChoiceCards, DateField, PartialDateField
from core.web.templatetags.ui import STATUS_ICONS

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 13, 3, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of every kind."""

    question = forms.CharField(label="What do you want to know?", max_length=200, help_text="One sentence.")
    history = forms.CharField(label="Clinical details", required=False, widget=forms.Textarea({"rows": 2}))
    born = PartialDateField(
        label="Date of birth", help_text="Day and month may be left out.", required=False, not_after=lambda: TODAY
    )
    taken = DateField(label="Taken on", required=False)
    urgency = forms.ChoiceField(
        label="How soon?",
        choices=[("routine", "Routine"), ("urgent", "Urgent"), ("frozen", "Frozen section")],
        widget=ChoiceCards(help={"routine": "5 working days", "urgent": "48 hours, say why"}, columns=3),
    )
    block = forms.ChoiceField(label="Block", choices=[("", "Choose a block"), ("A1", "A1"), ("B1", "B1")])
    tell = forms.ChoiceField(
        label="Who is told?", choices=[("lab", "The laboratory"), ("me", "Only me")], widget=forms.RadioSelect
    )
    labels_seen = forms.BooleanField(label="I have looked at the label of every slide.")


def show(request: HttpRequest) -> HttpResponse:
    """Every component, with invented people; ?wrong=1 shows the form with its errors."""
    return render(request, "styleguide.html", sample_context(wrong="wrong" in request.GET))


def sample_context(*, wrong: bool) -> dict[str, object]:
    """What the style guide shows, the form with errors or without."""
    sample = {"question": "", "born_day": "31", "born_month": "2", "born_year": "1956", "urgency": "urgent"}
    patient = SimpleNamespace(
        name_family="Demo-Vermeer",
        name_given="Anna",
        name_birth="Demo-Bakker",
        sex_label=_("Female"),
        birth_text="05 Nov 1956",
        age_text="70",
        identifier_text="...782",
        accession_number="S26-11873",
        organisation_short="Sund",
        second_accession_number="C26-04410",
        second_organisation_short="Noordkust",
        is_pseudonymised=False,
    )
    hidden = SimpleNamespace(
        name_family="K7-3F2",
        sex_label=_("Female"),
        birth_text="1956",
        age_text="69 or 70",
        accession_number="C26-04410",
        organisation_short="Noordkust",
        is_pseudonymised=True,
    )
    return {
        "form": SampleForm(sample) if wrong else SampleForm(),
        "patient": patient,
        "hidden_patient": hidden,
        "now": NOW,
        "today": TODAY,
        "born": PartialDate(1956, 11),
        "statuses": list(STATUS_ICONS),
        "tabs": [
            {"label": "Mine", "url": "?", "active": True, "count": 14},
            {"label": "Unassigned, skin", "url": "?", "count": 4, "now": True},
            {"label": "Signed, 30 days", "url": "?", "count": 37},
        ],
        "answers": [
            {"label": "Question", "value": "Keratoacanthoma, or squamous cell carcinoma?", "url": "?"},
            {"label": "Working diagnosis", "value": "", "url": "?"},
        ],
        "events": [
            {"icon": "send", "title": "Sent", "detail": "The 48 h clock starts", "at": NOW, "state": "cur"},
            {"icon": "pen", "title": "Signed opinion", "detail": "At the latest on 26 Nov", "at": None},
        ],
    }
