"""Somebody who is not here yet, to be asked about one case."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership
from consult.requests.models.request import ConsultRequest
from consult.requests.outside.states import CURRENT, Status
from core.ids import new_id

LONGEST_NOTE = 300


class Verified(models.TextChoices):
    """How the administrator knows that the person is who they are said to be."""

    REGISTER = "register", _("Number and name looked up in the professional register")
    DOCUMENT = "document", _("Identity document seen")
    KNOWN = "known", _("Known to us in person")


class OutsideExpert(models.Model):
    """Who is proposed for which request, by whom, how the identity was verified, and the membership that came of it.

    The membership allows being asked about the case of this request and nothing else (basis.py).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(
        ConsultRequest, models.PROTECT, related_name="outside_experts", verbose_name=_("consult request")
    )
    title = models.CharField(_("title"), max_length=30, blank=True)
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    works_at = models.CharField(_("works at"), max_length=200)
    country = models.CharField(_("country"), max_length=2)
    registration_number = models.CharField(_("registration number"), max_length=40)
    registration_body = models.CharField(_("register"), max_length=60)
    reason = models.CharField(_("why this person"), max_length=300)
    proposed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    verified = models.CharField(_("identity verified by"), max_length=10, choices=Verified, blank=True)
    verified_note = models.CharField(_("note on the verification"), max_length=LONGEST_NOTE, blank=True)
    confirmed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("membership")
    )
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.PROPOSED)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("proposed"))

    class Meta:
        verbose_name = _("outside expert")
        verbose_name_plural = _("outside experts")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(status__in=CURRENT), name="requests_one_outside_expert"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.INVITED, Status.JOINED])
                | (Q(confirmed_by__isnull=False) & ~Q(verified="")),
                name="requests_outside_expert_was_verified",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)
