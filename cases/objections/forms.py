"""The forms of an objection."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.case import ReasonForm
from cases.objections.models import StatedBy


class ObjectionForm(forms.Form):
    """Who told the laboratory."""

    stated_by = forms.ChoiceField(label=_("Who told you?"), choices=StatedBy.choices, widget=forms.RadioSelect)


class LiftForm(ReasonForm):
    """Why it is lifted, and the version that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
