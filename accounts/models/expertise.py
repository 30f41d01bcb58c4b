"""What a person is an expert in; the codes are those of the organ systems' value set."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.membership import Membership
from core.ids import new_id


class Expertise(models.Model):
    """One organ system in which a member takes consultations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="expertise", verbose_name=_("membership"))
    organ_system = models.CharField(_("subspecialty"), max_length=30)

    class Meta:
        verbose_name = _("subspecialty")
        verbose_name_plural = _("subspecialties")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["membership", "organ_system"], name="accounts_expertise_once")
        ]
        indexes: ClassVar = [models.Index(fields=["organ_system"], name="accounts_by_organ_system")]

    def __str__(self) -> str:
        return self.organ_system
