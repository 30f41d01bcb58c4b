"""The forms of an exclusion."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.exclusions.models import LONGEST_NOTE, Reason
from cases.exclusions.queries import Candidate
from cases.forms.case import ReasonForm


class KeepOutForm(forms.Form):
    """Whom, and why. The people are those whom the page offers; whoever chooses `me` is asked to confirm it."""

    person = forms.TypedChoiceField(label=_("Who?"), coerce=UUID)
    reason = forms.ChoiceField(label=_("Why?"), choices=Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Needed for another reason. Only those who may record this read it."),
        widget=forms.Textarea({"rows": 2}),
    )

    oneself = forms.BooleanField(label=_("Yes, keep me out of this case"), required=False)

    def __init__(self, *args: Any, people: Iterable[Candidate], me: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("person") != str(me):
            del self.fields["oneself"]
        own: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for each in people:
            name = _("%(name)s (you)") % {"name": each.name} if each.id == me else each.name
            if each.organisation:
                others.append((str(each.id), f"{name}, {each.organisation}"))
            else:
                own.append((str(each.id), name))
        groups = [(_("Your laboratory"), own), (_("Sees it by a share"), others)]
        choices = [("", _("Choose one")), *(group for group in groups if group[1])]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]  # a field with choices


class LetInForm(ReasonForm):
    """Why they are let in again, and the version that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
