"""Who of the cast may take which step of what there is, status by status: the tables of states, said as people.

What is not said here nobody of them may. Reviewed like the access matrix: read a line as a sentence.
"""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.agreements import parties as of_agreement
from accounts.states import AGREEMENT
from cases.basis.policy import rule_parties
from cases.basis.states import CONFIRMATION, FACT, RULE
from cases.emergency.policy import parties as of_emergency
from cases.emergency.states import EMERGENCY
from cases.exclusions.states import EXCLUSION
from cases.objections.states import OBJECTION
from cases.policy import parties as of_case
from cases.states import CASE, PATIENT
from consult.reports.policy import parties as of_report
from consult.reports.states import REPORT
from consult.requests.models import OutsideExpert
from consult.requests.outside.policy import parties as of_outside
from consult.requests.outside.states import OUTSIDE
from consult.requests.policy import parties as of_request
from consult.requests.states import REQUEST
from core.actor import Actor, system
from core.workflow.machine import Machine
from slides.states import IMAGE
from tests.access.row import of_outside_expert
from tests.accounts.machine_tokens import made_token
from tests.cast import World
from tests.emergency.helping import call

Steps = dict[str, dict[str, str]]
Parties = Callable[[Actor, Any], frozenset[str]]
LAB, PATHOLOGISTS, EXPERT = "asker colleague staff", "asker colleague", "expert"
ALL_OPEN = {"withdraw add_slides confirm_identity": PATHOLOGISTS, "decline": EXPERT}
OF_REQUEST: Steps = {
    "draft": {"edit send discard": "asker"},
    "sent": {**ALL_OPEN, "accept ask": EXPERT},
    "asked": {**ALL_OPEN, "accept": EXPERT, "reply": PATHOLOGISTS},
    "accepted": {**ALL_OPEN, "ask give_number answer": EXPERT},
    "waiting": {**ALL_OPEN, "reply": PATHOLOGISTS, "give_number answer": EXPERT},
    "answered": {"acknowledge": PATHOLOGISTS},
    "acknowledged": {"close": PATHOLOGISTS},
    "closed": {},
    "declined": {},
    "withdrawn": {},
}
OF_CASE: Steps = {
    "": {"register": LAB},
    "open": {"edit correct correct_material close": LAB, "add_material": f"{LAB} machine"},
    "closed": {"reopen": LAB},
}
OF_IMAGE: Steps = {
    "": {"link expect": LAB},
    "waiting": {"take_off": LAB},
    "preparing": {"take_off": LAB},
    "ready": {"take_off": LAB},
    "unreadable": {"retry link take_off": LAB},
    "taken_off": {},
}
OF_FACT: Steps = {
    "": {"informed consent refusal block protected cleared": LAB},
    "stands": {"withdraw end": LAB},
    "withdrawn": {"end": LAB},
    "ended": {},
}
OF_AGREEMENT: Steps = {  # that the expert's laboratory proposed
    "": {"propose": "expert_admin system"},
    "proposed": {"confirm decline": "admin system", "withdraw": "expert_admin system"},
    "confirmed": {"end": "admin expert_admin system"},
    "notice": {"end": "admin expert_admin system"},
    "declined": {},
    "withdrawn": {},
}
OF_OUTSIDE: Steps = {
    "": {"propose": "asker"},
    "proposed": {"confirm refuse": "admin", "withdraw": "asker admin"},
    "invited": {"withdraw": "asker admin"},
    "joined": {"withdraw": "asker admin"},
    "refused": {},
    "withdrawn": {},
}
OF_EMERGENCY: Steps = {  # the stranger's, to a case of the asking laboratory, which has a privacy officer
    "": {"open": "stranger"},
    "running": {"end": f"stranger {LAB} admin officer", "run_out": "system"},
    "ended": {"review": "officer"},
    "reviewed": {},
}
OF_OPINION: Steps = {  # of the request that is accepted
    "": {"start": EXPERT, "receive": "expert expert_colleague"},
    "draft": {"edit sign": EXPERT, "discard": "expert system"},
    "final": {},
    "received": {"receive_again": "expert expert_colleague"},
    "discarded": {},
}
ADMINS = "admin expert_admin"  # each for the own organisation
RULERS = f"{ADMINS} system"
RULES: dict[str, tuple[Machine, Steps]] = {
    "rule": (
        RULE,
        {"": {"state": RULERS}, "in_force": {"supersede": RULERS, "drop": ADMINS}, "superseded": {}},
    ),
    "confirmation": (CONFIRMATION, {"": {"confirm": ADMINS}, "confirmed": {}}),
}


