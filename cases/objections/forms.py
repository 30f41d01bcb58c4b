"""The forms of an objection."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.case import ReasonForm
from cases.objections.models import LONGEST_NOTE, StatedBy
from core.web.fields import DateField


class ObjectionForm(forms.Form):
    """Who told the laboratory, when, and in which words."""

    stated_by = forms.ChoiceField(label=_("Who told you?"), choices=StatedBy.choices, widget=forms.RadioSelect)
    stated_on = DateField(label=_("On which day?"), required=False, help_text=_("Leave it empty for today."))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("What the patient said, if it matters. Your laboratory reads it, and nobody else."),
        widget=forms.Textarea({"rows": 2}),
    )


class LiftForm(ReasonForm):
    """Why it is lifted, and the version that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
