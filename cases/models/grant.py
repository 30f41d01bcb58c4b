"""What a person may see of a case because of a share: one row per person, permission, case and share."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import UserObjectPermissionBase

from cases.models.case import Case
from cases.models.share import Share
from core.audit.words import PURPOSES
from core.ids import new_id


class CaseGrant(UserObjectPermissionBase):
    """A current grant. Written by cases.access.grants alone.

    The last four columns are copies of the case's, kept by a trigger, so that a worklist over 100,000 grants reads
    one index. Meta does not inherit guardian's: its uniqueness would allow one share per person only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="grants", verbose_name=_("case"))
    share = models.ForeignKey(Share, models.CASCADE, related_name="grants", verbose_name=_("share"))
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("ended"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=PURPOSES)
    received_at = models.DateTimeField(_("received"))
    status = models.CharField(_("status"), max_length=20)
    priority = models.CharField(_("priority"), max_length=20)
    organ_system = models.CharField(_("organ system"), max_length=30)

    class Meta:
        verbose_name = _("access of a person")
        verbose_name_plural = _("access of people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "share"], name="cases_one_grant_per_share"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "permission", "-received_at", "-content_object"],
                include=["valid_from", "valid_until", "status", "priority", "organ_system"],
                name="cases_granted",
                condition=Q(revoked_at__isnull=True),
            ),
            models.Index(
                fields=["user", "permission", "-received_at", "-content_object"],
                include=["valid_from", "valid_until", "priority", "organ_system"],
                name="cases_granted_open",
                condition=Q(revoked_at__isnull=True, status="open"),
            ),
            models.Index(fields=["content_object", "user"], name="cases_grants_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.content_object_id} {self.user_id}"


class GrantEvent(models.Model):
    """The history of grants: given, for which time, and ended. Append-only by trigger.

    A window that changed is given anew; there is none on rows that were written before windows were kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("time"))
    given = models.BooleanField(_("given"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    permission = models.ForeignKey(
        Permission, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("access", "what")
    )
    case = models.UUIDField(_("key of the case"))
    share = models.UUIDField(_("key of the share"))
    valid_from = models.DateTimeField(_("from"), null=True)
    valid_until = models.DateTimeField(_("until"), null=True)
    by_person = models.UUIDField(_("key of the person"), null=True)
    by_name = models.CharField(_("by whom"), max_length=200)

    class Meta:
        verbose_name = _("change of access")
        verbose_name_plural = _("changes of access")
        indexes: ClassVar = [models.Index(fields=["case", "at"], name="cases_grant_history")]

    def __str__(self) -> str:
        return f"{self.case} {self.user_id} {'given' if self.given else 'ended'}"
