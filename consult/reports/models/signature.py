"""A signature on a version: who, as what, when, and what it means. A trigger refuses every change."""

from functools import partial
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from consult.reports.models.version import ReportVersion
from core import terms
from core.ids import new_id


class Method(models.TextChoices):
    """How the signer proved who they are: what accounts.reauthentication.prove answers."""

    PASSWORD = "password", _("password")
    CODE = "totp", _("authenticator app")
    PASSKEY = "webauthn", _("passkey")
    PROVIDER = "provider", _("sign-in at the organisation")


class Signature(models.Model):
    """Printed name, registration number, role, time and meaning, as they were (21 CFR 11.50)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        ReportVersion, models.PROTECT, related_name="signatures", verbose_name=_("report version")
    )
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    membership = models.UUIDField(_("key of the membership"))
    printed_name = models.CharField(_("name"), max_length=200)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registration_body = models.CharField(_("register"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=20)
    organisation_name = models.CharField(_("organisation"), max_length=200)
    meaning = models.CharField(_("meaning"), max_length=30, choices=partial(terms.choices, "signature_meanings"))
    method = models.CharField(_("proved by"), max_length=20, choices=Method)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering: ClassVar = ["signed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "signer"], name="reports_one_signature_per_person"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(meaning="author"), name="reports_one_author_signature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name}, {self.signed_at:%Y-%m-%d %H:%M}"

    @property
    def role_label(self) -> str:
        """The role in words; the role of another release as it is."""
        return str(Role(self.role).label) if self.role in Role.values else self.role
