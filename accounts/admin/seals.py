"""The seals of the record in the admin site: whether what was recorded is sealed, and copied to another place."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import runs_installation
from accounts.roles import SEE_SEALS
from core.actor import Actor
from core.audit.models import AuditAnchor, AuditSeal
from core.audit.watch import state
from core.web.admin import actor_of, register
from core.web.admin_record import RecordAdmin

SHOWN = ("number", "at", "count", "total", "copied", "hash", "previous", "root", "scheme", "checkpoint")


@register(AuditSeal)
class SealAdmin(RecordAdmin):
    """Hashes and counts, no data, for the platform administrator and for auditors. `verify_audit` holds the rows
    against them.
    """

    list_display = ("number", "at", "count", "total", "copied")
    ordering = ("-number",)
    fields = SHOWN
    readonly_fields = SHOWN

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With a sentence where the record is not kept as it should be."""
        if request.method != "POST" and self.has_view_permission(request):
            found = state()
            if not found.is_sealing:
                messages.error(request, gettext("An entry has waited for its seal for more than five minutes."))
            if not found.is_copied:
                messages.error(request, gettext("The newest seals have not been copied for more than an hour."))
            if not found.months.is_well:
                messages.error(request, gettext("The audit lacks tables for its coming months."))
        return super().changelist_view(request, extra_context)

    def visible(self, actor: Actor) -> QuerySet[AuditSeal]:
        """All of them: has_view_permission has decided."""
        copies = AuditAnchor.objects.filter(seal=OuterRef("number")).values("at")
        return AuditSeal.objects.annotate(copied_at=Subquery(copies))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The platform administrator, and who audits a laboratory."""
        actor = actor_of(request)
        return actor is not None and (actor.role in SEE_SEALS or runs_installation(request))

    def about_of(self, row: AuditSeal) -> tuple[str, UUID | None]:
        """Nothing but itself."""
        return "", None

    def name_of(self, row: AuditSeal) -> str:
        """The number."""
        return str(row.number)

    @admin.display(description=_("copied elsewhere"), ordering="copied_at")
    def copied(self, row: Any) -> Any:
        """When; the newest of each tick is enough."""
        return row.copied_at
