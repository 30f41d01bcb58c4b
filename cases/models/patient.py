"""A patient as one laboratory knows them: names, a birth date that may be partial, several identifiers."""

from functools import partial
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from cases.numbers import KeyField
from core import terms
from core.ids import new_id


class Patient(models.Model):
    """One person in one laboratory's register. `version` rises with every change of identity."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("laboratory"))
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given names"), max_length=100, blank=True)
    used_name = models.CharField(_("name used"), max_length=100, blank=True)
    birth_family_name = models.CharField(_("family name at birth"), max_length=100, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=partial(terms.choices, "sexes"), default="U")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    status = models.CharField(_("status"), max_length=20, default="registered")
    created_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True) | Q(birth_year__isnull=False, birth_month__range=(1, 12)),
                name="cases_birth_month_needs_year",
            ),
            models.CheckConstraint(
                condition=Q(birth_day__isnull=True) | Q(birth_month__isnull=False, birth_day__range=(1, 31)),
                name="cases_birth_day_needs_month",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "family_name"], name="cases_patient_by_name")]

    def __str__(self) -> str:
        return f"{self.pk}"


class PatientIdentifier(models.Model):
    """A number that a system gave a patient: national, hospital or laboratory; checked at the source or not.

    `system` and `value` stay as they were typed; numbers are compared by the two keys alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="identifiers", verbose_name=_("patient"))
    system = models.CharField(_("system"), max_length=60, help_text=_("For example GB:NHS, NL:BSN, or LOCAL."))
    value = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    verified = models.BooleanField(_("verified at the source"), default=False)
    system_key = KeyField(of="system")
    value_key = KeyField(of="value")

    class Meta:
        verbose_name = _("patient identifier")
        verbose_name_plural = _("patient identifiers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient", "system_key", "value_key"], name="cases_identifier_once"),
            models.CheckConstraint(
                condition=~Q(system_key="") & ~Q(value_key=""), name="cases_identifier_says_a_number"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["value_key"], name="cases_by_identifier")]
        ordering: ClassVar = ["-verified", "id"]

    def __str__(self) -> str:
        return self.system
