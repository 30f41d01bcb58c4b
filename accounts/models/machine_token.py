"""A token with which a machine of a laboratory uses the API."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.scopes import Scope
from core.audit.models import CoreNow
from core.ids import new_id

YEAR = timedelta(days=365)  # the longest life


class MachineTokenQuerySet(models.QuerySet["MachineToken"]):
    """Tokens by time."""

    def in_force(self) -> "MachineTokenQuerySet":
        """Those that open the door now, of organisations that are active; decided in SQL."""
        return self.filter(withdrawn_at__isnull=True, expires_at__gt=CoreNow(), organisation__is_active=True)


class MachineToken(models.Model):
    """For which machine, what for, from where and until when. Of the secret only a keyed hash (accounts/tokens.py)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="machine_tokens", verbose_name=_("organisation")
    )
    name = models.CharField(_("name of the machine"), max_length=60)
    purpose = models.CharField(_("what it is for"), max_length=200)
    prefix = models.CharField(_("prefix"), max_length=8, unique=True)
    secret_hash = models.CharField(_("keyed hash of the secret"), max_length=64)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("what it may"))
    network = models.CharField(_("only from the network"), max_length=43, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_address = models.CharField(_("last used from"), max_length=45, blank=True)

    objects = MachineTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token for a machine")
        verbose_name_plural = _("tokens for machines")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(withdrawn_at__isnull=True),
                name="accounts_one_token_per_name",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + YEAR),
                name="accounts_token_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contains=[Scope.CASES_READ.value], scopes__contained_by=Scope.values),
                name="accounts_token_has_scopes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning})"

    @property
    def beginning(self) -> str:
        """How the token begins, by which its owner knows it again."""
        return f"cns_{self.prefix}"
