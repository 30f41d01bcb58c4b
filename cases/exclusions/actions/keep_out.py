"""Keep somebody out of a case: whatever opens it to them is beaten in the same transaction."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.exclusions.models import LONGEST_NOTE, Exclusion, Reason
from cases.exclusions.queries import candidates, nobody_is_left
from cases.exclusions.states import EDITOR, EXCLUSION
from cases.policy import parties
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Invalid
from core.letters import written
from core.workflow.engine import created


def keep_out(
    *,
    actor: Actor,
    case_id: UUID,
    seen: Seen | None,
    person_id: UUID,
    reason: str,
    note: str = "",
    oneself: bool = False,
) -> Exclusion:
    """Record it. Nobody is told: the person meets the case as one that is not there. With `oneself` the actor has
    confirmed to mean themselves.

    Raises Hidden, Forbidden, Conflict, or Invalid: without a reason, for whom the case is closed anyway or already,
    where nobody but the actor could undo it, and for the actor where that is not confirmed.
    """
    note = written(note.strip())
    if wrong := _missing(reason, note):
        raise Invalid(_("Nobody was kept out."), fields=wrong)
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        who = parties(actor, case)
        if not EDITOR & who:
            raise Forbidden(_("You can see this case, but whom it is closed to is for its own laboratory to say."))
        if person_id not in {each.id for each in candidates(case)}:
            words = _("Choose somebody of your laboratory, or somebody to whom the case is shared.")
            raise Invalid(_("Nobody was kept out."), fields={"person": words})
        if nobody_is_left(case, person_id, actor.who()):
            alone = _("Nobody else in your laboratory could let you in again.")
            words = _("Everybody else of your laboratory who could let them in again is kept out already.")
            raise Invalid(_("Nobody was kept out."), fields={"person": alone if person_id == actor.person else words})
        if person_id == actor.person and not oneself:
            words = _("You keep yourself out. Only a colleague can let you in again.")
            raise Invalid(_("Nobody was kept out."), fields={"oneself": words})
        exclusion = Exclusion(case=case, person_id=person_id, reason=reason, note=note, recorded_by=actor.name)
        exclusion.recorded_at = clock.now()
        exclusion.save(force_insert=True)
        created(
            EXCLUSION,
            exclusion,
            "keep_out",
            actor=actor,
            parties=who,
            case=case.pk,
            patient=case.patient_id,
            facts={"person": str(person_id)},
        )
    return exclusion


def _missing(reason: str, note: str) -> dict[str, str]:
    wrong = {}
    if reason not in Reason.values:
        wrong["reason"] = _("Choose the reason.")
    if reason == Reason.OTHER and not note:
        wrong["note"] = _("Say the reason in words.")
    if len(note) > LONGEST_NOTE:
        wrong["note"] = _("Use at most %(number)s characters.") % {"number": LONGEST_NOTE}
    return wrong
