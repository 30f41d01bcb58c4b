"""Notifications in the admin site: whether somebody was told, and has read it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import AdministratorsAdmin
from accounts.policy import address_if_present
from core.actor import Actor
from core.web.admin import register
from notifications.hooks import registrants, subject_of
from notifications.models import Notification
from notifications.queries import told_at_the_laboratory


class Kind(admin.SimpleListFilter):
    """The registered kinds."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each in words."""
        return [(kind, str(subject_of(kind).label)) for kind in registrants()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class Read(admin.SimpleListFilter):
    """Whether somebody has read it."""

    title = _("read")
    parameter_name = "read"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Yes or no."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(read_at__isnull=self.value() == "no")


@register(Notification)
class NotificationAdmin(AdministratorsAdmin):
    """What the own laboratory's people were told; to read only."""

    list_display = ("created_at", "recipient", "words", "urgency", "read_at")
    list_filter = (Read, Kind, "urgent")
    search_fields = ("recipient__family_name", "recipient__given_name", "address", "=number")
    search_help_text = _("The recipient's name or address, or the whole number of a request.")
    ordering = ("-created_at", "-id")
    list_select_related = ("recipient",)
    fields = ("created_at", "recipient", "kind_words", "words", "number", "person_name", "urgency", "read_at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Notification]:
        """Those that they were told as the laboratory's people."""
        return told_at_the_laboratory(actor).annotate(address=address_if_present(actor, "recipient"))

    def name_of(self, row: Notification) -> str:
        """The sentence."""
        return row.sentence

    @admin.display(description=_("notification"), ordering="kind")
    def words(self, row: Notification) -> str:
        """The sentence, in the reader's language."""
        return row.sentence

    @admin.display(description=_("urgency"), ordering="urgent")
    def urgency(self, row: Notification) -> str:
        """A word where it is urgent, nothing where it is not."""
        return gettext("Urgent") if row.urgent else ""

    @admin.display(description=_("kind"), ordering="kind")
    def kind_words(self, row: Notification) -> str:
        """In words."""
        return str(row.about.label)
