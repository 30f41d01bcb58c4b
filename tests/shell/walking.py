"""Every address of the project with made-up arguments, the admin site's own too, and what is wrong with an answer."""

import re
from collections.abc import Iterator
from http.cookies import Morsel
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

NOBODYS = UUID(int=7)
MADE_UP = {"uuid": str(NOBODYS), "int": 7}
YEAR = 365 * 24 * 3600
READ_BY_SCRIPTS = {"csrf", "__Host-csrf"}


def addresses(patterns: list[Any] | None = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(name with its namespace, address) of every route that has a name, and of every other one that needs none."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            name = ":".join((*spaces, pattern.name))
            yield name, reverse(name, kwargs=_arguments(pattern))


def _arguments(pattern: URLPattern) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        found[name] = MADE_UP.get(kind, "x")
    groups = re.findall(r"\(\?P<(\w+)>([^)]*)\)", str(pattern.pattern))  # the routes that are regular expressions
    return found or {name: words.split("|")[0] if "|" in words else "x" for name, words in groups}


def faults(response: HttpResponseBase, *, https: bool = True) -> list[str]:
    """What an answer lacks or says too much of, in words."""
    return [*_headers(response, https), *_content(response), *_cookies(response, https), *_elsewhere(response)]


def policy_faults(policy: str) -> list[str]:
    """The same of a Content-Security-Policy."""
    directives = {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}
    found = [
        f"{name} is not 'none'"
        for name in ("default-src", "object-src", "base-uri", "frame-ancestors")
        if directives.get(name) != ["'none'"]
    ]
    sources = {source for name in directives for source in directives[name]}
    found += [f"{source} in the policy" for source in sources - {"'none'", "'self'", "data:", "blob:"}]
    if {"data:", "blob:"} & {*directives.get("script-src", []), *directives.get("style-src", [])}:
        found.append("scripts or styles from data: or blob:")
    if "form-action" not in directives:
        found.append("forms may be sent anywhere")
    return found


def _headers(response: HttpResponseBase, https: bool) -> Iterator[str]:
    yield from policy_faults(response.headers.get("Content-Security-Policy", ""))
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    yield from (f"{name} is not {value}" for name, value in wanted.items() if response.headers.get(name) != value)
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        yield "no Permissions-Policy"
    if "no-store" not in response.headers.get("Cache-Control", ""):
        yield "may be kept by a browser or a proxy"
    for name in ("Server", "X-Powered-By", "Via", "Access-Control-Allow-Origin"):
        if name in response.headers:
            yield f"says {name}"
    if https:
        strict = response.headers.get("Strict-Transport-Security", "")
        age = re.search(r"max-age=(\d+)", strict)
        if not age or int(age[1]) < YEAR or "includeSubDomains" not in strict:
            yield "no Strict-Transport-Security for a year and every subdomain"


def _content(response: HttpResponseBase) -> Iterator[str]:
    kind = response.headers.get("Content-Type", "")
    has_body = response.streaming or bool(getattr(response, "content", b""))
    if has_body and not kind:
        yield "no Content-Type"
    if re.match(r"text/|.+[/+]xml", kind) and "charset=utf-8" not in kind:
        yield f"{kind} without charset"
    named = response.headers.get("Content-Disposition", "")
    if named and not re.fullmatch(r'(attachment|inline); filename="[A-Za-z0-9-]+\.[a-z]+"', named):
        yield f"a file name that is not plain: {named}"


def _cookies(response: HttpResponseBase, https: bool) -> Iterator[str]:
    for name, cookie in response.cookies.items():
        yield from (f"cookie {name}: {fault}" for fault in _cookie(name, cookie, https))


def _cookie(name: str, cookie: "Morsel[str]", https: bool) -> Iterator[str]:
    if https and not name.startswith("__Host-"):
        yield "without __Host-"
    if https and not cookie["secure"]:
        yield "goes over http"
    if cookie["path"] != "/" or cookie["domain"]:
        yield "for another path or host"
    if name not in READ_BY_SCRIPTS and cookie.value and not cookie["httponly"]:
        yield "can be read by scripts"
    if cookie["samesite"] not in {"Lax", "Strict"}:
        yield "sent from other sites"


def _elsewhere(response: HttpResponseBase) -> Iterator[str]:
    to = urlsplit(response.headers.get("Location", ""))
    if to.netloc not in {"", "testserver"} or to.scheme not in {"", "https", "http"}:
        yield f"leads to {to.scheme}://{to.netloc}"
