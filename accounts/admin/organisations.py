"""Organisations in the admin site: the own laboratory, or all of them."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places, policy
from accounts.actions.close_organisation import check, close_organisation, reopen_organisation
from accounts.actions.organisation import OrganisationFields, add_organisation, edit_organisation
from accounts.actions.work import languages
from accounts.admin.base import ActionAdmin, ActionForm, for_each, not_refused, runs_installation
from accounts.models import Organisation
from core.actor import Actor
from core.audit.models import CoreNow
from core.web.admin import register

FIELDS = (
    "name",
    "short_name",
    "kind",
    "parent",
    "country",
    "time_zone",
    "language",
    "languages",
    "address",
    "accreditation",
    "audit_months",
    "staff_names",
)


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones())]


class OrganisationForm(ActionForm):
    """Adds or edits."""

    country = forms.ChoiceField(label=_("Country"), choices=places.countries)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones, initial="UTC")
    language = forms.ChoiceField(label=_("Language of its reports"), choices=places.languages)

    languages = forms.MultipleChoiceField(
        label=_("Languages of its consultations"),
        choices=lambda: [(code, places.language(code)) for code in languages()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For whoever of the laboratory has not said in which they take them."),
    )

    class Meta:
        model = Organisation
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields.get("language")
        if isinstance(language, forms.ChoiceField):
            language.choices = places.languages(self.instance.language)

    def perform(self, actor: Actor) -> Organisation:
        """add_organisation or edit_organisation."""
        given = {name: self.value(name) for name in FIELDS}
        fields = OrganisationFields(**given | {"parent": given["parent"].pk if given["parent"] else None})
        if self.instance._state.adding:
            return add_organisation(actor=actor, fields=fields)
        return edit_organisation(actor=actor, organisation_id=self.instance.pk, fields=fields)


class Country(admin.SimpleListFilter):
    """The countries that there are organisations in."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each by its name."""
        codes = model_admin.get_queryset(request).order_by("country").values_list("country", flat=True).distinct()
        return sorted(((code, places.country(code)) for code in set(codes)), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One country."""
        return queryset.filter(country=self.value()) if self.value() else queryset


@register(Organisation)
class OrganisationAdmin(ActionAdmin):
    """What an organisation is called, where it is, in which language it reports."""

    form = OrganisationForm
    list_display = ("name", "short_name", "kind", "parent", "country_name", "language_name", "members", "is_active")
    list_filter = ("kind", Country, "is_active")
    search_fields = ("name", "short_name", "accreditation")
    ordering = ("name",)
    list_select_related = ("parent",)
    actions = ["close", "open_again"]

    def visible(self, actor: Actor) -> QuerySet[Organisation]:
        """Those the actor administers, with the number of members in force."""
        now = Q(memberships__valid_until__isnull=True) | Q(memberships__valid_until__gt=CoreNow())
        now &= Q(memberships__valid_from__lte=CoreNow())
        return policy.administered(actor).annotate(member_count=Count("memberships", filter=now))

    def may_change(self, actor: Actor) -> bool:
        """The own one."""
        return policy.administered(actor).exists()

    def app_pages(self, actor: Actor, row: Organisation | None) -> list[tuple[Any, str]]:
        """The page of one."""
        return [(_("Its page in Consilium"), reverse("accounts:organisation", args=[row.pk]))] if row else []

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The platform administrator."""
        return runs_installation(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The country by its name to those who do not change it."""
        shown = FIELDS if runs_installation(request) else ["country_name" if f == "country" else f for f in FIELDS]
        return list(shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Kind, country and what it belongs to are the platform administrator's."""
        return () if runs_installation(request) else ("kind", "parent", "country_name")

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Who closes and opens organisations."""
        return runs_installation(request)

    @admin.action(description=_("Close"), permissions=["run"])
    def close(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        """Those chosen, after a page that says what it means; what still goes on in one is said."""
        if "confirmed" in request.POST:
            for_each(
                self, request, queryset, lambda actor, row: close_organisation(actor=actor, organisation_id=row.pk)
            )
            return None
        chosen = not_refused(self, request, queryset, lambda actor, row: check(actor=actor, organisation_id=row.pk))
        if not chosen:
            return None
        context = self.admin_site.each_context(request) | {
            "title": _("Close organisations"),
            "opts": self.model._meta,
            "chosen": chosen,
        }
        return TemplateResponse(request, "admin/accounts/closing.html", context)

    @admin.action(description=_("Open again"), permissions=["run"])
    def open_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those chosen."""
        for_each(self, request, queryset, lambda actor, row: reopen_organisation(actor=actor, organisation_id=row.pk))

    @admin.display(description=_("country"), ordering="country")
    def country_name(self, organisation: Organisation) -> str:
        """In words."""
        return places.country(organisation.country)

    @admin.display(description=_("language of its reports"), ordering="language")
    def language_name(self, organisation: Organisation) -> str:
        """In words."""
        return places.language(organisation.language)

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, organisation: Any) -> int:
        """How many belong to it now."""
        return int(organisation.member_count)
