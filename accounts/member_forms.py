"""Parse what an administrator types about people of the laboratory and about the laboratory itself; the actions decide.

These forms are filled in from what stands there and carry its version, so that nobody's change is lost.
"""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.actions.organisation import MOST_MONTHS
from accounts.actions.work import languages
from accounts.models import Membership, Organisation, User
from accounts.models.organisation import StaffNames
from accounts.proof_fields import FreshProof
from accounts.reauthentication import FIELDS
from accounts.registration_fields import RegistrationFields
from accounts.roles import Role
from core import terms
from core.audit.seal.retire import LEAST_MONTHS
from core.web.dates import clinical_date
from core.web.fields import ChoiceCards, DateField


class SeenForm(forms.Form):
    """What all of them have: the version that they were filled in from, and both texts after a lost race."""

    version = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def typed(self) -> dict[str, Any]:
        """Without version and proof; of a form that is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", *FIELDS)}

    def differing(self, now: dict[str, Any]) -> list[dict[str, Any]]:
        """Label and text of what stands there now, where it is not what was typed; of a form that is valid."""
        others = [name for name, value in self.typed().items() if name in now and value != now[name]]
        return [{"label": self.fields[name].label, "text": self._in_words(name, now[name])} for name in others]

    def _in_words(self, name: str, value: Any) -> str:
        words = dict(getattr(self.fields[name], "choices", ()))
        if isinstance(value, list):
            return "; ".join(str(words.get(each, each)) for each in value)
        if isinstance(self.fields[name], DateField):
            return clinical_date(value) if value else ""
        return str(words.get(value, value))


class MembershipForm(SeenForm, RegistrationFields, FreshProof):
    """As what somebody works, until when, and in what they are an expert."""

    role = forms.ChoiceField(label=_("Role"))
    last_day = DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Access ends when this day has passed. Leave it empty where no end is known."),
    )
    organ_systems = forms.MultipleChoiceField(
        label=_("Subspecialties"),
        choices=lambda: terms.choices("organ_systems"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "cs-many"}),
        help_text=_("Experts are found by them."),
    )
    open_work_seen = forms.BooleanField(
        label=_("I have seen what becomes of the open work"), required=False, widget=forms.HiddenInput
    )
    field_order = ("role", "registration_number", "registration_body", "last_day", "organ_systems", "open_work_seen")
    needed_sometimes = (*FreshProof.needed_sometimes, *RegistrationFields.needed_for_some)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_outside = membership.role == Role.OUTSIDE_EXPERT  # comes by a request, and becomes nothing else
        roles = [choice for choice in Role.choices if (choice[0] == Role.OUTSIDE_EXPERT) == is_outside]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]  # a choice field
        self.initial["open_work_seen"] = ""  # after a lost race it is asked anew
        if self.is_bound and self.data.get("open_work_seen"):
            self._ask_of_open_work()

    @property
    def asks_of_open_work(self) -> bool:
        """Whether the box is shown: it is asked for, or was ticked a moment ago."""
        return not self["open_work_seen"].is_hidden

    def add_error(self, field: str | None, error: Any) -> None:
        """The box appears with the refusal that asks for it, and for nobody else."""
        if field == "open_work_seen":
            self._ask_of_open_work()
        super().add_error(field, error)

    def _ask_of_open_work(self) -> None:
        self.fields["open_work_seen"].widget = forms.CheckboxInput()

    @staticmethod
    def values_of(membership: Membership) -> dict[str, Any]:
        """As it stands."""
        return {
            "role": membership.role,
            "registration_number": membership.registration_number,
            "registration_body": membership.registration_body,
            "last_day": membership.last_day,
            "organ_systems": sorted(each.organ_system for each in membership.expertise.all()),
        }

    def clean_organ_systems(self) -> list[str]:
        """In the order in which they are kept."""
        return sorted(self.cleaned_data["organ_systems"])


class PersonForm(SeenForm, FreshProof):
    """How somebody is printed, and at which address they sign in."""

    title = forms.CharField(label=_("Title"), max_length=30, required=False, help_text=_("For example Dr or Prof."))
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Both addresses get a mail. The old one holds until this person opens the link in the new."),
    )
    field_order = ("title", "given_name", "family_name", "email")

    @staticmethod
    def values_of(person: User) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(person, name) for name in PersonForm.field_order}


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones())]


class OrganisationForm(SeenForm):
    """What a laboratory is called, and where and in which language it works."""

    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=40, help_text=_("For lists and menus."))
    address = forms.CharField(
        label=_("Address"), max_length=1000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("It is printed on reports."),
    )  # fmt: skip
    accreditation = forms.CharField(label=_("Accreditation number"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Language of its reports"))
    languages = forms.MultipleChoiceField(
        label=_("Languages of its consultations"),
        choices=lambda: [(code, places.language(code)) for code in languages()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For whoever of the laboratory has not said in which they take them."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    staff_names = forms.ChoiceField(
        label=_("Staff in what a patient is given"), choices=StaffNames.choices, widget=ChoiceCards(columns=2)
    )
    audit_months = forms.IntegerField(
        label=_("Months to keep the audit"),
        min_value=LEAST_MONTHS,
        max_value=MOST_MONTHS,
        widget=forms.NumberInput({"class": "cs-w-s"}),
        help_text=_("60 at least, as NEN 7513 asks."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = places.languages(organisation.language)  # type: ignore[attr-defined]  # a choice field

    @staticmethod
    def values_of(organisation: Organisation) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(organisation, name) for name in OrganisationForm.base_fields if name != "version"}

    def clean_languages(self) -> list[str]:
        """In the order in which they are kept."""
        return sorted(self.cleaned_data["languages"])

    def clean_address(self) -> str:
        """With the line ends that are kept, whatever the browser sends."""
        return "\n".join(self.cleaned_data["address"].splitlines())
