"""A patient's objection: to what, stated by whom, recorded and lifted by whom."""

from functools import partial
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.objections.states import Status
from core import terms
from core.ids import new_id

LONGEST_NOTE = 500
ONCE = "objections_one_standing"  # the constraint that holds where two record one at once


class StatedBy(models.TextChoices):
    """Who told the laboratory."""

    PATIENT = "patient", _("The patient")
    REPRESENTATIVE = "representative", _("Somebody who may decide for the patient")


class Objection(models.Model):
    """One objection to sharing one case. What people typed as the reason stands in the timeline of its steps."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="objections", verbose_name=_("case"))
    kind = models.CharField(
        _("objects to"), max_length=30, choices=partial(terms.choices, "objection_types"), default="sharing_all"
    )
    stated_by = models.CharField(_("stated by"), max_length=20, choices=StatedBy)
    stated_on = models.DateField(_("stated on"), null=True)  # none of before it was asked for
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.STANDING)
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.CharField(_("recorded by"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(status=Status.STANDING), name=ONCE),
            models.CheckConstraint(
                condition=Q(status=Status.STANDING) ^ Q(lifted_at__isnull=False), name="objections_lifted_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"

    @property
    def kind_label(self) -> str:
        """What the patient objects to, in words."""
        return terms.label("objection_types", self.kind)
