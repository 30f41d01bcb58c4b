"""Every state machine, exhaustively from its table: what is in it happens, what is not is refused without a trace."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from cases.basis.states import CONFIRMATION, FACT, RULE
from cases.emergency.states import EMERGENCY
from cases.exclusions.states import EXCLUSION
from cases.objections.states import OBJECTION
from cases.states import CASE, PATIENT
from consult.reports.states import REPORT
from consult.requests.states import ENDED, REQUEST
from core.actor import Actor
from core.audit import names
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden
from core.jobs.hooks import kinds
from core.jobs.models import Job
from core.workflow.engine import perform
from core.workflow.machine import Machine
from core.workflow.models import TimelineEntry
from slides.states import IMAGE

pytestmark = pytest.mark.ci

MACHINES = (CASE, PATIENT, RULE, CONFIRMATION, FACT, OBJECTION, EXCLUSION, EMERGENCY, IMAGE, REPORT, REQUEST)
PARTIES = sorted({party for machine in MACHINES for rule in machine.table.values() for party in rule.parties})
ROWS = [
    pytest.param(machine, status, id=f"{machine.noun}-{status}") for machine in MACHINES for status in machine.statuses
]


@dataclass
class Thing:
    """A noun without a table of its own: the engine may touch status and version, nothing else."""

    status: str
    version: int = 1
    pk: UUID = field(default_factory=uuid4)
    saved: list[list[str]] = field(default_factory=list)

    def save(self, *, update_fields: Collection[str]) -> None:
        """Remember what would have been written."""
        self.saved.append(list(update_fields))


@pytest.mark.django_db
@pytest.mark.parametrize(("machine", "status"), ROWS)
def test_every_cell(machine: Machine, status: str) -> None:
    """Every action, by every party and by nobody's, from this status."""
    for action in sorted(machine.actions):
        for party in [*PARTIES, "nobody"]:
            _cell(machine, status, action, party)


def _cell(machine: Machine, status: str, action: str, party: str) -> None:
    thing, actor = Thing(status), Actor(person=uuid4(), name="Dr Test")
    cell = f"{machine.noun}: {action} by {party} from {status}"
    rule = machine.table.get((status, action))
    expected = Conflict if rule is None else Forbidden if party not in rule.parties else None
    if expected is not None:
        with pytest.raises(expected), transaction.atomic():
            perform(machine, thing, action, actor=actor, parties=frozenset({party}))
        assert (thing.status, thing.version, thing.saved) == (status, 1, []), cell
        assert not TimelineEntry.objects.filter(noun_id=thing.pk).exists(), cell
        assert not AuditEvent.objects.filter(object_id=str(thing.pk)).exists(), cell
        assert not Job.objects.filter(subject=thing.pk).exists(), cell
        return
    assert rule is not None
    with transaction.atomic():
        perform(machine, thing, action, actor=actor, parties=frozenset({party}))
    assert (thing.status, thing.version, thing.saved) == (rule.to, 2, [["status", "version"]]), cell
    entry = TimelineEntry.objects.get(noun_id=thing.pk)
    assert (entry.action, entry.from_status, entry.to_status, entry.person_name) == (action, status, rule.to, "Dr Test")
    event = AuditEvent.objects.get(object_id=str(thing.pk))
    assert (event.action, event.outcome, event.person) == (rule.audit, "success", actor.person), cell
    jobs = Job.objects.filter(subject=thing.pk).values_list("kind", flat=True)
    assert sorted(jobs) == sorted(rule.effects), cell


def test_every_effect_of_a_table_has_a_handler() -> None:
    named = {kind for machine in MACHINES for rule in machine.table.values() for kind in rule.effects}
    assert named <= set(kinds())


def test_every_audit_name_has_words() -> None:
    for machine in MACHINES:
        for rule in machine.table.values():
            assert str(names.label(rule.audit)) != rule.audit


def test_no_request_is_ever_stuck() -> None:
    """From every state that is not an end, somebody can take a step towards one."""
    reaches = {str(status) for status in ENDED}
    while True:
        more = {s for (s, _), rule in REQUEST.table.items() if str(rule.to) in reaches and str(s)} - reaches
        if not more:
            break
        reaches |= {str(s) for s in more}
    assert reaches == {str(status) for status in REQUEST.statuses}


def test_an_end_is_an_end() -> None:
    assert not [(s, a) for (s, a) in REQUEST.table if s in ENDED]
