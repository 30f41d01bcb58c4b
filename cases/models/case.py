"""A case: what a laboratory examines for one patient under one accession number."""

from functools import partial
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from cases.models.patient import Patient
from cases.numbers import accession_key_of
from cases.states import Status
from core import terms
from core.ids import new_id

NUMBER_ONCE = "cases_one_accession_number"  # the constraint that holds where two register one number at once


class Case(models.Model):
    """One case of its owner laboratory.

    `version` guards editing. `identity_version` rises only when the patient, the accession number or the naming of
    the material changes: clinical writes carry it, so that an answer cannot land on the wrong case.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("laboratory"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="cases", verbose_name=_("patient"))
    accession_number = models.CharField(_("accession number"), max_length=40)
    organ_system = models.CharField(_("organ system"), max_length=30, choices=partial(terms.choices, "organ_systems"))
    priority = models.CharField(
        _("priority"), max_length=20, choices=partial(terms.choices, "priorities"), default="routine"
    )
    history = models.TextField(_("clinical details"), blank=True)
    language = models.CharField(_("language of the text"), max_length=2, default="en")
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    received_at = models.DateTimeField(_("received"))
    created_at = models.DateTimeField(_("registered"))
    version = models.PositiveIntegerField(_("version"), default=1)
    identity_version = models.PositiveIntegerField(_("version of the identity"), default=1)
    former = models.JSONField(
        _("former names and numbers"),
        default=dict,
        db_default={},
        editable=False,
        help_text=_("Written by cases.former."),
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions: ClassVar = [
            ("view_identity", "Can see who the patient is"),
            ("view_label", "Can see the label image"),
            ("view_earlier", "Can see earlier cases"),
            ("view_first_report", "Can see the first report"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("organisation", accession_key_of("accession_number"), name=NUMBER_ONCE)
        ]
        indexes: ClassVar = [
            # Each holds what its list is filtered by, so that a rare combination is found without reading cases.
            models.Index(
                fields=["organisation", "-received_at", "-id"],
                include=["status", "priority", "organ_system"],
                name="cases_of_lab",
            ),
            models.Index(
                fields=["organisation", "-received_at", "-id"],
                include=["priority", "organ_system"],
                name="cases_of_lab_open",
                condition=models.Q(status=Status.OPEN),
            ),
            models.Index(
                fields=["organisation", "organ_system", "-received_at", "-id"],
                include=["status", "priority"],
                name="cases_of_lab_by_organ",
            ),
            models.Index(
                fields=["organisation", "priority", "-received_at", "-id"],
                include=["status", "organ_system"],
                name="cases_of_lab_by_priority",
            ),
            models.Index(accession_key_of("accession_number"), name="cases_by_accession_key"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
