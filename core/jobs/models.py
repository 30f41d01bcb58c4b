"""The queue of record. A row due now is an effect, a row due later is a timer; both are found by `due_at`."""

from typing import ClassVar

from django.db import models

from core.ids import new_id


class State(models.TextChoices):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Job(models.Model):
    """One effect on one subject for one recipient and occasion, once: `dedupe_key` says which.

    `payload` holds ids only. An outside effect uses the row's id as its message id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    subject = models.UUIDField()
    payload = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=300, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, help_text="The kind of the last error and where, no data.")
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="jobs_due", condition=models.Q(state__in=[State.WAITING, State.CLAIMED])
            ),
            models.Index(fields=["kind", "subject"], name="jobs_by_subject"),
            models.Index(fields=["-created_at"], name="jobs_failed", condition=models.Q(state=State.FAILED)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
