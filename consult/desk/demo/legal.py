"""What the demo's laboratories record of a patient before they send a case: what the rule of their country asks for."""

from datetime import datetime

from cases.basis.actions.record import Said, record
from cases.basis.kinds import How, Kind, Sharing
from cases.basis.sending import check
from cases.models import Case
from consult.desk.demo.cases import seen
from core.actor import Actor


def record_needs(actor: Actor, case: Case, told: datetime) -> None:
    """Each that is missing for a consultation, in the words of the clinician who talked to the patient."""
    for code in check(case, Sharing.CONSULTATION).missing:
        said = Said(kind=Kind(code), on_day=told.date(), by_whom=actor.name, how=How.ORAL, all_cases=True)
        record(actor=actor, case_id=case.pk, seen=seen(case), said=said)
