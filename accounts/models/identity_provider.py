"""The identity provider of an organisation, and who people are there."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.roles import Role
from core.audit.models import CoreNow
from core.ids import new_id


class IdentityProvider(models.Model):
    """Where the people of one organisation sign in by OpenID Connect (accounts/oidc).

    `secret` is encrypted (accounts/at_rest.py). `new_role` is what somebody becomes who comes for the first time, ''
    where nobody becomes anything by that. `factor_values` are the values of acr or amr by which the provider says that
    it has asked for a second factor; with none of them ours is asked for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="identity_provider", verbose_name=_("organisation")
    )
    issuer = models.CharField(_("issuer"), max_length=255)
    client_id = models.CharField(_("client ID"), max_length=255)
    secret = models.TextField(_("client secret, encrypted"))
    new_role = models.CharField(_("new people become"), max_length=20, choices=Role, blank=True)
    factor_values = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, verbose_name=_("values that prove a second factor")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("changed by"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("single sign-on")
        verbose_name_plural = _("single sign-on")
        ordering: ClassVar = ["organisation__name"]

    def __str__(self) -> str:
        return self.organisation.short_name


class Identity(models.Model):
    """Who a person is at an issuer. Nothing else joins the two: an e-mail address never does.

    `subject` is what the issuer calls the person (OpenID Connect Core 1.0, section 2: 255 ASCII characters at most).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="identities", verbose_name=_("person"))
    issuer = models.CharField(_("issuer"), max_length=255)
    subject = models.CharField(_("subject"), max_length=255)
    linked_at = models.DateTimeField(_("linked"), db_default=CoreNow())
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        ordering: ClassVar = ["linked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_one_person_per_identity")
        ]

    def __str__(self) -> str:
        return self.issuer
