"""Takes one condition out of one function while a test runs: what is left must be noticed by some other test.

A removal is made from the function's own source, so a new condition is a new removal by itself. The function object
stays the same and gets other code, because others have imported it by name.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from types import CodeType, FunctionType
from typing import Any

NARROWING = {"filter", "exclude", "get", "Q"}  # calls whose arguments are conditions
SCOPES = ("visible_", "administered", "planned_memberships")  # functions that give what an actor may see
ASKED: dict[str, str | bool | None] = {  # questions before an act, with the answer of somebody who may go on
    "prove": "password",
    "is_password": True,
    "is_fresh": True,
    "passed": None,
    "consume": True,
}

Removal = tuple[str, CodeType]  # what is missing, in words of the source, and the function's code without it


def conditions(function: Callable[..., Any]) -> Iterator[Removal]:
    """The function without one of its conditions, once for each: an argument of a filter, a refusal, a side of an
    `and`, an `if` of a comprehension, a choice, or a scope that what it locks is taken through."""
    tree = _tree(function)
    for number, node in enumerate(ast.walk(tree)):
        for words, change in _changes(node):
            other = deepcopy(tree)
            change(next(each for at, each in enumerate(ast.walk(other)) if at == number))
            yield words, _code(function, other)


def questions(function: Callable[..., Any]) -> Iterator[Removal]:
    """The function without one of the questions in ASKED, once for each: it goes on as if the answer were right."""
    tree = _tree(function)
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Call) and (called := _called(node)) in ASKED:
            other = deepcopy(tree)
            _answer(next(each for at, each in enumerate(ast.walk(other)) if at == number), ASKED[called])
            yield called, _code(function, other)


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _answer(call: Any, answer: str | bool | None) -> None:
    anything = ast.arguments([], [], ast.arg("_"), [], [], ast.arg("__"), [])
    call.func = ast.Lambda(anything, ast.Constant(answer))


def with_body(function: Callable[..., Any], body: str) -> CodeType:
    """The function with other statements."""
    tree = _tree(function)
    tree.body = ast.parse(body).body
    return _code(function, tree)


def open_to_all(function: Callable[..., Any]) -> CodeType:
    """A function that returns QuerySet[Model], with everything there is in place of what the actor may see."""
    model = str(ast.unparse(_tree(function).returns or ast.Constant(""))).removeprefix("QuerySet[").removesuffix("]")
    return with_body(function, f"return {model}.objects.all()")


Change = Callable[[Any], None]


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Call):
        called = _called(node)
        if called in NARROWING and (node.keywords or called != "get"):  # a dictionary's get narrows nothing
            for at, keyword in enumerate(node.keywords):
                yield f"{called} {keyword.arg or ast.unparse(keyword.value)}", partial(_drop, "keywords", at)
            for at, argument in enumerate(node.args):
                yield f"{called} {ast.unparse(argument)}", partial(_drop, "args", at)
        if called.startswith(SCOPES):
            yield f"through {called}", _unscope
    if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise | ast.Return):
        yield f"if {ast.unparse(node.test)}", lambda new: setattr(new, "test", ast.Constant(False))
    if isinstance(node, ast.IfExp):
        yield f"unless {ast.unparse(node.test)}", lambda new: setattr(new, "test", ast.Constant(True))
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for at, value in enumerate(node.values):
            yield f"and {ast.unparse(value)}", partial(_true, at)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        yield f"& {ast.unparse(node.right)}", lambda new: setattr(new, "right", new.left)
    if isinstance(node, ast.comprehension):
        for at, test in enumerate(node.ifs):
            yield f"only if {ast.unparse(test)}", partial(_drop, "ifs", at)


def _drop(where: str, at: int, node: Any) -> None:
    getattr(node, where).pop(at)


def _true(at: int, node: Any) -> None:
    node.values[at] = ast.Constant(True)


def _unscope(call: ast.Call) -> None:
    inner = ast.Call(call.func, call.args, call.keywords)
    manager = ast.Attribute(ast.Attribute(inner, "model", ast.Load()), "objects", ast.Load())
    call.func, call.args, call.keywords = ast.Attribute(manager, "all", ast.Load()), [], []


def _tree(function: Callable[..., Any]) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The function as written, without docstring and decorators."""
    found = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef)
    found.decorator_list = []
    if ast.get_docstring(found) is not None:
        found.body = found.body[1:]
    return found


def _code(function: Callable[..., Any], tree: ast.FunctionDef | ast.AsyncFunctionDef) -> CodeType:
    assert isinstance(function, FunctionType)
    for each in tree.args.defaults + [given for given in tree.args.kw_defaults if given]:
        each.lineno = 1
    around = ast.parse(f"def around({', '.join(function.__code__.co_freevars)}): pass").body[0]
    assert isinstance(around, ast.FunctionDef)
    name, tree.name = tree.name, "inside"  # a method may call a function of its own name
    around.body = [tree]  # where it finds what its own names mean: `super` of a class, what a decorator was given
    module = ast.fix_missing_locations(ast.Module([around], []))
    flags = function.__code__.co_flags & 0x1000000  # whether annotations are kept as texts there
    whole = compile(module, inspect.getsourcefile(function) or "", "exec", flags=flags, dont_inherit=True)
    within = next(each for each in whole.co_consts if isinstance(each, CodeType) and each.co_name == "around")
    code = next(each for each in within.co_consts if isinstance(each, CodeType) and each.co_name == "inside")
    return code.replace(co_name=name)
