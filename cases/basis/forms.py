"""Parse what people type about the legal basis; the actions decide."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from cases.basis.actions.record import Said
from cases.basis.conditions import Conditions
from cases.basis.kinds import REACHES, Against, How, Kind, Need, Protection, Sharing, Told
from cases.forms.case import ReasonForm
from core import clock
from core.web.fields import DateField


class FactForm(forms.Form):
    """What is recorded. Which fields it has depends on the kind and on the rule."""

    ONE, ALL = "case", "patient"
    BY_WHOM: ClassVar = {
        Kind.INFORMED: _("Who told the patient?"),
        Kind.CLEARED: _("Who confirms that it may be shared?"),
    }

    concerns = forms.ChoiceField(
        label=_("What does it concern?"),
        choices=[(ONE, _("This case alone")), (ALL, _("Every case of this patient in our laboratory"))],
        widget=forms.RadioSelect,
        initial=ONE,
    )
    reach = forms.ChoiceField(label=_("Whom does it keep out?"), widget=forms.RadioSelect)
    organisations = forms.ModelMultipleChoiceField(
        label=_("Which organisations?"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("With those below them. Choose none to keep out every organisation but your own."),
        widget=forms.CheckboxSelectMultiple({"class": "cs-many"}),
    )
    on_day = DateField(label=_("On which day?"))
    by_whom = forms.CharField(
        label=_("Who heard it from the patient?"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    how = forms.ChoiceField(label=_("How?"), choices=How.choices, widget=forms.RadioSelect)
    first_day = DateField(label=_("First day"), required=False, help_text=_("Leave it empty for now."))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Leave it empty when it does not run out."))

    def __init__(
        self, data: Mapping[str, Any] | None, *, kind: Kind, conditions: Conditions, own: UUID, by_whom: str
    ) -> None:
        super().__init__(data, initial={"on_day": timezone.localdate(clock.now()), "by_whom": by_whom})
        self.kind = kind
        self.fields["by_whom"].label = self.BY_WHOM.get(kind, self.fields["by_whom"].label)
        if kind != Kind.BLOCK:
            for name in ("reach", "organisations", "first_day"):
                del self.fields[name]
        else:
            reaches = [(each.value, each.label) for each in REACHES if each in conditions.blocks]
            self.fields["reach"].choices = reaches  # type: ignore[attr-defined]  # a choice field
            others = Organisation.objects.partners().exclude(pk=own).order_by("name")
            self.fields["organisations"].queryset = others  # type: ignore[attr-defined]  # a field with a queryset
        if kind != Kind.CONSENT:
            del self.fields["last_day"]

    def said(self) -> Said:
        """What the action takes. Call after is_valid."""
        data = self.cleaned_data
        return Said(
            kind=self.kind,
            on_day=data["on_day"],
            by_whom=data["by_whom"],
            how=data["how"],
            all_cases=data["concerns"] == self.ALL,
            reach=data.get("reach", ""),
            organisations=[each.pk for each in data.get("organisations", ())],
            first_day=data.get("first_day"),
            last_day=data.get("last_day"),
        )


class EndForm(ReasonForm):
    """Why it is ended, and the version that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class KnownForm(forms.Form):
    """The rule that was on the screen; empty where there was none."""

    known = forms.UUIDField(required=False, widget=forms.HiddenInput)


class DropForm(ReasonForm):
    """Why the own rule is dropped, and the one that was on the screen."""

    known = forms.UUIDField(widget=forms.HiddenInput)


class RuleForm(KnownForm):
    """A rule of the own organisation, with where it comes from and why it is stated."""

    blocks = forms.MultipleChoiceField(
        label=_("Blocks that a patient may ask for"),
        choices=[(each.value, each.label) for each in REACHES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    protection = forms.ChoiceField(
        label=_("With a protected identity"), choices=Protection.choices, widget=forms.RadioSelect
    )
    overrides = forms.MultipleChoiceField(
        label=_("What emergency access overrides"),
        choices=Against.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    told = forms.MultipleChoiceField(
        label=_("Who is told of an emergency access"), choices=Told.choices, widget=forms.CheckboxSelectMultiple
    )
    as_of = DateField(label=_("As of which day?"))
    source = forms.CharField(
        label=_("Source"), max_length=500, help_text=_("Law and article, or your own policy and its version.")
    )
    reason = forms.CharField(label=_("Why?"), max_length=500, widget=forms.Textarea({"rows": 2}))

    # Nothing ticked is an answer too: it asks for nothing, knows no block, overrides nothing.
    needed_sometimes = ("blocks", "overrides", *(f"needs_{each.value}" for each in Sharing))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [(each.value, each.label) for each in (Need.INFORMED, Need.CONSENT)]
        for each in Sharing:
            field = forms.MultipleChoiceField(
                label=each.label, choices=asked, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"needs_{each.value}"] = field
        self.order_fields([f"needs_{each.value}" for each in Sharing])

    def needs(self) -> list[forms.BoundField]:
        """What is asked for by kind of sharing, for the page."""
        return [self[f"needs_{each.value}"] for each in Sharing]

    def others(self) -> list[forms.BoundField]:
        """The rest of what people see."""
        return [each for each in self.visible_fields() if not each.name.startswith("needs_")]

    @staticmethod
    def initial_of(conditions: Conditions) -> dict[str, Any]:
        """What the form shows of the rule that holds now."""
        stored = conditions.stored()
        needs = {f"needs_{name}": codes for name, codes in stored.pop("needs").items()}
        return stored | needs

    def conditions(self) -> Conditions:
        """What the action takes. Call after is_valid."""
        data = self.cleaned_data
        needs = {each.value: data[f"needs_{each.value}"] for each in Sharing}
        return Conditions.of({"needs": needs, **{k: data[k] for k in ("blocks", "protection", "overrides", "told")}})
