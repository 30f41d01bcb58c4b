"""What the application's code may not do at all, read from its source: whoever needs one of these says why here.

One module alone fetches an address that somebody typed, under rules (core/outgoing.py); nothing runs or unpacks what
came from outside; nothing writes SQL, HTML or templates out of text.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS = ("config", "consult", "slides", "cases", "notifications", "accounts", "core")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MODULES = sorted((ROOT / "static").rglob("*.*js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

CALLS_OUT = frozenset(
    ["requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "ftplib", "telnetlib", "xmlrpc"]
)
UNPACKS = frozenset(
    ["pickle", "marshal", "shelve", "dill", "zipfile", "tarfile", "xml", "lxml", "jsonpickle", "ldap3", "memcache"]
)
CALLS = frozenset(
    ["eval", "exec", "compile", "__import__", "mark_safe", "SafeString", "RawSQL", "os.system", "os.popen", "yaml.load"]
)
METHODS = frozenset(["extra", "from_string"])
OUTGOING = "the one place that fetches, under rules: tests/shell/test_outgoing.py"
ALLOWED = {
    **{
        ("core/outgoing.py", name): OUTGOING
        for name in (
            "http.client",
            "requests",
            "requests.adapters",
            "urllib3.connection",
            "urllib3.connectionpool",
            "urllib3.exceptions",
            "urllib3.util.connection",
        )
    },
    ("core/terms/lists.py", "yaml.load"): "our own file, by the safe loader",
    ("consult/desk/demo/world.py", "yaml.load"): "our own files, by the safe loader",
    ("core/web/templatetags/ui.py", "SafeString"): "a type in an annotation or around what a template has escaped",
}
SHELL = re.compile(r"shell\s*=\s*True")
SCRIPT = re.compile(
    r"\beval\(|new Function\(|document\.write|\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|__proto__"
)


def found_in(text: str) -> Iterator[str]:
    """What a module imports or calls that it may not, by name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _banned(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and _banned(node.module):
            yield node.module
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in CALLS or (isinstance(node.func, ast.Attribute) and node.func.attr in METHODS):
                yield name
            if name.endswith((".execute", ".executemany", ".raw")) and _is_made(node):
                yield f"{name} with text put together"
    if SHELL.search(text):
        yield "a shell"


def _banned(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in CALLS_OUT | UNPACKS)


def _is_made(call: ast.Call) -> bool:
    """Whether SQL is not a literal or a name of the module's own."""
    return bool(call.args) and isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.Call)


def test_no_module_does_anything_dangerous() -> None:
    assert len(SOURCES) > 300
    found = set()
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        found |= {(name, each) for each in found_in(path.read_text(encoding="utf-8"))}
    assert found - set(ALLOWED) == set()
    assert set(ALLOWED) - found == set(), "an exception that nothing needs"


def test_no_script_builds_markup_or_code_out_of_text() -> None:
    assert len(MODULES) > 25
    found = {str(path): SCRIPT.findall(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_no_script_keeps_anything_in_the_browser() -> None:
    """What was typed waits in the page alone; preferences are cookies that the server sets.

    One thing is shared between tabs: the moment at which somebody last did something.
    """
    stores = re.compile(r"\b(?:localStorage|sessionStorage|indexedDB|document\.cookie\s*=|caches\.|serviceWorker)\b")
    found = {path.name: stores.findall(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {name: hits for name, hits in found.items() if hits} == {"idle.mjs": ["localStorage", "localStorage"]}


def test_templates_escape() -> None:
    """`safe` stands for the help texts alone, which are sentences of our own."""
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "autoescape off" not in text, path
        assert set(re.findall(r"{{\s*([^}|]+)\|safe\b", text)) <= {"field.help_text"}, path


def test_every_string_with_help_for_a_field_is_our_own() -> None:
    """No help text is put together: what stands in it is never escaped."""
    pattern = re.compile(r"help_text\s*=\s*(f[\"']|.*%\s|.*\.format\()")
    assert [str(path) for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "import requests",
        "from urllib.request import urlopen",
        "import http.client as c",
        "import pickle",
        "from xml.etree import ElementTree",
        "eval(x)",
        "Case.objects.extra(where=[x])",
        "cursor.execute(f'SELECT {x}')",
        "cursor.execute('SELECT ' + x)",
        "cursor.execute('SELECT %s' % x)",
        "engine.from_string(x)",
        "subprocess.run(x, shell=True)",
    ],
)
def test_the_check_finds_it(text: str) -> None:
    assert list(found_in(text))
