"""Withdraw a consent, or end a record: a block that is lifted, a refusal taken back, an entry made by mistake."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from cases.basis.actions.lock import lock_concerned
from cases.basis.actions.watch import watched
from cases.basis.models import LegalFact
from cases.basis.policy import may_end, visible_facts
from cases.basis.states import FACT
from cases.models import Case
from cases.policy import parties
from core import clock
from core.actor import Actor
from core.errors import Conflict, Hidden, Invalid
from core.letters import written
from core.workflow.engine import check_version, perform

LONGEST_REASON = 500


def end(
    *, actor: Actor, fact_id: UUID, case_id: UUID, version: int, seen: Seen | None, how: str, reason: str
) -> LegalFact:
    """End it as `how` says ("withdraw" for the patient's taking back a consent, else "end"), with why.

    `case_id` is the case on the screen. Raises Hidden, Forbidden, Invalid without a reason, or Conflict.
    """
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        words = _("Give the reason, in at most %(longest)s characters.") % {"longest": LONGEST_REASON}
        raise Invalid(_("Nothing was changed."), fields={"reason": words})
    with transaction.atomic():
        known = visible_facts(actor).filter(pk=fact_id).first()
        if known is None:
            raise Hidden(_("There is nothing here that you may see."))
        case, locked = lock_concerned(actor, case_id, seen, all_cases=known.case_id is None)
        fact = visible_facts(actor).select_for_update(of=("self",)).get(pk=fact_id)
        if not concerns(fact, case):
            raise Hidden(_("There is nothing here that you may see."))
        check_version(fact, version)
        if how not in may_end(fact):
            raise Conflict(
                _("This is not possible now. Its state is: %(status)s.") % {"status": fact.get_status_display()}
            )
        with watched(actor, locked, fact):
            fact.ended_at, fact.ended_by, fact.end_reason = clock.now(), actor.name, written(reason)
            perform(
                FACT,
                fact,
                how,
                actor=actor,
                parties=parties(actor, case),
                case=case.pk,
                patient=case.patient_id,
                changed=["ended_at", "ended_by", "end_reason"],
                reason=reason.strip(),
                facts={"kind": fact.kind, "reach": fact.reach, "all_cases": fact.case_id is None, "cases": len(locked)},
            )
    return fact


def concerns(fact: LegalFact, case: Case) -> bool:
    """Whether a record is about this case: its own, or its patient's."""
    return fact.case_id == case.pk if fact.case_id else fact.patient_id == case.patient_id
