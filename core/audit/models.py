"""One row per act or look. Names are frozen copies and nothing is a foreign key, so that no deletion reaches them."""

from typing import ClassVar

from django.db import models
from django.db.models import Func
from django.db.models.functions import Cast
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
    """Who, in which role, for whom, of which organisation, did what to which object and version, and why.

    One table a month (migrations/0005): the database's key is (id, at).
    """

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
    owner = models.UUIDField(_("key of the laboratory whose case it is about"), null=True)  # by trigger, with patient
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
            models.Index(fields=["owner", "at"], name="audit_by_owner", condition=models.Q(owner__isnull=False)),
            models.Index(fields=["person", "at"], name="audit_by_person"),
            models.Index(fields=["organisation", "at"], name="audit_by_organisation"),
            models.Index(
                fields=["object_id", "at"],
                name="audit_of_attempts",
                condition=models.Q(person=None, outcome=Outcome.DENIED, object_kind="person"),
            ),
            models.Index(Cast("transaction", models.BigIntegerField()), name="audit_by_transaction"),  # for the sealer
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.outcome}"


class AuditSeal(models.Model):
    """A batch of rows sealed together: the Merkle root of their hashes, and the hash of the seal before it."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True, editable=False)
    scheme = models.PositiveSmallIntegerField(_("columns covered"))
    below = models.TextField(_("transactions looked through, below"))  # of the database as it ran then: not sealed
    previous = models.CharField(_("hash of the seal before"), max_length=64)
    root = models.CharField(_("root of its entries"), max_length=64)
    count = models.PositiveIntegerField(_("entries"))
    total = models.PositiveBigIntegerField(_("entries so far"))
    at = models.DateTimeField(_("time"))
    hash = models.CharField(_("hash"), max_length=64)
    checkpoint = models.TextField(_("signed checkpoint"))

    class Meta:
        verbose_name = _("seal of the audit")
        verbose_name_plural = _("seals of the audit")

    def __str__(self) -> str:
        return str(self.number)


class AuditLeaf(models.Model):
    """The hash of one row as it was sealed. It stays when the row has gone after its time."""

    event = models.UUIDField(_("key of the entry"), primary_key=True, editable=False)
    seal = models.PositiveBigIntegerField(_("seal"))
    position = models.PositiveIntegerField(_("position"))
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("sealed entry")
        verbose_name_plural = _("sealed entries")
        constraints: ClassVar = [models.UniqueConstraint(fields=["seal", "position"], name="audit_one_leaf_a_position")]

    def __str__(self) -> str:
        return f"{self.seal}/{self.position}"


class AuditRetirement(models.Model):
    """Rows that were taken away because their time was over: whose, from before when, and which by their hashes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("time"))
    organisation = models.UUIDField(_("key of the organisation"), null=True)
    before = models.DateTimeField(_("entries before"))
    count = models.PositiveIntegerField(_("entries"))
    first_seal = models.PositiveBigIntegerField(_("first seal"))
    last_seal = models.PositiveBigIntegerField(_("last seal"))
    root = models.CharField(_("root of its entries"), max_length=64)
    signature = models.TextField(_("signature"))

    class Meta:
        verbose_name = _("retirement of audit entries")
        verbose_name_plural = _("retirements of audit entries")

    def __str__(self) -> str:
        return f"{self.before:%Y-%m-%d} {self.count}"


class AuditRetired(models.Model):
    """One row that a retirement took away; its leaf stays."""

    event = models.UUIDField(_("key of the entry"), primary_key=True, editable=False)
    retirement = models.UUIDField(_("key of the retirement"), db_index=True)

    class Meta:
        verbose_name = _("retired entry")
        verbose_name_plural = _("retired entries")

    def __str__(self) -> str:
        return str(self.event)


class AuditAnchor(models.Model):
    """That a seal's checkpoint was copied to where the site keeps it."""

    seal = models.PositiveBigIntegerField(_("seal"), primary_key=True, editable=False)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("copy of a seal kept elsewhere")
        verbose_name_plural = _("copies of seals kept elsewhere")

    def __str__(self) -> str:
        return str(self.seal)
