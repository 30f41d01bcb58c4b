"""Forms of the requests room. They parse what a person typed; whether it may stand is the action's to say."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.access.lock import Seen
from consult.requests.actions.edit import TEXTS, Draft
from consult.requests.actions.send import WORKING_HOURS_A_DAY
from consult.requests.models import ConsultRequest
from consult.requests.models.request import Use
from core import terms
from core.errors import Invalid
from core.web.fields import ChoiceCards


class UUIDListField(forms.TypedMultipleChoiceField):
    """Several ids, of whatever: the action knows which are allowed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(coerce=UUID, empty_value=[], **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Any id; what is none is refused by the coercion."""
        return True


class SeenForm(forms.Form):
    """What was on the screen: the version of the request, of the case's identity and of the patient."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen_case = forms.IntegerField(widget=forms.HiddenInput)
    seen_patient = forms.IntegerField(widget=forms.HiddenInput)

    def seen(self) -> Seen:
        """For the action."""
        return Seen(self.cleaned_data["seen_case"], self.cleaned_data["seen_patient"])

    def version_on_screen(self, request: HttpRequest) -> int:
        """From If-Match (a script) or the hidden field. Raises Invalid where neither is there."""
        sent = request.headers.get("If-Match", "").strip('W/" ')
        found = int(sent) if sent.isdecimal() and len(sent) < 10 else self.cleaned_data.get("version")
        if found is None:
            raise Invalid(_("This page is incomplete. Reload it and try again."))
        return found

    def checked(self) -> dict[str, Any]:
        """The cleaned data, or Invalid with the sentence of each field."""
        if not self.is_valid():
            fields = {name: " ".join(map(str, errors)) for name, errors in self.errors.items()}
            raise Invalid(_("Some of what was sent cannot be used."), fields=fields)
        return self.cleaned_data

    def refuse(self, refusal: Invalid) -> None:
        """Put an action's refusal beside the fields it is about; what belongs to none goes on top."""
        self.full_clean()
        placed = False
        for name, message in refusal.fields.items():
            if name in self.fields and not self.fields[name].widget.is_hidden:
                if name not in self.errors:
                    self.add_error(name, message)
                placed = True
        if not placed:
            self.add_error(None, refusal.message)


class WritingForm(SeenForm):
    """A form whose text goes to the other laboratory. The box is shown in requests under a pseudonym."""

    texts_checked = forms.BooleanField(
        label=gettext_lazy(
            "I have looked: these words do not say who the patient is. The expert reads […] in their place."
        ),
        required=False,
    )
    field_order = ("text", "reason", "slides", "use", "use_note", "final_report_reference", "texts_checked")


class DraftForm(SeenForm):
    """The request form. Every field may be empty: a draft is saved as it is."""

    question = forms.CharField(
        label=gettext_lazy("What do you want to know?"),
        help_text=gettext_lazy("One sentence. The expert answers this first, before anything else."),
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": 300}),
    )
    working_diagnosis = forms.CharField(
        label=gettext_lazy("Working diagnosis"), required=False, widget=forms.TextInput({"maxlength": 300})
    )
    priority = forms.ChoiceField(label=gettext_lazy("How soon?"), required=False)
    urgency_reason = forms.CharField(
        label=gettext_lazy("Why is it urgent?"),
        required=False,
        widget=forms.TextInput({"maxlength": 200, "class": "cs-w-l"}),
    )
    slides = UUIDListField(label=gettext_lazy("Slides to share"), required=False)
    shares_first_report = forms.BooleanField(
        label=gettext_lazy("Share our own report, so that the expert can read it"), required=False
    )
    is_pseudonymised = forms.BooleanField(
        label=gettext_lazy("Send under a pseudonym: sex and year of birth only"),
        help_text=gettext_lazy("No name, no number, no dates. Your own report names the patient and stays with you."),
        required=False,
    )
    expert = forms.UUIDField(label=gettext_lazy("Expert"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, terms.label("priorities", code)) for code in PRIORITIES]
        widget = ChoiceCards(help={code: target_text(code) for code in PRIORITIES}, columns=3)
        self.fields["priority"] = forms.ChoiceField(label=_("How soon?"), choices=choices, widget=widget)
        self.fields["priority"].required = False

    @staticmethod
    def initial_of(request: ConsultRequest, slides: Collection[UUID]) -> dict[str, Any]:
        """What the stored draft holds."""
        return {name: getattr(request, name) for name in TEXTS} | {
            "slides": [str(slide) for slide in slides],
            "expert": request.expert_id,
        }

    def draft(self) -> Draft:
        """For the action. The form shows everything, so what is not in it was taken out."""
        data = self.cleaned_data
        return Draft(
            question=data["question"],
            working_diagnosis=data["working_diagnosis"],
            priority=data["priority"] or None,
            urgency_reason=data["urgency_reason"],
            shares_first_report=data["shares_first_report"],
            is_pseudonymised=data["is_pseudonymised"],
            expert=data["expert"],
            clears_expert=data["expert"] is None,
            slides=data["slides"],
        )


PRIORITIES = ("routine", "urgent", "same_day", "pathway", "deferred", "frozen")


def target_text(priority: str) -> str:
    """When the answer is due with this priority, in words; an urgent one asks for the reason."""
    facts = terms.item("priorities", priority).facts
    hours = float(facts["target_hours"])
    if facts["clock"] == "working":
        days = round(hours / WORKING_HOURS_A_DAY)
        return ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    if hours < 1:
        return _("%(minutes)d minutes") % {"minutes": round(hours * 60)}
    if priority == "urgent":
        return _("%(hours)d hours, say why") % {"hours": hours}
    return _("%(hours)d hours") % {"hours": hours}


class AcceptForm(SeenForm):
    accession_number = forms.CharField(
        label=gettext_lazy("Your laboratory's accession number"),
        help_text=gettext_lazy("It may follow later; nothing can be signed without it."),
        required=False,
        max_length=40,
        widget=forms.TextInput({"class": "cs-w-m", "autocomplete": "off"}),
    )


class NumberForm(SeenForm):
    accession_number = forms.CharField(
        label=gettext_lazy("Your laboratory's accession number"),
        error_messages={
            "required": gettext_lazy("Enter your laboratory's accession number, at most 40 characters."),
        },
        widget=forms.TextInput({"class": "cs-w-m", "autocomplete": "off", "maxlength": 40}),
    )


class DeclineForm(SeenForm):
    reason = forms.ChoiceField(label=gettext_lazy("Why do you decline?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("What should the requester know?"),
        help_text=gettext_lazy("For example whom to ask instead."),
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=self.fields["reason"].label,
            widget=forms.RadioSelect,
            choices=terms.choices("decline_reasons"),
            error_messages={"required": _("Choose a reason.")},
        )


class AskForm(SeenForm):
    """One of the two is needed, as the dialog says."""

    needed_sometimes = ("text", "codes")

    text = forms.CharField(
        label=gettext_lazy("What do you need to know?"),
        help_text=gettext_lazy("The clock stands still until the answer comes."),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("What is missing?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"] = forms.MultipleChoiceField(
            label=self.fields["codes"].label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=terms.choices("information_requests"),
        )


class ReplyForm(WritingForm):
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )


class WithdrawForm(WritingForm):
    reason = forms.CharField(
        label=gettext_lazy("Why do you withdraw it?"),
        help_text=gettext_lazy("The expert reads this."),
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )


class ReasonForm(forms.Form):
    """The reason alone, for the admin site."""

    reason = WithdrawForm.base_fields["reason"]


class AddSlidesForm(WritingForm):
    """`slides` are the slides of the case that are not shared yet, as (id, words)."""

    needed_sometimes = ("slides",)

    slides = UUIDListField(label=gettext_lazy("Slides to add"), required=False)

    def __init__(self, *args: Any, slides: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nothing_to_add = not slides
        self.fields["slides"].choices = list(slides)  # type: ignore[attr-defined]  # a choice field


class CloseForm(WritingForm):
    needed_sometimes = ("use_note",)

    use = forms.ChoiceField(
        label=gettext_lazy("What became of the opinion?"),
        choices=Use.choices,
        widget=ChoiceCards(columns=3),
        error_messages={"required": gettext_lazy("Say whether the opinion was adopted.")},
    )
    use_note = forms.CharField(
        label=gettext_lazy("What was not adopted, and why?"),
        help_text=gettext_lazy("Needed unless all of it was adopted."),
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": 500}),
    )
    final_report_reference = forms.CharField(
        label=gettext_lazy("Reference of your own final report"),
        required=False,
        widget=forms.TextInput({"maxlength": 60, "class": "cs-w-m"}),
    )
