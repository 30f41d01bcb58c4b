"""What API POSTs led to, so that a repeated request is not a second act."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.ids import new_id


class IdempotentAnswer(models.Model):
    """One person's or machine's key with what it was for and where that is; kept for a day.

    `place` holds keys and numbers, by which the answer is looked up anew: no word of what was answered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    machine = models.UUIDField(null=True)  # the key of its token: core knows no tokens
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    place = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="web_one_answer_per_key"),
            models.UniqueConstraint(fields=["machine", "key"], name="web_one_answer_per_machine_key"),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(machine__isnull=True), name="web_answer_is_somebodys"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="web_answers_by_age")]

    def __str__(self) -> str:
        return self.key
