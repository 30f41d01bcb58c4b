"""What a decision to share relied on and what does not count any more: ended as a mistake, or said by the patient whom
the case had before. Its share has no basis until what the rule asked for is recorded again."""

from collections.abc import Collection, Mapping
from uuid import UUID

from cases.basis.kinds import Need
from cases.basis.models import LegalFact, Outcome, SharingDecision
from cases.basis.states import FactStatus
from cases.models import Case


def without_basis(cases: Collection[Case], met: Mapping[UUID, Collection[Need]]) -> dict[UUID, frozenset[UUID]]:
    """By case, the sources of its shares of which that is so; cases of which none is are missing.

    `met` is what is recorded for each case now. What was allowed is judged by the needs of its own time, as the last
    decision about the share names them. One query where all that they name is met, else two.
    """
    allowed = SharingDecision.objects.filter(case__in=[case.pk for case in cases], outcome=Outcome.ALLOWED)
    last = allowed.order_by("case", "source_id", "-decided_at", "-pk").distinct("case", "source_id")
    relied = [
        (case, source, ground["fact"])
        for case, source, grounds in last.values_list("case", "source_id", "grounds")
        for ground in grounds
        if "fact" in ground and Need(ground["code"]) not in met.get(case, ())
    ]
    if not relied:
        return {}
    counting = LegalFact.objects.filter(pk__in={fact for _case, _source, fact in relied}).exclude(
        status=FactStatus.ENDED
    )
    whose = {str(key): patient for key, patient in counting.values_list("pk", "patient")}
    patients = {case.pk: case.patient_id for case in cases}
    found: dict[UUID, set[UUID]] = {}
    for case, source, fact in relied:
        if whose.get(fact) != patients[case]:
            found.setdefault(case, set()).add(source)
    return {case: frozenset(sources) for case, sources in found.items()}
