"""Notifications in the admin site: whether somebody was told, and has read it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import policy
from core.actor import Actor
from core.web.admin import ActorAdmin, register
from notifications.hooks import registrants
from notifications.models import Notification


class Kind(admin.SimpleListFilter):
    """The registered kinds."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each kind under its own name."""
        return [(kind, kind) for kind in registrants()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@register(Notification)
class NotificationAdmin(ActorAdmin):
    """What the own laboratory's people were told; to read only."""

    list_display = ("created_at", "recipient", "sentence", "urgent", "read_at")
    list_filter = (Kind, "urgent", ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("recipient__family_name", "recipient__email", "=number")
    ordering = ("-created_at", "-id")
    list_select_related = ("recipient",)
    fields = ("recipient", "kind", "sentence", "number", "person_name", "urgent", "created_at", "read_at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Notification]:
        """Those to people whom the actor administers."""
        return Notification.objects.filter(recipient__in=policy.administered_people(actor))