def found(world: World, machine: Machine, status: str, parties: Callable[[Actor], frozenset[str]]) -> dict[str, str]:
    """By step, who may take it from this status: the cast, a machine that enters cases, the system itself."""
    token, _text = made_token(world, "cases:read", "cases:write")
    bearer = Actor(None, "", organisation=token.organisation_id, machine=token.pk, scopes=frozenset(token.scopes))
    asked = {**world.people, "machine": bearer, "system": system("tests")}
    by_step: dict[str, str] = {}
    for who, actor in asked.items():
        for action in machine.allowed(status, parties(actor)):
            by_step[action] = f"{by_step.get(action, '')} {who}".strip()
    return by_step


def says(steps: Steps, status: str, world: World) -> dict[str, str]:
    """The same as it is written here, in the order of the cast."""
    order = [*world.people, "machine", "system"]
    said = {action: set(people.split()) for actions, people in steps[status].items() for action in actions.split()}
    return {action: " ".join(who for who in order if who in people) for action, people in said.items()}


def agree(world: World, machine: Machine, steps: Steps, parties: Parties, noun: Any) -> None:
    assert set(steps) == {*machine.statuses, *([""] if any(not at for at, _ in machine.table) else [])}
    for status in steps:
        assert found(world, machine, status, lambda actor: parties(actor, noun)) == says(steps, status, world), status


@pytest.mark.parametrize("status", OF_REQUEST)
def test_steps_of_a_request(world: World, status: str) -> None:
    request = world.request(status)
    assert found(world, REQUEST, status, lambda actor: of_request(actor, request)) == says(OF_REQUEST, status, world)


def test_a_request_is_started_by_the_pathologist_who_asks(world: World) -> None:
    request = world.request("draft")
    assert found(world, REQUEST, "", lambda actor: of_request(actor, request)) == {"create": "asker"}
    assert set(REQUEST.statuses) - set(OF_REQUEST) == {"discarded"}
    assert not [action for status, action in REQUEST.table if status == "discarded"]


def test_steps_of_cases_and_of_what_belongs_to_them(world: World) -> None:
    case = world.case("sent")
    agree(world, CASE, OF_CASE, of_case, case)
    agree(world, PATIENT, {"": {"register": LAB}, "registered": {"correct": LAB}}, of_case, case)
    agree(world, IMAGE, OF_IMAGE, of_case, case)
    agree(world, OBJECTION, {"": {"object": LAB}, "standing": {"lift": LAB}, "lifted": {}}, of_case, case)
    agree(world, EXCLUSION, {"": {"keep_out": LAB}, "standing": {"let_in": LAB}, "lifted": {}}, of_case, case)
    agree(world, FACT, OF_FACT, of_case, case)


@pytest.mark.parametrize("rule", RULES)
def test_steps_of_rules(world: World, rule: str) -> None:
    machine, steps = RULES[rule]
    agree(world, machine, steps, lambda actor, _: rule_parties(actor), None)


def test_steps_of_an_agreement(world: World) -> None:
    agree(world, AGREEMENT, OF_AGREEMENT, of_agreement, world.agreement("proposed"))


def test_steps_of_an_outside_expert(world: World) -> None:
    expert = OutsideExpert.objects.select_related("request").get(pk=str(of_outside_expert(world)["expert_id"]))
    agree(world, OUTSIDE, OF_OUTSIDE, of_outside, expert)


def test_steps_of_an_emergency(world: World) -> None:
    agree(world, EMERGENCY, OF_EMERGENCY, of_emergency, call(world))


def test_steps_of_a_report(world: World) -> None:
    agree(world, REPORT, OF_OPINION, of_report, world.report("accepted"))
