"""The timeline: what happened to a noun, in the order it happened. Rows are never changed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import new_id


class TimelineEntry(models.Model):
    """One action on one noun, with the name, role and organisation as they were."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("time"))
    noun = models.CharField(_("kind"), max_length=40)
    noun_id = models.UUIDField(_("key of what it is about"))
    case = models.UUIDField(_("key of the case"), null=True)
    action = models.CharField(_("action"), max_length=60)
    from_status = models.CharField(_("status before"), max_length=30, blank=True)
    to_status = models.CharField(_("status after"), max_length=30, blank=True)
    person = models.UUIDField(_("key of the person"), null=True)
    person_name = models.CharField(_("who"), max_length=200)
    role = models.CharField(_("role"), max_length=40, blank=True)
    organisation = models.UUIDField(_("key of the organisation"), null=True)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("What the person gave as the reason; part of the record.")
    )
    facts = models.JSONField(_("particulars"), default=dict)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes: ClassVar = [
            models.Index(fields=["noun_id", "at"], name="timeline_by_noun"),
            models.Index(fields=["case", "at"], name="timeline_by_case", condition=models.Q(case__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.action} {self.at:%Y-%m-%d %H:%M}"
