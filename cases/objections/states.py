"""The states of a patient's objection, as a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """An objection stands until it is lifted; a new one is another row."""

    STANDING = "standing", pgettext_lazy("objection", "Stands")
    LIFTED = "lifted", pgettext_lazy("objection", "Lifted")


EDITOR = frozenset({"editor"})
TELL_READERS = "objections.tell_readers"

OBJECTION = Machine(
    noun="objection",
    statuses=dict(Status.choices),
    table={
        ("", "object"): Rule(Status.STANDING, EDITOR, _("Objection of the patient recorded"), "objection.recorded"),
        (Status.STANDING, "lift"): Rule(
            Status.LIFTED, EDITOR, _("Objection of the patient lifted"), "objection.lifted"
        ),
    },
)
