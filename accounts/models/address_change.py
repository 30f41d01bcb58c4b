"""A new e-mail address that waits for its owner: passwords are reset by mail, and a password is what signs."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from core.ids import new_id


class AddressChange(models.Model):
    """From which address to which, asked by whom. The link is signed from the id; both addresses stay on record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="address_changes", verbose_name=_("person"))
    old_email = models.EmailField(_("old address"))
    new_email = models.EmailField(_("new address"))
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by"))
    created_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("valid until"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="accounts_one_waiting_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_email} > {self.new_email}"
