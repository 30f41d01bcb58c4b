"""What happened, in the admin site: audit rows and timelines of the own laboratory, to read only."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.roles import Role
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.models import AuditEvent
from core.audit.record import record
from core.web.admin import ActorAdmin, actor_of, register
from core.workflow.models import TimelineEntry

LISTED = names.register("audit.listed", _("Looked at the audit"))
PEOPLE_SHOWN = 200


class When(admin.SimpleListFilter):
    """The last hour, day, week, month."""

    title = _("when")
    parameter_name = "when"
    spans = {
        "hour": (timedelta(hours=1), _("The last hour")),
        "day": (timedelta(days=1), _("The last 24 hours")),
        "week": (timedelta(days=7), _("The last 7 days")),
        "month": (timedelta(days=30), _("The last 30 days")),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The spans."""
        return [(code, words) for code, (_span, words) in self.spans.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows since then."""
        chosen = self.spans.get(self.value() or "")
        return queryset.filter(at__gte=clock.now() - chosen[0]) if chosen else queryset


class Action(admin.SimpleListFilter):
    """The registered names with their words."""

    title = _("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """By their words."""
        return sorted(((name, str(label)) for name, label in names.all_names().items()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One name."""
        return queryset.filter(action=self.value()) if self.value() else queryset


class Person(admin.SimpleListFilter):
    """The people whom the reader administers."""

    title = _("who")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """By family name; the search finds everybody else."""
        actor = actor_of(request)
        if actor is None:
            return []
        people = policy.administered_people(actor).order_by("family_name", "given_name")[:PEOPLE_SHOWN]
        return [(str(person.pk), person.printed_name) for person in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One person."""
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(person=self.value()) if self.value() in known else queryset


@register(AuditEvent)
class AuditAdmin(ActorAdmin):
    """Who did what: own laboratory's people, everybody for the platform administrator. Rows hold no patient data."""

    list_display = (
        "at",
        "person_name",
        "as_what",
        "what",
        "outcome",
        "object_kind",
        "object_id",
        "organisation_name",
        "door",
    )
    list_filter = (When, "outcome", Action, Person, "door")
    search_fields = ("person_name", "=object_id", "=request_id", "=address")
    ordering = ("-at", "-id")

    def visible(self, actor: Actor) -> QuerySet[AuditEvent]:
        """The rows of the own laboratory."""
        return policy.visible_audit(actor)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return [field.name for field in AuditEvent._meta.fields]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Looking is recorded too, with the names of the filters and not with what was searched for."""
        actor = actor_of(request)
        if actor is not None and self.has_view_permission(request):
            record(actor, LISTED, object_kind="audit", facts={"filters": sorted(request.GET)})
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("role"), ordering="role")
    def as_what(self, row: AuditEvent) -> str:
        """The role in words; a code of another release as it is."""
        return str(dict(Role.choices).get(row.role, row.role))

    @admin.display(description=_("what"), ordering="action")
    def what(self, row: AuditEvent) -> str:
        """In words."""
        return str(names.label(row.action))


@register(TimelineEntry)
class TimelineAdmin(ActorAdmin):
    """The steps of requests, reports and cases, without the reasons people gave: those belong to the record."""

    list_display = ("at", "noun", "noun_id", "action", "from_status", "to_status", "person_name", "organisation_name")
    list_filter = (When, "noun")
    search_fields = ("=noun_id", "=case", "person_name")
    ordering = ("-at", "-id")
    fields = (*list_display, "case", "role")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[TimelineEntry]:
        """What the own laboratory's people did."""
        return policy.visible_timeline(actor)
