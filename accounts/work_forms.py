"""Parse what people type about how they work; the actions decide."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.actions.work import MOST_A_WEEK, WorkFields, languages
from accounts.models import Membership
from core.web.fields import DateField

if TYPE_CHECKING:
    _ModelChoiceField = forms.ModelChoiceField[Membership]
else:
    _ModelChoiceField = forms.ModelChoiceField  # generic in the stubs only


class DeputyField(_ModelChoiceField):
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The printed name."""
        return str(obj.user.printed_name)


class WorkForm(forms.Form):
    """Languages, requests a week, and who stands in."""

    languages = forms.MultipleChoiceField(
        label=_("Languages in which consultations are taken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    weekly_capacity = forms.IntegerField(
        label=_("Requests a week"),
        required=False,
        min_value=0,
        max_value=MOST_A_WEEK,
        help_text=_("Who asks sees how many there are already. Leave it empty for no limit."),
        widget=forms.NumberInput({"class": "cs-w-s"}),
    )
    deputy = DeputyField(
        label=_("Deputy"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Sees what is waiting during an absence, and takes over open work when the membership ends."),
    )

    def __init__(self, *args: Any, deputies: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = [(code, places.language(code)) for code in languages()]  # type: ignore[attr-defined]  # a choice field
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]  # a ModelChoiceField

    @staticmethod
    def initial_of(membership: Membership) -> dict[str, Any]:
        """As it stands."""
        return {
            "languages": membership.languages,
            "weekly_capacity": membership.weekly_capacity,
            "deputy": membership.deputy_id,
        }

    def work(self) -> WorkFields:
        """For the action."""
        data = self.cleaned_data
        deputy = data["deputy"].pk if data["deputy"] else None
        return WorkFields(data["languages"], data["weekly_capacity"], deputy)


class AbsenceForm(forms.Form):
    """Whole days away."""

    first_day = DateField(label=_("First day away"))
    last_day = DateField(label=_("Last day away"))
