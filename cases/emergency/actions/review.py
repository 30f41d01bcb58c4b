"""Review an emergency access: justified or not, with a note."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.emergency.actions.end import run_out
from cases.emergency.actions.lock import lock_emergency
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import parties
from cases.emergency.states import EMERGENCY, REMIND, Outcome, Status
from core import clock
from core.actor import Actor, system
from core.errors import Invalid
from core.jobs.queue import cancel
from core.letters import written
from core.workflow.engine import perform

LONGEST_NOTE = 500


def review(*, actor: Actor, access_id: UUID, version: int, outcome: str, note: str) -> EmergencyAccess:
    """Record the outcome; the person who opened the case is told. Raises Hidden, Forbidden, Invalid or Conflict.

    What still runs is ended first by whoever wants it ended: a review is of the whole.
    """
    wrong = {}
    if outcome not in Outcome.values:
        wrong["outcome"] = _("Say whether it was justified.")
    if not note.strip():
        wrong["note"] = _("Say what you found.")
    elif len(note.strip()) > LONGEST_NOTE:
        wrong["note"] = _("This is too long: at most %(longest)s characters.") % {"longest": LONGEST_NOTE}
    if wrong:
        raise Invalid(_("The review was not recorded."), fields=wrong)
    with transaction.atomic():
        access = lock_emergency(actor, access_id, version=version)
        at = clock.now()
        if access.status == Status.RUNNING and access.ends_at <= at:
            run_out(actor=system("emergency.review", request_id=actor.request_id), access=access)
        EMERGENCY.rule(access.status, "review")
        access.reviewed_at, access.reviewed_by = at, actor.name
        access.outcome, access.review_note = outcome, written(note)
        perform(
            EMERGENCY,
            access,
            "review",
            actor=actor,
            parties=parties(actor, access),
            case=access.case_id,
            patient=access.case.patient_id,
            changed=["reviewed_at", "reviewed_by", "outcome", "review_note"],
            facts={"outcome": outcome},
        )
        cancel(REMIND, access.pk)
    return access
