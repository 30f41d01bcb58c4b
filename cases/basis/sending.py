"""Before a case is shared: what its rule asks for and is not recorded; and afterwards, the decision that is kept."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from cases.basis.blocks import of_basis, recorded_of, stated
from cases.basis.conditions import Decision, decide
from cases.basis.kinds import Need, Sharing
from cases.basis.models import Outcome, SharingDecision
from cases.basis.rules import Applied, rules_for
from cases.basis.standing import Recorded
from cases.hooks import Known
from cases.models import Case
from core import clock
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Check:
    """What the rule of a case's laboratory says about sharing it now. `met` are the records that satisfied it.

    What speaks against sharing with one reader is no part of it: cases.access.sharing.must_be_shareable says that, and
    need not read again what is `known`.
    """

    applied: Applied
    sharing: Sharing
    decision: Decision
    met: dict[Need, UUID]
    known: Known

    @property
    def missing(self) -> dict[str, str]:
        """A sentence for each thing that is not recorded, by its code."""
        words = {
            Need.INFORMED: _("It is not recorded that the patient is informed. The rule %(rule)s asks for it."),
            Need.CONSENT: _("No consent of the patient is recorded. The rule %(rule)s asks for it."),
        }
        rule = {"rule": self.applied.name}
        return {each.value: text % rule for each, text in words.items() if each in self.decision.missing}


def check(case: Case, sharing: Sharing) -> Check:
    """Check it. Five queries at most, three where nothing is recorded; call with the case locked where a decision
    follows."""
    rules = rules_for([case.organisation_id])
    applied = rules[case.organisation_id]
    found = recorded_of([case], rules).get(case.pk)
    recorded = found[1] if found else Recorded({}, [])
    return Check(
        applied,
        sharing,
        decide(applied.conditions, sharing, recorded=recorded.met, against=()),
        recorded.met,
        {of_basis: list(stated(case.pk, applied, recorded))},
    )


def keep(actor: Actor, case_id: UUID, source_kind: str, source_id: UUID, found: Check) -> SharingDecision:
    """Keep the decision to share, with the version of the rule and what satisfied it. Call in the transaction."""
    needs = found.applied.conditions.needs[found.sharing]
    grounds: list[dict[str, str]] = [{"code": Need.TREATMENT.value, "by": actor.name}]
    grounds += [
        {"code": need.value, "fact": str(found.met[need])} for need in Need if need in needs and need in found.met
    ]
    return SharingDecision.objects.create(
        case_id=case_id,
        source_kind=source_kind,
        source_id=source_id,
        sharing=found.sharing,
        rule=found.applied.rule,
        outcome=Outcome.ALLOWED,
        grounds=grounds,
        decided_at=clock.now(),
        decided_by=actor.name,
    )
