"""The states of a report, as a table. A version, once there, has no states: it never changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """The life of a report."""

    DRAFT = "draft", _("Draft")
    FINAL = "final", _("Signed")
    RECEIVED = "received", _("Received")
    DISCARDED = "discarded", _("Draft discarded")


AUTHOR, EDITOR, SYSTEM = frozenset({"author"}), frozenset({"editor"}), frozenset({"author", "system"})
PDF = "reports.render_pdf"

REPORT = Machine(
    noun="report",
    statuses=dict(Status.choices),
    table={
        ("", "start"): Rule(Status.DRAFT, AUTHOR, _("Report started"), "report.started"),
        (Status.DRAFT, "edit"): Rule(Status.DRAFT, AUTHOR, _("Report edited"), "report.edited"),
        (Status.DRAFT, "sign"): Rule(Status.FINAL, AUTHOR, _("Report signed"), "report.signed", (PDF,)),
        (Status.DRAFT, "discard"): Rule(
            Status.DISCARDED, SYSTEM, _("Draft of the report discarded"), "report.discarded"
        ),
        ("", "receive"): Rule(Status.RECEIVED, EDITOR, _("Own report received"), "report.received"),
        (Status.RECEIVED, "receive_again"): Rule(
            Status.RECEIVED, EDITOR, _("Newer version of the own report received"), "report.received_again"
        ),
    },
)
