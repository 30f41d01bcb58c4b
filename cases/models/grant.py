"""What a person may see of a case because of a share: one row per person, permission, case and share."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase

from cases.models.case import Case
from cases.models.share import Share
from core.ids import new_id


class CaseGrant(UserObjectPermissionBase):
    """A current grant. Written by cases.access.grants alone.

    The last four columns are copies of the case's, kept by a trigger, so that a worklist over 100,000 grants reads
    one index. Meta does not inherit guardian's: its uniqueness would allow one share per person only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="grants")
    share = models.ForeignKey(Share, models.CASCADE, related_name="grants")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    purpose = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=20)
    priority = models.CharField(max_length=20)
    organ_system = models.CharField(max_length=30)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "share"], name="cases_one_grant_per_share"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "permission", "-received_at", "-content_object"],
                include=["valid_from", "valid_until", "priority", "organ_system"],
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
    """The history of grants: given and ended. Append-only by trigger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    given = models.BooleanField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    permission = models.ForeignKey(Permission, models.PROTECT, related_name="+")
    case = models.UUIDField()
    share = models.UUIDField()
    by_person = models.UUIDField(null=True)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "at"], name="cases_grant_history")]

    def __str__(self) -> str:
        return f"{self.case} {self.user_id} {'given' if self.given else 'ended'}"
