"""The states of a slide's image, as a table: linked or expected, prepared by a job, ready or not, or taken off."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """The life of an image."""

    WAITING = "waiting", pgettext_lazy("image", "Waiting to be prepared")
    PREPARING = "preparing", pgettext_lazy("image", "Being prepared")
    READY = "ready", pgettext_lazy("image", "Ready")
    UNREADABLE = "unreadable", pgettext_lazy("image", "Cannot be shown")
    TAKEN_OFF = "taken_off", pgettext_lazy("image", "Taken off its slide")


EDITOR, SYSTEM = frozenset({"editor"}), frozenset({"system"})
INGEST = "slides.ingest"
ON_A_SLIDE = (Status.WAITING, Status.PREPARING, Status.READY, Status.UNREADABLE)

IMAGE = Machine(
    noun="image",
    statuses=dict(Status.choices),
    table={
        ("", "link"): Rule(Status.WAITING, EDITOR, _("Image linked"), "image.linked", (INGEST,)),
        ("", "expect"): Rule(Status.PREPARING, EDITOR, _("Image file being made"), "image.expected"),
        (Status.PREPARING, "arrive"): Rule(Status.WAITING, SYSTEM, _("Image file made"), "image.arrived", (INGEST,)),
        (Status.WAITING, "prepare"): Rule(Status.PREPARING, SYSTEM, _("Preparation started"), "image.preparing"),
        (Status.PREPARING, "prepare"): Rule(Status.PREPARING, SYSTEM, _("Preparation started"), "image.preparing"),
        (Status.PREPARING, "finish"): Rule(Status.READY, SYSTEM, _("Image ready"), "image.ready"),
        (Status.PREPARING, "refuse"): Rule(Status.UNREADABLE, SYSTEM, _("Image not readable"), "image.refused"),
        (Status.UNREADABLE, "retry"): Rule(Status.WAITING, EDITOR, _("Tried again"), "image.retried", (INGEST,)),
        (Status.UNREADABLE, "link"): Rule(Status.WAITING, EDITOR, _("Image linked"), "image.linked", (INGEST,)),
        # A ready image whose files are not as they were prepared: the slide's own file, or what was made of it.
        (Status.READY, "distrust"): Rule(Status.UNREADABLE, SYSTEM, _("Image file changed"), "image.distrusted"),
        (Status.READY, "renew"): Rule(Status.WAITING, SYSTEM, _("Image prepared anew"), "image.renewed", (INGEST,)),
        **{
            (status, "take_off"): Rule(Status.TAKEN_OFF, EDITOR, _("Image taken off its slide"), "image.taken_off")
            for status in ON_A_SLIDE
        },
    },
)
