"""Every route of the project with its methods, as Django's resolver and the views themselves say."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ALWAYS = {"HEAD", "OPTIONS", "TRACE"}


def routes(patterns: list[Any] | None = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """(name with its namespace, pattern) of every route. A route without a name is an error."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin":
                continue  # Django's own routes, generated per model: tests/access/test_admin.py
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"unnamed route {pattern.pattern}"
            yield ":".join((*spaces, pattern.name)), pattern


def methods(pattern: URLPattern) -> set[str]:
    """The methods a route answers: from the view class, the viewset's actions or require_http_methods."""
    callback: Any = pattern.callback
    if actions := getattr(callback, "actions", None):
        return {name.upper() for name in actions} - ALWAYS
    cls = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if cls is not None:
        return {name.upper() for name in cls.http_method_names if hasattr(cls, name)} - ALWAYS
    named = _required(callback)
    assert named is not None, f"{callback.__module__}.{callback.__qualname__} does not say its methods"
    return named - ALWAYS


def _required(view: Callable[..., Any]) -> set[str] | None:
    """The list given to require_http_methods, somewhere down the chain of decorators."""
    seen: set[int] = set()
    todo: list[Any] = [view]
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        for cell in getattr(current, "__closure__", None) or ():
            content = cell.cell_contents
            if isinstance(content, list) and content and all(isinstance(m, str) and m.isupper() for m in content):
                return set(content)
            if callable(content):
                todo.append(content)
        if wrapped := getattr(current, "__wrapped__", None):
            todo.append(wrapped)
    return None
