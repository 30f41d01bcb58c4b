"""What happened, in the admin site: audit rows and timelines of the own laboratory, to read only."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.admin.base import AdministratorsAdmin, runs_installation
from accounts.admin.record_filters import Action, Noun, Person, When
from accounts.roles import READ_AUDIT, READ_STEPS, Role
from core.actor import MACHINE, Actor
from core.audit import hooks, names
from core.audit.models import AuditEvent
from core.audit.own_names import LISTED, STEPS_LISTED
from core.audit.record import record
from core.web.admin import actor_of, register
from core.web.admin_record import RecordAdmin
from core.workflow.machine import status_words, step_words
from core.workflow.models import TimelineEntry


class _Deeds(RecordAdmin, AdministratorsAdmin):
    """Rows that say who did something: the names are frozen, the organisation is shown where there are several."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Without the organisation for those who administer one only."""
        shown = list(self.list_display)
        return shown if runs_installation(request) else [each for each in shown if each != "organisation_name"]

    def asked(self, request: HttpRequest) -> list[str]:
        """By what the list is narrowed: the names of its own filters, and no word that somebody put in their place."""
        return sorted(name for name in request.GET if name == SEARCH_VAR or self.lookup_allowed(name, "", request))

    @admin.display(description=_("who"), ordering="person_name")
    def who(self, row: Any) -> str:
        """The person with the role, or the part of the system that acted by itself."""
        if row.person is None and row.role != MACHINE:
            return gettext("System (%(part)s)") % {"part": row.person_name}
        return format_html('{} <span class="quiet">{}</span>', row.person_name, self.as_what(row))

    @admin.display(description=_("role"), ordering="role")
    def as_what(self, row: Any) -> str:
        """The role in words; a code of another release as it is."""
        return str({**dict(Role.choices), MACHINE: gettext("Machine")}.get(row.role, row.role))


@register(AuditEvent)
class AuditAdmin(_Deeds):
    """Who did what: own laboratory's people, everybody for the platform administrator. Rows hold no patient data."""

    about_key = "object_id"
    list_display = ("at", "who", "what", "about", "outcome", "door", "organisation_name")
    list_filter = (When, "outcome", Action, Person, "door")
    search_fields = ("person_name", "=object_id", "=request_id", "=address")
    search_help_text = _("A name, a whole number of a request, or a whole key or network address.")
    ordering = ("-at", "-id")
    fieldsets = (
        (_("What happened"), {"fields": ("at", "what", "about", "outcome", "object_version", "reason", "facts")}),
        (_("Who did it"), {"fields": ("person_name", "as_what", "organisation_name", "purpose", "door", "address")}),
        (
            _("Keys and codes"),
            {
                "fields": (
                    "id",
                    "action",
                    "object_kind",
                    "object_id",
                    "case",
                    "patient_key",
                    "owner",
                    "share",
                    "person",
                    "membership",
                    "organisation",
                    "on_behalf_of",
                    "session",
                    "request_id",
                    "transaction",
                )
            },
        ),
    )

    def may_see(self, actor: Actor) -> bool:
        """Privacy officers too."""
        return actor.role in READ_AUDIT or super().may_see(actor)

    def opens(self, actor: Actor) -> bool:
        """To privacy officers too."""
        return actor.role in READ_AUDIT or super().opens(actor)

    def visible(self, actor: Actor) -> QuerySet[AuditEvent]:
        """The rows of the own laboratory."""
        return policy.visible_audit(actor)

    def about_of(self, row: AuditEvent) -> tuple[str, UUID | None]:
        """The object; a refused page may have been asked for with anything."""
        try:
            return row.object_kind, UUID(row.object_id)
        except ValueError:
            return row.object_kind, None

    def about_label(self, row: AuditEvent) -> str:
        """The noun; or, of a refused page, the room that it belongs to."""
        room = row.object_kind.partition(":")[0]
        if row.object_kind and not hooks.label(row.object_kind):
            config = apps.app_configs.get(room)
            return gettext("Page: %(room)s") % {"room": config.verbose_name} if config else gettext("Page")
        return hooks.label(row.object_kind)

    def name_of(self, row: AuditEvent) -> str:
        """What was done, and by whom."""
        return f"{self.what(row)}, {row.person_name}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return [*(field.name for field in AuditEvent._meta.fields), "what", "about", "as_what", "patient_key"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Looking is recorded too, with the names of the filters and not with what was searched for."""
        actor = actor_of(request)
        if actor is not None and request.method != "POST" and self.has_view_permission(request):
            record(actor, LISTED, object_kind="audit", facts={"filters": self.asked(request)})
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Looking at one entry is recorded too."""
        actor = actor_of(request)
        if actor is not None and self.has_view_permission(request) and self.get_object(request, object_id):
            record(actor, LISTED, object_kind="audit", object_id=object_id)
        return super().change_view(request, object_id, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With the patient's key where it is the reader's to know."""
        row, actor = super().get_object(request, object_id, from_field), actor_of(request)
        if row is not None:
            row.shown_patient = row.patient if actor and policy.shows_patient(actor, row) else None
        return row

    @admin.display(description=_("key of the patient"))
    def patient_key(self, row: Any) -> Any:
        """Of the own laboratory's patients."""
        return row.shown_patient

    @admin.display(description=_("what"), ordering="action")
    def what(self, row: AuditEvent) -> str:
        """In words."""
        return str(names.label(row.action))


@register(TimelineEntry)
class TimelineAdmin(_Deeds):
    """The steps of requests, reports and cases, without the reasons people gave: those belong to the record."""

    about_key = "noun_id"
    list_display = ("at", "about", "step", "statuses", "who", "organisation_name")
    list_filter = (When, Noun)
    search_fields = ("=noun_id", "=case", "person_name")
    search_help_text = _("A name, a whole number of a request, or a whole key.")
    ordering = ("-at", "-id")
    fields = ("at", "about", "step", "statuses", "person_name", "as_what", "organisation_name", "noun_id", "case")
    readonly_fields = fields

    def may_see(self, actor: Actor) -> bool:
        """Auditors too."""
        return actor.role in READ_STEPS or super().may_see(actor)

    def opens(self, actor: Actor) -> bool:
        """To auditors too."""
        return actor.role in READ_STEPS or super().opens(actor)

    def visible(self, actor: Actor) -> QuerySet[TimelineEntry]:
        """What the own laboratory's people did."""
        return policy.visible_timeline(actor)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Looking is recorded, with the names of the filters and not with what was searched for."""
        actor = actor_of(request)
        if actor is not None and request.method != "POST" and self.has_view_permission(request):
            record(actor, STEPS_LISTED, object_kind="audit", facts={"filters": self.asked(request)})
        return super().changelist_view(request, extra_context)

    def about_of(self, row: TimelineEntry) -> tuple[str, UUID | None]:
        """The noun that moved."""
        return row.noun, row.noun_id

    def name_of(self, row: TimelineEntry) -> str:
        """What was done, and by whom."""
        return f"{self.step(row)}, {row.person_name}"

    @admin.display(description=_("step"), ordering="action")
    def step(self, row: TimelineEntry) -> str:
        """In words."""
        return step_words(row.noun, row.from_status, row.action)

    @admin.display(description=_("status"))
    def statuses(self, row: TimelineEntry) -> str:
        """The one it left and the one it came to; one word where it stayed."""
        before, after = (status_words(row.noun, each) for each in (row.from_status, row.to_status))
        return after if row.from_status in {"", row.to_status} else f"{before} → {after}"
