"""A reason against access that beats every reason for it: a blinded read, an objection, a conflict of interest."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from cases.models.case import Case
from core.ids import new_id


class Denial(models.Model):
    """One person may not see one case while this is in force. Written by cases.access.grants alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="denials")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    source_kind = models.CharField(max_length=30)
    source_id = models.UUIDField()
    valid_from = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "user", "kind", "source_kind", "source_id"], name="cases_one_denial_per_reason"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "case"], name="cases_denied", condition=models.Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
