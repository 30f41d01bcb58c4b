"""Every guard that is taken out in turn (test_guards_removed.py); noticing.py has the tests that must then fail.

What is taken out is read from the code: every condition of every function that decides about an actor (GUARDING), and
of those named there; every `visible_...` and `parties` as a whole. Doors, proofs, limits and parties
of the tables of states are taken out beside it (doors.py, proofs.py, test_parties_removed.py).
"""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType, ModuleType
from uuid import UUID

import pytest
from django.db.models import QuerySet

from accounts.roles import Role
from accounts.scopes import Scope
from core.actor import Actor
from core.errors import Forbidden, Hidden
from core.ids import new_id
from core.workflow import machine
from tests.access.missing import Test, named
from tests.access.noticing import CONDITIONS
from tests.access.removing import conditions, open_to_all, with_body
from tests.cast import World

ROOMS = ("accounts", "cases", "consult", "core", "notifications", "slides")
GUARDING = re.compile(r"(visible_|get_|lock_|must_|may_|sees_|is_open|only_reads)\w*|parties")
SAME = {  # without these nothing changes for anybody, or all stops with an error, which is no proof: why
    "accounts.actions.end_membership.must_end: and membership.valid_until is not None": "no last day, and an error",
    "accounts.agreements.basis: unless best": "who has no agreement stops with an error",
    "accounts.agreements.parties: filter pk__in": "the sides are looked for among all that the actor speaks for",
    "accounts.policy.lock_membership: filter pk__in": "every person is locked then: others wait, nobody sees more",
    "accounts.policy.administered: and actor.organisation": "nothing has no key",
    "cases.access.queries.visible_slides: Q pk__in": "that side of the `or` is empty then, and drops out",
    "cases.access.pages._home_keys: if not branches.sees_home(actor)": "branches.home is empty then: a query less",
    "cases.emergency.actions.lock.lock_emergency: if case_id is None": "what has no case to lock is not found after it",
    "cases.emergency.actions.lock.lock_emergency: if access is None": "what went out of sight stops with an error",
    "consult.reports.actions.edit.lock_report: if report is None": "what went out of sight stops with an error",
    "consult.requests.actions.lock.lock_request: if found is None": "what went out of sight stops with an error",
    "cases.emergency.shares.of_emergencies: filter case__in (2)": "slides of other cases are read and not used",
    "consult.reports.policy._open: Q pk__in": "that side of the `or` is empty then, and drops out",
    "cases.emergency.shares.of_emergencies: filter case__in": "shares of cases that are not locked stop with an error",
    "cases.objections.blocks.of_objections: unless rows": "no rules are looked up for no objection: a query less",
    "consult.requests.actions.lock.lock_request: if case_id is None": "what has no case to lock is not found after it",
    "consult.requests.actions.lock.lock_request: get pk": "of more than one case it stops with an error",
    "consult.requests.shares.of_requests: only if each.expert": "the query leaves none without an expert",
    "consult.requests.shares.of_requests: only if each.is_pseudonymised and each.expert_id in absences": (
        "who knows the patient is asked of more requests, and the answer is used for these alone"
    ),
    "consult.requests.shares.of_requests: and each.is_pseudonymised": "the same",
    "consult.requests.shares.of_requests: and each.expert_id in absences": "the same",
    "consult.requests.shares.of_requests: and absence": "who is not away has no window to state: an error",
    "consult.requests.shares.of_requests: and deputy (2)": "who has no deputy has nobody to state: an error",
    "consult.requests.identity_check.must_not_name: only if (words := certain_in(text, known))": (
        "the words that it names are missing: an error"
    ),
    "slides.queries.slide_for_tiles: if user is None": "nobody has no memberships to ask for: an error",
    "slides.queries.slide_for_tiles: if slide is None": "what is not there stops with an error",
    "cases.emergency.policy.parties: and at_home": "parties_by_role asks it too: a query less",
    "cases.emergency.policy.parties: and actor.role == Role.LAB_ADMIN": "of no other role it is asked: a query less",
    "cases.emergency.policy.parties: and is_administrator": "of no other role it is asked: a query less",
    "cases.emergency.policy.parties_by_role: unless may_call(actor)": "who opens was asked by must_call",
    "consult.requests.policy.parties: and expert": "a draft without an expert stops with an error",
    "consult.requests.policy.parties: and actor.membership": "nobody stands in under no membership: a query less",
    "consult.requests.policy.parties: and expert.deputy_id == actor.membership": "stood_in_for asks it too",
    "consult.requests.policy.parties: and expert (2)": "a draft without an expert stops with an error",
}
UNSEEN = {  # functions of such a name that keep nothing from anybody
    "cases.access.lock.lock_rows",
}


