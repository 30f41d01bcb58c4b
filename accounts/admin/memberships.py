"""Memberships and subspecialties in the admin site."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import check, end_membership
from accounts.admin.base import ActionAdmin, ActionForm, AdministratorsAdmin, for_each, not_refused, of_all
from accounts.admin.leaving import ask_first
from accounts.first_day import day_of
from accounts.models import Expertise, Membership
from accounts.roles import SIGN
from core import terms
from core.actor import Actor
from core.audit.models import CoreNow
from core.web.admin import register

UNTIL_DATE: dict[str, Any] = {"type": "date", "aria-label": _("Until, date")}
UNTIL_TIME: dict[str, Any] = {"type": "time", "aria-label": _("Until, time")}
FIELDS = ("role", "registration_number", "registration_body", "valid_until")


class MembershipForm(ActionForm):
    """Changes a membership and its subspecialties."""

    grants = True

    organ_systems = forms.MultipleChoiceField(
        label=_("Subspecialties"),
        choices=lambda: terms.choices("organ_systems"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Experts are found by them."),
    )

    # The browser's own fields, which send one unmistakable form in every language.
    valid_until = forms.SplitDateTimeField(
        label=_("Until"),
        required=False,
        input_date_formats=["%Y-%m-%d"],
        input_time_formats=["%H:%M"],
        widget=forms.SplitDateTimeWidget(
            date_attrs=UNTIL_DATE,
            time_attrs=UNTIL_TIME,
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )

    first_day = forms.DateField(
        label=_("First day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until then the membership opens nothing."),
    )

    open_work_seen = forms.BooleanField(
        label=_("I have seen what becomes of the open work"),
        required=False,
        help_text=_("Asked for where the new role does not sign opinions and consultations are open."),
    )

    class Meta:
        model = Membership
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.has_begun:
            del self.fields["first_day"]
        else:
            self.initial["first_day"] = day_of(self.instance.organisation, self.instance.valid_from)
        if self.instance.role not in SIGN:
            del self.fields["open_work_seen"]
        self.initial["organ_systems"] = list(self.instance.expertise.values_list("organ_system", flat=True))

    def perform(self, actor: Actor) -> Membership:
        """change_membership."""
        given = {name: self.value(name) for name in FIELDS}
        given |= {name: self.cleaned_data.get(name) for name in ("organ_systems", "first_day")}
        fields = MembershipFields(**given)
        seen = bool(self.cleaned_data.get("open_work_seen"))
        return change_membership(actor=actor, membership_id=self.instance.pk, fields=fields, open_work_seen=seen)


class InForce(admin.SimpleListFilter):
    """Now, later or past."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Yes, not begun or ended."""
        return [("yes", _("Yes")), ("later", _("Not begun")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Decided in SQL."""
        goes_on = Q(valid_until__isnull=True) | Q(valid_until__gt=CoreNow())
        found = {
            "yes": goes_on & Q(valid_from__lte=CoreNow()),
            "later": goes_on & Q(valid_from__gt=CoreNow()),
            "ended": Q(valid_until__lte=CoreNow()),
        }.get(self.value() or "")
        return queryset.filter(found) if found else queryset


@register(Membership)
class MembershipAdmin(ActionAdmin):
    """Who works where as what. They begin by invitation and end by the list's action."""

    form = MembershipForm
    list_display = ("user", "role", "works_for", "registration_number", "valid_from", "valid_until")
    search_fields = ("user__family_name", "user__given_name", "address", "registration_number")
    ordering = ("user__family_name", "user__given_name", "id")
    list_select_related = ("user", "organisation")
    readonly_fields = ("user", "organisation", "valid_from")
    fields = ("user", "organisation", "role", "registration_number", "registration_body", "valid_from", "valid_until")
    actions = ["end_memberships"]

    def visible(self, actor: Actor) -> QuerySet[Membership]:
        """The own laboratory's, past ones too."""
        return policy.administered_memberships(actor).annotate(
            address=policy.address_if_present(actor, "user"),
            has_begun=Case(When(valid_from__lte=CoreNow(), then=True), default=False),
        )

    def may_change(self, actor: Actor) -> bool:
        """Those who administer a laboratory."""
        return policy.administered(actor).exists()

    def app_pages(self, actor: Actor, row: Membership | None) -> list[tuple[Any, str]]:
        """Where deputies and absences are kept: of one member, or by name."""
        if row is not None:
            return [(_("Languages, capacity, deputy, absence"), reverse("accounts:work", args=[row.pk]))]
        return [(_("People in Consilium"), reverse("accounts:people"))]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """In force, role, and where there are several the organisation."""
        return of_all(request, InForce, "role", "organisation")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the subspecialties, which are rows of their own; the first day to correct, until it has come."""
        can_move = obj is not None and not obj.has_begun
        fields = ["first_day" if name == "valid_from" and can_move else name for name in self.fields]
        asked = ["open_work_seen"] if obj is not None and obj.role in SIGN else []
        return [*fields, "organ_systems", *asked]

    @admin.display(description=_("organisation"), ordering="organisation__short_name")
    def works_for(self, membership: Membership) -> str:
        """By its short name."""
        return membership.organisation.short_name

    @admin.action(description=_("End now: sessions and access end at once"), permissions=["act"])
    def end_memberships(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """The memberships chosen, after a page that says what becomes of their open work."""
        if "confirmed" in request.POST:
            for_each(self, request, queryset, lambda actor, row: end_membership(actor=actor, membership_id=row.pk))
            return None
        chosen = not_refused(self, request, queryset, lambda actor, row: check(actor=actor, membership_id=row.pk))
        return ask_first(
            self,
            request,
            {each.pk: (str(each), [each]) for each in chosen},
            action="end_memberships",
            title=_("End memberships now"),
            consequence=_(
                "These memberships end now, and with them the sessions and all access under them. This is not undone;"
                " the person would be invited again."
            ),
        )


class Organ(admin.SimpleListFilter):
    """The organ systems."""

    title = _("subspecialty")
    parameter_name = "organ"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """In words."""
        return terms.choices("organ_systems")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        return queryset.filter(organ_system=self.value()) if self.value() else queryset


@register(Expertise)
class ExpertiseAdmin(AdministratorsAdmin):
    """Who takes consultations in what; changed on the membership."""

    list_display = ("person", "organ", "organisation")
    search_fields = ("membership__user__family_name", "membership__user__given_name", "address")
    list_select_related = ("membership__user", "membership__organisation")
    ordering = ("membership__user__family_name", "organ_system")
    fields = ("membership", "organ")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Expertise]:
        """The own laboratory's."""
        address = policy.address_if_present(actor, "membership__user")
        return policy.administered_expertise(actor).annotate(address=address)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The subspecialty, and where there are several the organisation."""
        return of_all(request, Organ, "membership__organisation")

    def name_of(self, row: Expertise) -> str:
        """Who, and in what."""
        return f"{self.person(row)}: {self.organ(row)}"

    @admin.display(description=_("person"), ordering="membership__user__family_name")
    def person(self, row: Expertise) -> str:
        """Who."""
        return row.membership.user.printed_name

    @admin.display(description=_("subspecialty"), ordering="organ_system")
    def organ(self, row: Expertise) -> str:
        """In what, in words."""
        return terms.label("organ_systems", row.organ_system)

    @admin.display(description=_("organisation"))
    def organisation(self, row: Expertise) -> str:
        """Where."""
        return row.membership.organisation.short_name
