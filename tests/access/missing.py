"""Runs tests while something is taken out: one of them must fail, and pass as soon as it is back.

Only a test that fails by what it was told counts: an assertion, or a refusal where there was none. A crash is no proof
that anybody looked, so it is passed over. What failed before is tried first, and then what takes the least time.
Where a function is taken apart, a test that never calls it is not asked: it cannot tell.
"""

import inspect
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client, override_settings

from core.errors import Refusal
from core.ids import new_id

Test = Callable[..., None]
TakeOut = Callable[[pytest.MonkeyPatch], None]
SHARED = {"world", "mirror", "sign_in", "mailoutbox", "tmp_path", "at"}  # left as they are, or rolled back
FIXTURE = type(pytest.fixture(lambda: None))
MARKS = {"parametrize", "usefixtures", "ci"}

_failed: Counter[tuple[str, Test]] = Counter()  # by kind of removal, how often
UNKNOWN = 1.0  # what quickly told before comes first, then what nobody has looked at, then what takes longer
_seconds: dict[Test, float] = {}  # of a test whose calls were looked at, how long it took
_calls: dict[Test, set[CodeType]] = {}  # and what it called


def is_missed(
    what: str,
    take_out: TakeOut,
    tests: Collection[Test],
    request: pytest.FixtureRequest,
    kind: str,
    function: FunctionType | None = None,
) -> None:
    """Fails where no test notices. `kind` is of removals that the same tests are likely to notice; `function` is what
    is taken apart, if it is one."""

    no_proof: list[str] = []
    for test in sorted(tests, key=lambda test: (-_failed[kind, test], _seconds.get(test, UNKNOWN))):
        if function is not None and function.__code__ not in _called_by(test, request, no_proof):
            continue
        with pytest.MonkeyPatch.context() as patch:
            take_out(patch)
            failed = fails(test, request, no_proof)
        if failed and (fault := fails(test, request, no_proof)):
            no_proof.append(f"{name_of(test)} fails with it too: {fault!r}")
        elif failed:
            _failed[kind, test] += 1
            return
    pytest.fail(f"without {what} every test passes" + (f"; no proof: {no_proof}" if no_proof else ""))


def _called_by(test: Test, request: pytest.FixtureRequest, no_proof: list[str]) -> set[CodeType]:
    """The code of every function that the test calls while nothing is taken out. Looked at once."""
    if test not in _calls:
        called, before, begun = set(), sys.gettrace(), time.perf_counter()

        def note(frame: FrameType, event: str, _: object) -> None:
            called.add(frame.f_code)  # None: the lines inside are not asked for

        sys.settrace(note)
        try:
            fault = fails(test, request, no_proof)
        finally:
            sys.settrace(before)
        if fault:
            no_proof.append(f"{name_of(test)} fails with it too: {fault!r}")
        _calls[test], _seconds[test] = called, time.perf_counter() - begun
    return _calls[test]


def fails(test: Test, request: pytest.FixtureRequest, crashed: list[str]) -> BaseException | None:
    """By what it was told it fails, if it does. What it changes is undone."""
    wanted = inspect.signature(test).parameters
    given = {name: request if name == "request" else request.getfixturevalue(name) for name in wanted}
    try:
        with _own_cache(), transaction.atomic():
            test(**given)
            transaction.set_rollback(True)
    except (AssertionError, Refusal, pytest.fail.Exception) as fault:
        return fault
    except Exception as error:
        crashed.append(f"{type(error).__name__} in {name_of(test)}")
    return None


def named(name: str, test: Callable[..., None], *arguments: object) -> Test:
    """The test with its first arguments, known by this name."""
    found = partial(test, *arguments)
    found.__name__ = name  # type: ignore[attr-defined]  # a partial has room for it
    return found


def name_of(test: Test) -> str:
    """For the report."""
    return str(getattr(test, "__name__", test))


def of(module: ModuleType) -> list[Test]:
    """The tests of a module, each with each of its parameters, that need nothing but the world and what is undone
    after each of them (_own)."""
    found = [each for name, each in vars(module).items() if name.startswith("test_") and inspect.isfunction(each)]
    return [run for test in found if _is_simple(module, test) for run in _runs(module, test)]


def _is_simple(module: ModuleType, test: Test) -> bool:
    marks = {mark.name for mark in getattr(test, "pytestmark", [])}
    return marks <= MARKS and not hasattr(test, "hypothesis") and all(_is_known(module, name) for name in _wants(test))


def _wants(test: Test) -> list[str]:
    """The fixtures, also those that are only used."""
    marks: list[pytest.Mark] = getattr(test, "pytestmark", [])
    used = [name for mark in marks if mark.name == "usefixtures" for name in mark.args]
    chosen = {name for mark in marks if mark.name == "parametrize" for name in _names(mark)}
    return [name for name in [*used, *inspect.signature(test).parameters] if name not in chosen]


def _is_known(module: ModuleType, name: str) -> bool:
    function = _fixture(module, name)
    if function is None:
        return name in SHARED or name in OWN
    return all(_is_known(module, each) for each in _wants(function))


def _fixture(module: ModuleType, name: str) -> Callable[..., Any] | None:
    """What makes a fixture that the module itself defines."""
    found = vars(module).get(name)
    return inspect.unwrap(found) if isinstance(found, FIXTURE) else None


def _runs(module: ModuleType, test: Test) -> Iterator[Test]:
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    for drawn in itertools.product(*(mark.args[1] for mark in marks)):
        chosen: dict[str, Any] = {}
        for mark, each in zip(marks, drawn, strict=True):
            names, values = _names(mark), each.values if hasattr(each, "marks") else each
            is_one = len(names) == 1 and not hasattr(each, "marks")
            chosen |= dict(zip(names, [values] if is_one else values, strict=True))
        yield named(f"{module.__name__}.{test.__name__}", _run, module, test, chosen)


def _names(mark: pytest.Mark) -> list[str]:
    names = mark.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _run(module: ModuleType, test: Test, chosen: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """The test as pytest would call it, with fixtures of its module made anew."""
    made: dict[str, Any] = {}

    def value(name: str, stack: ExitStack) -> Any:
        if name not in made:
            own = _fixture(module, name)
            if own is not None:
                given = {each: value(each, stack) for each in _wants(own)}
                is_context = inspect.isgeneratorfunction(own)
                made[name] = stack.enter_context(contextmanager(own)(**given)) if is_context else own(**given)
            elif name in OWN:
                made[name] = stack.enter_context(OWN[name]())
            else:
                made[name] = request.getfixturevalue(name)
        return made[name]

    with ExitStack() as stack:
        fixtures = {name: value(name, stack) for name in _wants(test)}
        test(**chosen | {name: fixtures[name] for name in inspect.signature(test).parameters if name in fixtures})


@contextmanager
def _settings() -> Iterator[LazySettings]:
    with override_settings():
        yield settings


@contextmanager
def _own_cache() -> Iterator[None]:
    """Each time nothing has been counted yet."""
    with pytest.MonkeyPatch.context() as patch:
        prefix = str(new_id())
        patch.setitem(settings.CACHES["default"], "KEY_PREFIX", prefix)
        patch.setattr(caches["default"], "key_prefix", prefix)
        yield


def _client() -> AbstractContextManager[Client]:
    return nullcontext(Client())


OWN: dict[str, Callable[[], Any]] = {
    "settings": _settings,
    "monkeypatch": pytest.MonkeyPatch.context,
    "client": _client,
    "own_cache": nullcontext,
}
