"""The states of a case and of a patient's record, as tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """The life of a case."""

    OPEN = "open", pgettext_lazy("case", "Open")
    CLOSED = "closed", _("Closed")


EDITOR, MACHINE = frozenset({"editor"}), frozenset({"machine"})

CASE = Machine(
    noun="case",
    statuses=dict(Status.choices),
    table={
        ("", "register"): Rule(Status.OPEN, EDITOR, _("Case registered"), "case.registered"),
        (Status.OPEN, "edit"): Rule(Status.OPEN, EDITOR, _("Case edited"), "case.edited"),
        (Status.OPEN, "correct"): Rule(Status.OPEN, EDITOR, _("Case identity corrected"), "case.corrected"),
        (Status.OPEN, "add_material"): Rule(Status.OPEN, EDITOR | MACHINE, _("Material added"), "case.material_added"),
        (Status.OPEN, "correct_material"): Rule(
            Status.OPEN, EDITOR, _("Material corrected"), "case.material_corrected"
        ),
        (Status.OPEN, "close"): Rule(Status.CLOSED, EDITOR, _("Case closed"), "case.closed"),
        (Status.CLOSED, "reopen"): Rule(Status.OPEN, EDITOR, _("Case reopened"), "case.reopened"),
    },
)

PATIENT = Machine(
    noun="patient",
    statuses={"registered": _("Registered")},
    table={
        ("", "register"): Rule("registered", EDITOR, _("Patient registered"), "patient.registered"),
        ("registered", "correct"): Rule("registered", EDITOR, _("Patient corrected"), "patient.corrected"),
    },
)
