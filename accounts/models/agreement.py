"""An agreement between two organisations: what one may send to the other, for what, and from when until when."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.states import BINDING, Status
from core.audit.models import CoreNow
from core.ids import new_id

LONGEST_REFERENCE = 80


class Work(models.TextChoices):
    """What may be sent under an agreement."""

    CONSULTATION = "consultation", _("Consultation")
    INTERPRETATION = "interpretation", _("Primary interpretation")
    MDT = "mdt", _("MDT meetings")


class Identity(models.TextChoices):
    """How much of the patient may be sent under an agreement; who may send the name may also send a pseudonym."""

    IDENTIFIED = "identified", _("With the patient's identity")
    PSEUDONYMISED = "pseudonymised", _("Under a pseudonym only")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements by what they allow."""

    def in_force(self) -> "AgreementQuerySet":
        """Those that bind both sides at this moment; decided in SQL."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=CoreNow()),
            status__in=BINDING,
            valid_from__lte=CoreNow(),
        )

    def sent_by(self, senders: Collection[UUID]) -> "AgreementQuerySet":
        """Those under which one of these organisations may send: as the side that asks, or either of a mutual one."""
        return self.filter(Q(asking__in=senders) | Q(is_mutual=True, answering__in=senders))

    def covering(self, work: str, organ_system: str) -> "AgreementQuerySet":
        """Those about this kind of work and this organ system; a case without one needs an agreement about all."""
        organs = Q(organ_systems=[])
        if organ_system:
            organs |= Q(organ_systems__contains=[organ_system])
        return self.filter(organs, work__contains=[work])


class Agreement(models.Model):
    """`asking` may send `work` to `answering`, and the other way round where it is mutual.

    A party stands for itself and every organisation below it in the hierarchy, so that one agreement of a network with
    itself lets all its laboratories ask each other. `organ_systems` are codes of that value set, none means all. An
    agreement is never changed: another is proposed, and notice is given of this one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asking = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("sends cases"))
    answering = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("answers"))
    is_mutual = models.BooleanField(_("in both directions"), default=False)
    work = ArrayField(models.CharField(max_length=20, choices=Work), verbose_name=_("about"))
    organ_systems = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("subspecialties")
    )
    identity = models.CharField(_("patients"), max_length=20, choices=Identity)
    reference = models.CharField(_("reference of the signed contract"), max_length=LONGEST_REFERENCE, blank=True)
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    proposed_for = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name=_("proposer"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.PROPOSED)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering: ClassVar = ["-valid_from", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="accounts_agreement_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(work__len__gt=0), name="accounts_agreement_is_about_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asking", "status"], name="accounts_agreement_asking"),
            models.Index(fields=["answering", "status"], name="accounts_agreement_answering"),
        ]

    def __str__(self) -> str:
        arrow = "↔" if self.is_mutual else "→"
        return f"{self.asking.short_name} {arrow} {self.answering.short_name}"

    @property
    def first_day(self) -> date:
        """In the time zone of who proposed it, as it was agreed."""
        return self.valid_from.astimezone(self._zone).date()

    @property
    def last_day(self) -> date | None:
        """The last day on which something may be sent; None where it is open-ended."""
        last = self.valid_until - timedelta(microseconds=1) if self.valid_until else None
        return last.astimezone(self._zone).date() if last else None

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.proposed_for.time_zone)
