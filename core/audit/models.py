"""One row per act or look. Names are frozen copies and nothing is a foreign key, so that no deletion reaches them."""

from typing import ClassVar

from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from core.audit.words import DOORS, PURPOSES
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
    SUCCESS = "success", _("Done")
    DENIED = "denied", _("Refused")
    FAILED = "failed", _("Failed")


class AuditEvent(models.Model):
    """Who, in which role, for whom, of which organisation, did what to which object and version, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("time"), db_default=CoreNow(), editable=False)
    transaction = models.TextField(_("transaction"), db_default=TransactionId(), editable=False)
    action = models.CharField(_("action"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    person = models.UUIDField(_("key of the person"), null=True)
    person_name = models.CharField(_("who"), max_length=200)
    membership = models.UUIDField(_("key of the membership"), null=True)
    role = models.CharField(_("role"), max_length=40, blank=True)
    on_behalf_of = models.UUIDField(_("on behalf of, key of the person"), null=True)
    organisation = models.UUIDField(_("key of the organisation"), null=True)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    object_kind = models.CharField(_("code of the kind"), max_length=40, blank=True)
    object_id = models.CharField(_("key of what it is about"), max_length=64, blank=True)
    object_version = models.PositiveIntegerField(_("version"), null=True)
    case = models.UUIDField(_("key of the case"), null=True)
    patient = models.UUIDField(_("key of the patient"), null=True)
    share = models.UUIDField(_("key of the share"), null=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=PURPOSES)
    reason = models.CharField(
        _("reason"), max_length=80, blank=True, help_text=_("A code, never the text: data stay in the record.")
    )
    facts = models.JSONField(
        _("particulars"), default=dict, help_text=_("Keys, counts and filters; never what a record says.")
    )
    door = models.CharField(_("through"), max_length=10, choices=DOORS)
    session = models.CharField(_("session"), max_length=64, blank=True)
    request_id = models.CharField(_("key of the page request"), max_length=64, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes: ClassVar = [
            models.Index(fields=["case", "at"], name="audit_by_case", condition=models.Q(case__isnull=False)),
            models.Index(fields=["patient", "at"], name="audit_by_patient", condition=models.Q(patient__isnull=False)),
            models.Index(fields=["person", "at"], name="audit_by_person"),
            models.Index(fields=["organisation", "at"], name="audit_by_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.outcome}"
