"""The queue of record. A row due now is an effect, a row due later is a timer; both are found by `due_at`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.ids import new_id


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "Waiting")
    CLAIMED = "claimed", pgettext_lazy("job", "In hand")
    DONE = "done", pgettext_lazy("job", "Done")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")
    FAILED = "failed", pgettext_lazy("job", "Failed")


class Job(models.Model):
    """One effect on one subject for one recipient and occasion, once: `dedupe_key` says which.

    `payload` holds ids only. An outside effect uses the row's id as its message id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=80)
    subject = models.UUIDField(_("key of what it is about"))
    payload = models.JSONField(_("further keys"), default=dict)
    dedupe_key = models.CharField(_("once for"), max_length=300, unique=True)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("in hand until"), null=True)
    done_at = models.DateTimeField(_("finished"), null=True)
    error = models.CharField(
        _("error"), max_length=300, blank=True, help_text=_("The kind of the last error and where, no data.")
    )
    request_id = models.CharField(_("key of the page request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="jobs_due", condition=models.Q(state__in=[State.WAITING, State.CLAIMED])
            ),
            models.Index(fields=["kind", "subject"], name="jobs_by_subject"),
            models.Index(fields=["-created_at"], name="jobs_failed", condition=models.Q(state=State.FAILED)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
