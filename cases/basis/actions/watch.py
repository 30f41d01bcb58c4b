"""What follows from a change of the legal basis: shares close or open in the same transaction, and it is kept why."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from cases import hooks
from cases.access.grants import reconcile
from cases.basis.models import LegalFact, Outcome, SharingDecision
from cases.basis.rules import rules_for
from cases.basis.states import TELL_READERS
from cases.hooks import ShareSpec
from cases.models import Case
from cases.queries import in_force
from core import clock
from core.actor import Actor
from core.jobs.queue import dedupe_key, enqueue

Key = tuple[UUID, str, UUID]


@contextmanager
def watched(actor: Actor, cases: Collection[Case], fact: LegalFact) -> Iterator[None]:
    """Change the records inside. Then the grants of these locked cases are made right, a decision is kept for each
    share that has closed or opened by it, and those who lost or regained a case are told that, and not why.
    """
    keys = [case.pk for case in cases]
    before, saw = _open(keys), set(in_force(keys).values_list("user", flat=True))
    yield
    reconcile(keys, actor=actor)
    after, see = _open(keys), set(in_force(keys).values_list("user", flat=True))
    for outcome, changed in (
        (Outcome.HELD, before.keys() - after.keys()),
        (Outcome.AGAIN, after.keys() - before.keys()),
    ):
        _keep(actor, fact, outcome, [(before | after)[key] for key in changed])
    key = dedupe_key(TELL_READERS, fact.pk, fact.version)
    people = {"lost": sorted(map(str, saw - see)), "again": sorted(map(str, see - saw))}
    if any(people.values()):
        enqueue(TELL_READERS, subject=fact.pk, key=key, payload=dict(people), request_id=actor.request_id)


def _open(cases: Collection[UUID]) -> dict[Key, ShareSpec]:
    at = clock.now()
    specs = hooks.expected_shares(cases)
    return {(each.case, each.source_kind, each.source_id): each for each in specs if each.valid_until > at}


def _keep(actor: Actor, fact: LegalFact, outcome: Outcome, specs: Collection[ShareSpec]) -> None:
    if not specs:
        return
    owners = dict(Case.objects.filter(pk__in={spec.case for spec in specs}).values_list("pk", "organisation"))
    rules, at = rules_for(set(owners.values())), clock.now()
    SharingDecision.objects.bulk_create(
        SharingDecision(
            case_id=spec.case,
            source_kind=spec.source_kind,
            source_id=spec.source_id,
            sharing=spec.sharing,
            rule=rules[owners[spec.case]].rule,
            outcome=outcome,
            grounds=[{"code": fact.reach or fact.kind, "fact": str(fact.pk), "status": fact.status}],
            decided_at=at,
            decided_by=actor.name,
        )
        for spec in sorted(specs, key=lambda spec: (spec.case, spec.source_kind, spec.source_id))
    )
