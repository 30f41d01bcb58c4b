"""What asks for a proof or counts attempts, each question taken out in turn (test_proofs_removed.py).

A fresh proof before granting and signing, a proof of its own for one act, and the limits: found by what is called.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import partial
from types import CodeType, FunctionType, ModuleType

import pytest

from tests.access.doors import layers
from tests.access.guards import ROOMS
from tests.access.missing import TakeOut, Test, of
from tests.access.removing import questions
from tests.access.routes import routes
from tests.accounts import (
    test_api,
    test_factor_secrets,
    test_idle,
    test_machine_tokens,
    test_machines_refused,
    test_own_sessions,
    test_proof_asked,
    test_reauthentication,
    test_second_factor,
    test_sign_in_set_up,
    test_single_sign_on,
    test_sso_proofs,
)
from tests.cases import test_many_cases
from tests.desk import test_search_pages
from tests.emergency import test_opening
from tests.reports import test_report_api, test_signing_pages

LOOKING: dict[str, list[ModuleType]] = {
    "accounts.adapter": [test_factor_secrets, test_second_factor, test_reauthentication],
    "accounts.admin.agreements": [test_proof_asked],
    "accounts.admin.base": [test_reauthentication],
    "accounts.admin.single_sign_on": [test_sign_in_set_up],
    "accounts.admin.tokens": [test_machine_tokens],
    "accounts.api.machines": [test_machines_refused],
    "accounts.api.sessions": [test_own_sessions, test_second_factor, test_api],
    "accounts.api.tokens": [test_machine_tokens, test_sign_in_set_up],
    "accounts.proof_fields": [test_reauthentication, test_machine_tokens, test_sign_in_set_up],
    "accounts.reauthentication": [test_reauthentication, test_signing_pages],
    "accounts.session_urls": [test_factor_secrets, test_sso_proofs],
    "accounts.views.presence": [test_idle],
    "accounts.views.sso": [test_single_sign_on],
    "cases.emergency.proof": [test_opening],
    "cases.looks": [test_many_cases],
    "consult.desk.search.limit": [test_search_pages],
    "consult.desk.views.looked": [test_proof_asked],
    "consult.reports.api.views": [test_report_api],
    "consult.reports.views.sign": [test_signing_pages],
}


Proof = tuple[str, str, TakeOut, list[Test]]


def proofs() -> Iterator[Proof]:
    """(name, module, what takes the question out, tests) of everything that is taken out."""
    for module in _modules():
        for function in _functions(module):
            for number, (called, code) in enumerate(questions(function)):
                name = f"{module.__name__}.{function.__qualname__}: {called} {number or ''}".strip()
                yield name, module.__name__, partial(_put, function, code), _tests(module.__name__)


def _put(function: FunctionType, code: CodeType, patch: pytest.MonkeyPatch) -> None:
    """Its other code; of a decorator, also to what it has already put around the views of routes."""
    patch.setattr(function, "__code__", code)
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    for _route, pattern in routes():
        for layer in layers(pattern.callback):
            made = getattr(layer, "__code__", None)
            if made and made.co_qualname.startswith(f"{function.__qualname__}.<locals>."):
                patch.setattr(layer, "__code__", next(each for each in inner if each.co_name == made.co_name))


def _modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        for each in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if not any(part in each.name for part in (".migrations", ".management", ".wsgi", ".tiles.", ".demo")):
                yield importlib.import_module(each.name)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Those of the module and the methods of its classes."""
    own = [each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__]
    for each in own:
        for function in vars(each).values() if inspect.isclass(each) else [each]:
            found = inspect.unwrap(function) if inspect.isfunction(function) else None
            if inspect.isfunction(found) and found.__code__.co_filename == module.__file__ and found.__name__[0] != "<":
                yield found


def _tests(module: str) -> list[Test]:
    return [test for each in LOOKING.get(module, []) for test in of(each)]
