"""The states of an exclusion, as a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """An exclusion stands until it is lifted; a new one is another row."""

    STANDING = "standing", pgettext_lazy("exclusion", "Kept out")
    LIFTED = "lifted", pgettext_lazy("exclusion", "Let in again")


EDITOR = frozenset({"editor"})

EXCLUSION = Machine(
    noun="exclusion",
    statuses=dict(Status.choices),
    table={
        ("", "keep_out"): Rule(Status.STANDING, EDITOR, _("Person kept out of the case"), "exclusion.recorded"),
        (Status.STANDING, "let_in"): Rule(
            Status.LIFTED, EDITOR, _("Person let into the case again"), "exclusion.lifted"
        ),
    },
)
