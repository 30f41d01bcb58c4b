"""The queue of record in the admin site: what must still happen, and what failed."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions.retry_job import retry_job
from accounts.admin.base import for_each, runs_installation
from core.actor import Actor
from core.jobs.hooks import kinds
from core.jobs.models import Job
from core.web.admin import register
from core.web.admin_record import RecordAdmin

SHOWN = ("kind_words", "about", "state", "attempts", "error", "created_at", "due_at", "lease_until", "done_at")
KEYS = ("id", "kind", "subject", "payload", "dedupe_key", "request_id")


class Kind(admin.SimpleListFilter):
    """The registered kinds: asking the table for them would read all of it."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each in words."""
        return sorted(((kind, str(effect.label)) for kind, effect in kinds().items()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@register(Job)
class JobAdmin(RecordAdmin):
    """Jobs hold ids and no data; the platform administrator looks after them. A failed one can be tried again."""

    about_key = "subject"
    list_display = ("kind_words", "about", "state", "attempts", "error", "due_at", "done_at")
    list_filter = ("state", Kind)
    search_fields = ("=subject", "=id", "=request_id")
    search_help_text = _("A whole number of a request, or a whole key.")
    ordering = ("-created_at", "-id")
    fieldsets = ((None, {"fields": SHOWN}), (_("Keys and codes"), {"fields": KEYS}))
    readonly_fields = (*SHOWN, *KEYS)
    actions = ["try_again"]

    def visible(self, actor: Actor) -> QuerySet[Job]:
        """All of them: has_view_permission has decided."""
        return Job.objects.all()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The platform administrator."""
        return runs_installation(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The platform administrator."""
        return runs_installation(request)

    def about_of(self, row: Job) -> tuple[str, UUID | None]:
        """What the kind says that its subject is."""
        effect = kinds().get(row.kind)
        return effect.about if effect else "", row.subject

    def name_of(self, row: Job) -> str:
        """The kind."""
        return self.kind_words(row)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_words(self, row: Job) -> str:
        """In words; a kind of another release as it is."""
        effect = kinds().get(row.kind)
        return str(effect.label) if effect else row.kind

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """The failed jobs among those chosen."""
        for_each(self, request, queryset, lambda actor, job: retry_job(actor=actor, job_id=job.pk))
