"""Every guard that is taken out in turn, and the tests of which one must then fail (test_guards_removed.py)."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType, ModuleType

import pytest
from django.db import transaction
from django.test import Client

from core.workflow import machine
from tests.access import kinds
from tests.access.asking import ask
from tests.access.people import WHO
from tests.access.removing import conditions, open_to_all, with_body
from tests.access.table import ROWS
from tests.access.test_kinds import FEW, holds
from tests.cases import test_access_property as random_worlds
from tests.cases import test_case_page, test_list
from tests.cast import World
from tests.desk import test_searching, test_worklist
from tests.emergency import test_opening, test_telling_and_review
from tests.notifications import test_inbox
from tests.objections import test_objections
from tests.requests import test_agreement_needed, test_deputy, test_first_report_kept, test_request_api
from tests.workflow import test_guards

ROOMS = ("accounts", "cases", "consult", "core", "notifications", "slides")
Test = Callable[..., None]


def kind(*names: str) -> Test:
    """What these kinds of people may come to."""

    def test(world: World, mirror: World) -> None:
        for name in names:
            with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
                kinds.put_denials(patch)
                holds(world, mirror, kinds.KINDS[name], FEW)
                transaction.set_rollback(True)

    return test


def rows(*routes: str) -> Test:
    """These rows of the matrix, for everybody."""

    def test(world: World, everybody: dict[str, Client]) -> None:
        for row in ROWS:
            if row.route.startswith(routes):
                assert {who: ask(everybody[who], row, world) for who in WHO} == {who: row.expected(who) for who in WHO}

    return test


def of(module: ModuleType) -> list[Test]:
    """The tests of a module that need the world and clients only."""
    found = [each for name, each in vars(module).items() if name.startswith("test_") and callable(each)]
    simple = [each for each in found if not getattr(each, "pytestmark", None) and not hasattr(each, "hypothesis")]
    return [each for each in simple if set(inspect.signature(each).parameters) <= {"world", "mirror", "sign_in"}]


ENDING = [random_worlds.test_access_ends_at_its_second, random_worlds.test_access_begins_at_its_second]
ACCESS = [
    kind("expired", "revoked", "not yet valid", "denied at home", "denied a share"),
    rows("cases:detail", "cases:list", "slides:view", "api-case"),
    *of(test_list),
    *of(test_case_page),
    *of(test_searching),
    *of(test_worklist),
    *ENDING,
    random_worlds.test_ending_one_of_two_shares_leaves_the_other,
    random_worlds.test_every_way_of_asking_agrees_with_the_reasons,
]
REQUESTS = [
    rows("requests:detail", "requests:read", "requests:edit", "requests:act", "api-request"),
    kind("denied a share", "deputy", "deputy whose time is over", "not yet valid", "expert who became a clinician"),
    *of(test_request_api),
    *of(test_guards),
    *of(test_worklist),
    *of(test_deputy),
]
EMERGENCY = [rows("emergency:", "api-emergenc"), *of(test_opening), *of(test_telling_and_review)]
SHARES = [kind("emergency", "emergency that is over", "left", "revoked", "deputy", "not yet valid"), *of(test_deputy)]

# module: (functions whose every condition is taken out; none means all of it), the tests that look at it
CONDITIONS: dict[str, tuple[set[str] | None, list[Test]]] = {
    "cases.access.branches": (None, ACCESS),
    "cases.access.queries": (None, ACCESS),
    "cases.access.pages": ({"case_page", "_home_keys", "_granted_keys"}, ACCESS),
    "cases.access.view": ({"_view"}, [kind("pseudonymised", "outside expert"), *of(test_case_page)]),
    "cases.access.lock": ({"lock_case", "check_seen"}, [*of(test_guards), rows("cases:", "api-case"), *REQUESTS]),
    "cases.access.sharing": (None, [*of(test_objections)]),
    "cases.policy": ({"parties", "visible_patients", "may_register"}, [rows("cases:", "api-patient", "api-case")]),
    "cases.hooks": ({"expected_shares"}, [kind("objection", "shared"), *of(test_objections)]),
    "cases.emergency.policy": (
        {"may_call", "must_call", "reachable", "visible_emergencies", "parties_by_role", "running", "to_review"},
        EMERGENCY,
    ),
    "cases.emergency.shares": ({"of_emergencies"}, SHARES),
    "cases.objections.blocks": (None, [kind("objection", "shared"), *of(test_objections)]),
    "cases.objections.policy": (None, [rows("objections:", "api-objection"), *of(test_objections), *ACCESS]),
    "consult.requests.policy": ({"visible_requests", "parties"}, REQUESTS),
    "consult.requests.shares": ({"of_requests"}, [*SHARES, *of(test_agreement_needed)]),
    "consult.requests.actions.lock": (None, REQUESTS),
    "consult.reports.policy": (
        {"visible_reports", "visible_versions", "_open", "parties"},
        [rows("reports:", "api-report"), *of(test_first_report_kept), *REQUESTS],
    ),
    "consult.requests.outside.policy": (None, [rows("requests:outside", "requests:act_on_outside", "api-outside")]),
    "accounts.agreements": (
        {"basis", "visible_agreements"},
        [*of(test_agreement_needed), rows("accounts:agreement", "api-agreement")],
    ),
    "accounts.standing_in": ({"stood_in_for", "may_stand_in"}, [*SHARES, *REQUESTS]),
    "accounts.policy": (
        {"visible_invitations", "visible_audit", "visible_timeline", "lock_membership", "lock_person"},
        [rows("accounts:", "admin", "api-")],
    ),
    "notifications.queries": ({"visible_notifications"}, [rows("notifications:", "api-notification"), *of(test_inbox)]),
}


def guards() -> Iterator[tuple[str, FunctionType, Callable[[], CodeType], list[Test]]]:
    """(name, function, its code without the guard, tests) of everything that is taken out."""
    for path, (names, tests) in CONDITIONS.items():
        for function in _functions(importlib.import_module(path)):
            if names is None or function.__name__ in names:
                for words, code in conditions(function):
                    yield f"{path}.{function.__name__}: {words}", function, partial(_same, code), tests
    for function in policies():
        tests = CONDITIONS[function.__module__][1]
        if function.__name__.startswith("visible_"):
            yield f"{function.__module__}.{function.__name__}", function, partial(open_to_all, function), tests
        else:
            everything = f"return frozenset({sorted(_parties())!r})"
            yield (
                f"{function.__module__}.{function.__name__}",
                function,
                partial(with_body, function, everything),
                tests,
            )


def policies() -> list[FunctionType]:
    """Every function of the project that says what an actor may see, or is, to a noun."""
    found = []
    for room in ROOMS:
        for each in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if not any(part in each.name for part in (".migrations", ".management", ".wsgi", ".tiles.")):
                found += _functions(importlib.import_module(each.name))
    return [each for each in found if each.__name__.startswith("visible_") or each.__name__ == "parties"]


def _functions(module: ModuleType) -> list[FunctionType]:
    mine = [each for each in vars(module).values() if inspect.isfunction(each) and each.__module__ == module.__name__]
    return [each for each in mine if not hasattr(each, "__wrapped__")]


def _parties() -> set[str]:
    return {name for each in machine._machines.values() for rule in each.table.values() for name in rule.parties}


def _same(code: CodeType) -> CodeType:
    return code
