"""Organisations in the admin site: the own laboratory, or all of them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.actions.organisation import OrganisationFields, add_organisation, edit_organisation
from accounts.admin.base import ActionAdmin, ActionForm, runs_installation
from accounts.models import Organisation
from core.actor import Actor
from core.audit.models import CoreNow
from core.web.admin import register

FIELDS = ("name", "short_name", "kind", "country", "time_zone", "language", "address", "accreditation")


class OrganisationForm(ActionForm):
    """Adds or edits."""

    class Meta:
        model = Organisation
        fields = FIELDS

    def perform(self, actor: Actor) -> Organisation:
        """add_organisation or edit_organisation."""
        fields = OrganisationFields(**{name: self.value(name) for name in FIELDS})
        if self.instance._state.adding:
            return add_organisation(actor=actor, fields=fields)
        return edit_organisation(actor=actor, organisation_id=self.instance.pk, fields=fields)


@register(Organisation)
class OrganisationAdmin(ActionAdmin):
    """What an organisation is called, where it is, in which language it reports."""

    form = OrganisationForm
    list_display = ("name", "short_name", "kind", "country", "language", "members", "is_active")
    list_filter = ("kind", "country", "is_active")
    search_fields = ("name", "short_name", "accreditation")
    ordering = ("name",)

    def visible(self, actor: Actor) -> QuerySet[Organisation]:
        """Those the actor administers, with the number of members in force."""
        now = Q(memberships__valid_until__isnull=True) | Q(memberships__valid_until__gt=CoreNow())
        return policy.administered(actor).annotate(member_count=Count("memberships", filter=now))

    def may_change(self, actor: Actor) -> bool:
        """The own one."""
        return policy.administered(actor).exists()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The platform administrator."""
        return runs_installation(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Kind and country are the platform administrator's."""
        return () if runs_installation(request) else ("kind", "country")

    @admin.display(description=_("members"))
    def members(self, organisation: Any) -> int:
        """How many belong to it now."""
        return int(organisation.member_count)
