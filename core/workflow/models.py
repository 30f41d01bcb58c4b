"""The timeline: what happened to a noun, in the order it happened. Rows are never changed."""

from typing import ClassVar

from django.db import models

from core.ids import new_id


class TimelineEntry(models.Model):
    """One action on one noun, with the name, role and organisation as they were."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    noun = models.CharField(max_length=40)
    noun_id = models.UUIDField()
    case = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    from_status = models.CharField(max_length=30, blank=True)
    to_status = models.CharField(max_length=30, blank=True)
    person = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200)
    role = models.CharField(max_length=40, blank=True)
    organisation = models.UUIDField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True, help_text="What the person gave as the reason; part of the record.")
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "timeline entries"
        indexes: ClassVar = [
            models.Index(fields=["noun_id", "at"], name="timeline_by_noun"),
            models.Index(fields=["case", "at"], name="timeline_by_case", condition=models.Q(case__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.action} {self.at:%Y-%m-%d %H:%M}"
