"""The queue of record in the admin site: what must still happen, and what failed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions.retry_job import retry_job
from accounts.admin.base import for_each, runs_installation
from core.actor import Actor
from core.jobs.hooks import kinds
from core.jobs.models import Job
from core.web.admin import ActorAdmin, register

FIELDS = (
    "kind",
    "subject",
    "payload",
    "dedupe_key",
    "state",
    "created_at",
    "due_at",
    "attempts",
    "lease_until",
    "done_at",
    "error",
    "request_id",
)


class Kind(admin.SimpleListFilter):
    """The registered kinds: asking the table for them would read all of it."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each kind under its own name."""
        return [(kind, kind) for kind in sorted(kinds())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@register(Job)
class JobAdmin(ActorAdmin):
    """Jobs hold ids and no data; the platform administrator looks after them. A failed one can be tried again."""

    list_display = ("kind", "state", "attempts", "error", "subject", "created_at", "due_at", "done_at")
    list_filter = ("state", Kind)
    search_fields = ("=subject", "=id", "=request_id")
    ordering = ("-created_at", "-id")
    fields = FIELDS
    readonly_fields = FIELDS
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

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """The failed jobs among those chosen."""
        for_each(self, request, queryset, lambda actor, job: retry_job(actor=actor, job_id=job.pk))
