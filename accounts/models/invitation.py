"""An invitation to join an organisation, answered from the mail it was sent in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.roles import Role
from core.ids import new_id

WITH_HOST = ("organisation", "asked_by__organisation", "asked_by__user")  # what tells who invites


class Invitation(models.Model):
    """Who is invited, where and as what, by whom, until when. The link is signed from the id; no secret is stored.

    `first_day` is the day on which the membership begins, None where that is the moment of accepting; `asked_by` is the
    colleague at whose wish somebody is invited for one case; others are invited by a laboratory as
    such.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"))
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    title = models.CharField(_("title"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registration_body = models.CharField(_("register"), max_length=60, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    makes_platform_admin = models.BooleanField(_("makes a platform administrator"), default=False)
    invited_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    created_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email}, {self.organisation.short_name}"

    @property
    def host(self) -> str:
        """The organisation that invites. Whoever comes from outside is invited into a place of their own."""
        return self.asked_by.organisation.name if self.asked_by else self.organisation.name

    @property
    def as_what(self) -> str:
        """The role in words; running the installation says more than the laboratory it begins with."""
        return gettext("Platform administrator") if self.makes_platform_admin else self.get_role_display()
