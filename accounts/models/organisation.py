"""A network, a hospital group or a laboratory."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit.seal.retire import LEAST_MONTHS
from core.ids import new_id


class Kind(models.TextChoices):
    NETWORK = "network", _("Network")
    GROUP = "group", _("Hospital group or trust")
    LAB = "lab", _("Laboratory")
    OUTSIDE = "outside", _("Outside expert")

    def may_belong_to(self, other: "Kind") -> bool:
        """Whether one of this kind may stand below one of `other`: so nothing is above itself, and levels are three."""
        order = [Kind.NETWORK, Kind.GROUP, Kind.LAB]
        return self in order and other in order and order.index(other) < order.index(self)


class StaffNames(models.TextChoices):
    """How staff stand in what a patient is given about who looked."""

    NAMES = "names", _("By name and role")
    ROLES = "roles", _("By role alone")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations by what they are to others."""

    def partners(self) -> "OrganisationQuerySet":
        """Those that others know, agree with, block and search by: active, and never the place of one outside expert,
        who is there for one case alone."""
        return self.filter(is_active=True).exclude(kind=Kind.OUTSIDE)


class Organisation(models.Model):
    """One organisation in the hierarchy. Country is ISO 3166-1 alpha-2, the time zone an IANA name.

    `language` is that of its reports; `languages` are two-letter codes of those in which its members take consultations
    who have not said so themselves.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LAB)
    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=40)
    country = models.CharField(_("country"), max_length=2)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    language = models.CharField(_("language of its reports"), max_length=10, default="en")
    languages = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("languages of its consultations")
    )
    address = models.TextField(_("address"), blank=True)
    accreditation = models.CharField(_("accreditation number"), max_length=60, blank=True)
    audit_months = models.PositiveSmallIntegerField(
        _("months to keep the audit"), default=LEAST_MONTHS, help_text=_("60 at least, as NEN 7513 asks.")
    )
    staff_names = models.CharField(
        _("staff in what a patient is given"), max_length=5, choices=StaffNames, default=StaffNames.NAMES
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(audit_months__gte=LEAST_MONTHS), name="accounts_audit_is_kept")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Two letters for the square avatar."""
        return self.short_name[:2].upper()
