"""The states of an emergency access, as a table: an hour at most, and a review that is owed whatever happens."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule


class Status(models.TextChoices):
    """The life of an emergency access."""

    RUNNING = "running", pgettext_lazy("emergency access", "Running")
    ENDED = "ended", _("Review owed")
    REVIEWED = "reviewed", pgettext_lazy("emergency access", "Reviewed")


class Outcome(models.TextChoices):
    """What the review found."""

    JUSTIFIED = "justified", _("Justified")
    NOT_JUSTIFIED = "not_justified", _("Not justified")


TELL_LABORATORY, TELL_HOLDER = "emergency.tell_laboratory", "emergency.tell_holder"
RUN_OUT, REMIND, TELL_OF_SEARCH = "emergency.run_out", "emergency.remind", "emergency.tell_of_search"  # timers

CALLER = frozenset({"caller"})
SYSTEM = frozenset({"system"})
ENDING = frozenset({"holder", "owner"})
REVIEWER = frozenset({"reviewer"})
WRITER = frozenset({"writer"})

EMERGENCY = Machine(
    noun="emergency",
    statuses=dict(Status.choices),
    table={
        ("", "open"): Rule(
            Status.RUNNING, CALLER, _("Emergency access opened"), "emergency.opened", (TELL_LABORATORY,)
        ),
        (Status.RUNNING, "end"): Rule(
            Status.ENDED, ENDING, _("Emergency access ended"), "emergency.ended", (TELL_HOLDER,)
        ),
        (Status.RUNNING, "run_out"): Rule(Status.ENDED, SYSTEM, _("Emergency access ran out"), "emergency.ran_out"),
        (Status.ENDED, "review"): Rule(
            Status.REVIEWED, REVIEWER, _("Emergency access reviewed"), "emergency.reviewed", (TELL_HOLDER,)
        ),
        **{
            (status, "send_letter"): Rule(
                status, WRITER, _("Letter to the patient about an emergency access sent"), "emergency.letter_sent"
            )
            for status in (Status.ENDED, Status.REVIEWED)
        },
    },
)
