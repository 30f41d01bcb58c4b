"""The forms of the reports room. They parse; the actions decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.proof_fields import ProofFields
from cases.access.lock import Seen
from consult.reports.actions.edit import LONGEST, SECTIONS
from consult.reports.hooks import SignCheck
from core import terms


class SeenForm(forms.Form):
    """Carries which patient and which case were on the screen, so that nothing lands on another one."""

    seen_case = forms.IntegerField(widget=forms.HiddenInput)
    seen_patient = forms.IntegerField(widget=forms.HiddenInput)

    def seen(self) -> Seen:
        """For the action; of a form that is valid."""
        return Seen(case=self.cleaned_data["seen_case"], patient=self.cleaned_data["seen_patient"])


class OpinionForm(SeenForm):
    """The text of a draft. Everything may be empty: it saves itself while it is written."""

    answer = forms.CharField(label=_("Answer to the question"), required=False)
    diagnosis = forms.CharField(label=_("Diagnosis"), required=False)
    confidence = forms.ChoiceField(label=_("How sure are you?"), required=False, widget=forms.RadioSelect)
    microscopy = forms.CharField(label=_("Microscopy"), required=False)
    comment = forms.CharField(label=_("Comment"), required=False)
    recommendation = forms.CharField(label=_("Recommendation"), required=False)
    limits = forms.CharField(label=_("Limits of this opinion"), required=False)

    ROWS = {"answer": 3, "diagnosis": 2, "microscopy": 4, "comment": 3, "recommendation": 2, "limits": 2}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SECTIONS:
            field = self.fields[name]
            field.strip = False  # type: ignore[attr-defined]  # a CharField: the space that is being typed stays
            field.max_length = LONGEST  # type: ignore[attr-defined]  # told to the browser; the action decides
            field.widget = forms.Textarea({"rows": self.ROWS[name]})
        self.fields["confidence"].choices = terms.choices("confidence_levels")  # type: ignore[attr-defined]  # a ChoiceField

    def text(self) -> dict[str, str]:
        """What was sent of the sections and the confidence; what was not sent stays as it was."""
        return {name: self.cleaned_data[name] for name in (*SECTIONS, "confidence") if name in self.data}


class SignForm(SeenForm, ProofFields):
    """What a signature needs: what was shown, which warnings were confirmed, and that it is the person."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    shown_parts = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)
    confirmed = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, person: User | None = None, warnings: Sequence[SignCheck] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.takes_proof(person)
        self.fields["confirmed"].choices = [(each.code, each.message) for each in warnings]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def ticked(self) -> list[str]:
        """The warnings whose box is ticked on the page, whatever else is wrong with it."""
        return [str(code) for code in (self["confirmed"].value() or [])]


class ReceiveForm(SeenForm):
    """The laboratory's own report, typed over from its own system."""

    after_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    diagnosis = forms.CharField(
        label=_("Diagnosis"),
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Enter the diagnosis.")},
    )
    microscopy = forms.CharField(label=_("Microscopy"), required=False, widget=forms.Textarea({"rows": 6}))
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea({"rows": 3}))
    author = forms.CharField(
        label=_("Author"),
        required=False,
        max_length=200,
        help_text=_("The name printed on the report. Nothing is signed here: the signature is on the original."),
    )
    reason = forms.CharField(
        label=_("Why there is a newer version"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Say why there is a newer version.")},
    )

    def __init__(self, *args: Any, is_newer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_newer:
            del self.fields["reason"]