def nobody_is_shown_anything(policy: FunctionType, world: World) -> None:
    """Nothing is seen, and nothing may be done, by who belongs nowhere."""
    for actor in nowhere():
        try:
            found = policy(actor)
        except Forbidden:
            continue
        assert not (found.exists() if isinstance(found, QuerySet) else found), actor


def nothing_is_found(policy: FunctionType, world: World) -> None:
    """A key that nothing has is Hidden, and neither nothing handed on nor an error of the server's."""
    wanted = list(inspect.signature(policy).parameters.values())[2:]
    rest = {each.name: None for each in wanted if each.default is each.empty}
    try:
        found = policy(world.asker, new_id(), **rest)
    except Hidden:
        return
    except Exception as error:
        pytest.fail(f"{error!r} where there is nothing")
    pytest.fail(f"{found!r} where there is nothing")


def nowhere() -> list[Actor]:
    """Each role of somebody unknown, in no laboratory, under a membership or none; a machine of no laboratory's."""
    people = [Actor(new_id(), "", role=role, membership=place) for role in Role for place in (new_id(), None)]
    return [*people, Actor(None, "", machine=new_id(), scopes=frozenset(Scope.values))]


Guard = tuple[str, FunctionType, Callable[[], CodeType], list[Test]]


def guards() -> Iterator[Guard]:
    """(name, function, its code without the guard, tests) of everything that is taken out."""
    alone = of_the_actor_alone()
    for path, (names, listed) in CONDITIONS.items():
        own = [named(each.__name__, nobody_is_shown_anything, each) for each in alone if each.__module__ == path]
        own += [named(each.__name__, nothing_is_found, each) for each in of_a_key() if each.__module__ == path]
        tests = [*own, *listed]
        for function in _functions(importlib.import_module(path)):
            if names is None or function.__name__ in names or _guards(function):
                met = Counter[str]()
                for words, code in conditions(function):
                    met[words] += 1
                    again = f" ({met[words]})" if met[words] > 1 else ""  # the same words a second time
                    yield f"{path}.{function.__name__}: {words}{again}", function, partial(_same, code), tests
    for function in policies():
        name, tests = f"{function.__module__}.{function.__name__}", CONDITIONS.get(function.__module__, (None, []))[1]
        if function.__name__.startswith("visible_"):
            yield name, function, partial(open_to_all, function), tests
        elif function.__name__ == "parties":
            everything = f"return frozenset({sorted(_parties())!r})"
            yield name, function, partial(with_body, function, everything), tests


def policies() -> list[FunctionType]:
    """Every function of the project that decides about an actor: what is seen, got, locked, allowed, demanded."""
    found = []
    for room in ROOMS:
        for each in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if not any(part in each.name for part in (".migrations", ".management", ".wsgi", ".tiles.", ".demo")):
                found += _functions(importlib.import_module(each.name))
    return [each for each in found if _guards(each)]


NARROWS = {"only_reads"}  # says what somebody may not


def of_the_actor_alone() -> list[FunctionType]:
    """Those of them that ask of nothing but the actor."""
    found = [each for each in policies() if list(inspect.signature(each).parameters) == ["actor"]]
    return [each for each in found if each.__name__ not in NARROWS]


def of_a_key() -> list[FunctionType]:
    """Those that get or lock one thing by its key."""
    found = [each for each in policies() if each.__name__.startswith(("get_", "lock_"))]
    return [each for each in found if list(inspect.signature(each).parameters)[1:2] and _is_key(each)]


def _is_key(function: FunctionType) -> bool:
    second = list(inspect.signature(function).parameters.values())[1]
    return second.annotation in {UUID, "UUID"}


def _guards(function: FunctionType) -> bool:
    takes_actor = "actor" in list(inspect.signature(function).parameters)[:1]
    known = f"{function.__module__}.{function.__name__}" in UNSEEN
    return takes_actor and not known and bool(GUARDING.fullmatch(function.__name__))


def _functions(module: ModuleType) -> list[FunctionType]:
    mine = [each for each in vars(module).values() if inspect.isfunction(each) and each.__module__ == module.__name__]
    return [each for each in mine if not hasattr(each, "__wrapped__")]


def _parties() -> set[str]:
    return {name for each in machine._machines.values() for rule in each.table.values() for name in rule.parties}


def _same(code: CodeType) -> CodeType:
    return code
