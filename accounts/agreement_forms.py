"""Parse what people type about agreements; the actions decide."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actions.agreement import AgreementFields
from accounts.models import Organisation
from accounts.models.agreement import Identity, Work
from accounts.proof_fields import FreshProof
from accounts.reauthentication import FIELDS
from core import terms
from core.web.fields import ChoiceCards, DateField

WE_SEND, THEY_SEND, BOTH = "we_send", "they_send", "both"
DIRECTIONS = (
    (WE_SEND, _("We send, they answer")),
    (THEY_SEND, _("They send, we answer")),
    (BOTH, _("In both directions")),
)


class ProposalForm(forms.Form):
    """What is proposed to whom, seen from the own organisation."""

    own = forms.ModelChoiceField(label=_("For"), queryset=Organisation.objects.none())
    partner = forms.ModelChoiceField(
        label=_("Agreement with"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose an organisation."),
        help_text=_("A network or group stands for all its laboratories."),
    )
    direction = forms.ChoiceField(label=_("Who sends cases?"), choices=DIRECTIONS, widget=ChoiceCards(columns=3))
    work = forms.MultipleChoiceField(
        label=_("What may be sent?"), choices=Work.choices, widget=forms.CheckboxSelectMultiple
    )
    organ_systems = forms.MultipleChoiceField(
        label=_("Subspecialties"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "cs-many"}),
        help_text=_("Choose none to agree on all of them."),
    )
    identity = forms.ChoiceField(
        label=_("How are patients sent?"),
        choices=Identity.choices,
        widget=ChoiceCards(
            help={
                Identity.IDENTIFIED: _("A pseudonym may still be chosen for each request."),
                Identity.PSEUDONYMISED: _("The name, numbers and the day of birth never leave the laboratory."),
            },
        ),
    )
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Leave it empty when no end is agreed."))
    reference = forms.CharField(
        label=_("Reference of the signed contract"),
        max_length=80,
        required=False,
        help_text=_("As in your own files. The contract itself stays there."),
    )

    def __init__(
        self, *args: Any, own: QuerySet[Organisation], partners: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own"].queryset = own  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["organ_systems"].choices = terms.choices("organ_systems")  # type: ignore[attr-defined]  # a choice field
        if len(own) == 1:
            self.fields["own"].widget = forms.HiddenInput()
            self.fields["own"].initial = own[0].pk
            self.fields["partner"].queryset = partners.exclude(pk=own[0].pk)  # type: ignore[attr-defined]

    def proposal(self) -> tuple[UUID, AgreementFields]:
        """On behalf of whom, and what the action takes."""
        data = self.cleaned_data
        own, partner = data["own"].pk, data["partner"].pk
        asking, answering = (partner, own) if data["direction"] == THEY_SEND else (own, partner)
        return own, AgreementFields(
            asking=asking,
            answering=answering,
            is_mutual=data["direction"] == BOTH,
            work=data["work"],
            organ_systems=data["organ_systems"],
            identity=data["identity"],
            first_day=data["first_day"],
            last_day=data["last_day"],
            reference=data["reference"],
        )


# field of the action -> field of the form
PLACED = {"asking": "partner", "answering": "partner"}


class VersionForm(forms.Form):
    """The agreement as it was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in FIELDS}


class AgreementConfirmForm(FreshProof, VersionForm):
    """Confirming opens cases to others: it takes a fresh proof and asks nothing more."""


class AgreementReasonForm(VersionForm):
    reason = forms.CharField(
        label=_("Why?"), help_text=_("The other organisation reads this."), widget=forms.Textarea({"rows": 2})
    )


class EndForm(AgreementReasonForm):
    last_day = DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty to end it now. What was sent under it goes on to its end."),
    )
