"""One row per act or look. Names are frozen copies and nothing is a foreign key, so that no deletion reaches them."""

from typing import ClassVar

from django.db import models
from django.db.models import Func

from core.ids import new_id


class CoreNow(Func):
    """`core_now()` as a column default."""

    function = "core_now"
    output_field = models.DateTimeField()


class TransactionId(Func):
    """The writing transaction's id as text; the sealer takes rows below the oldest running one."""

    template = "pg_current_xact_id()::text"
    output_field = models.TextField()


class Outcome(models.TextChoices):
    SUCCESS = "success"
    DENIED = "denied"
    FAILED = "failed"


class AuditEvent(models.Model):
    """Who, in which role, for whom, of which organisation, did what to which object and version, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_default=CoreNow(), editable=False)
    transaction = models.TextField(db_default=TransactionId(), editable=False)
    action = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=Outcome)
    person = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200)
    membership = models.UUIDField(null=True)
    role = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_version = models.PositiveIntegerField(null=True)
    case = models.UUIDField(null=True)
    patient = models.UUIDField(null=True)
    share = models.UUIDField(null=True)
    purpose = models.CharField(max_length=10)
    reason = models.CharField(max_length=80, blank=True, help_text="A code, never the text: data stay in the record.")
    facts = models.JSONField(default=dict, help_text="Ids, counts and filters; never what a record says.")
    door = models.CharField(max_length=10)
    session = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "at"], name="audit_by_case", condition=models.Q(case__isnull=False)),
            models.Index(fields=["patient", "at"], name="audit_by_patient", condition=models.Q(patient__isnull=False)),
            models.Index(fields=["person", "at"], name="audit_by_person"),
            models.Index(fields=["organisation", "at"], name="audit_by_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.outcome}"
