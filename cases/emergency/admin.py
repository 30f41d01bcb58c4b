"""Emergency accesses in the admin site: to look at. They are ended and reviewed on their own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.roles import ENTER_ADMIN_SITE
from cases.admin.base import ClinicalAdmin
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import visible_emergencies, with_people
from core.actor import Actor
from core.web.admin import actor_of, register


@register(EmergencyAccess)
class EmergencyAccessAdmin(ClinicalAdmin):
    """Those that the actor may see. What was typed as the reason stands on their own pages."""

    list_display = (
        "number",
        "person_name",
        "organisation",
        "reason",
        "status",
        "started_at",
        "review_due_at",
        "outcome",
    )
    list_filter = ("status", "outcome", "reason", "overrides_objection")
    search_fields = ("=number", "person__family_name")
    search_help_text = _("The whole number, or the name of who opened the case.")
    date_hierarchy = "started_at"
    ordering = ("-started_at", "-pk")
    readonly_fields = fields = (
        "number",
        "person_name",
        "organisation",
        "reason",
        "overrides_objection",
        "status",
        "started_at",
        "ends_at",
        "ended_at",
        "review_due_at",
        "reviewed_at",
        "reviewed_by",
        "outcome",
        "letter_owed",
        "letter_sent_on",
    )

    def visible(self, actor: Actor) -> QuerySet[EmergencyAccess]:
        """Those of visible_emergencies."""
        return with_people(visible_emergencies(actor))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Offered to administrators too: they see that it happened, and no patient."""
        actor = actor_of(request)
        return actor is not None and (super().has_module_permission(request) or actor.role in ENTER_ADMIN_SITE)

    def name_of(self, row: EmergencyAccess) -> str:
        """The number."""
        return row.number

    @admin.display(description=_("person"), ordering="person__family_name")
    def person_name(self, row: Any) -> str:
        """Who opened the case."""
        return str(row.person.printed_name)
