"""Every template compiles, includes and extends what exists, and links to addresses that exist."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError  # noqa: E402 - after setup
from django.template.base import Node  # noqa: E402
from django.template.defaulttags import URLNode  # noqa: E402
from django.template.loader_tags import ExtendsNode, IncludeNode  # noqa: E402
from django.urls import URLResolver, get_resolver  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "templates"


def addresses(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every name that `{% url %}` may use, with its name spaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif entry.name:
            yield ":".join((*spaces, entry.name))


def target(node: Node) -> object:
    """What an include or extends names; a string only if it is written out."""
    if isinstance(node, IncludeNode):
        return getattr(node.template, "var", None)
    return getattr(node.parent_name, "var", None) if isinstance(node, ExtendsNode) else None


def findings(name: str, known: set[str]) -> Iterator[str]:
    """What a template refers to and what is not there. A name made at run time cannot be judged here."""
    engine = Engine.get_default()
    try:
        nodes = engine.get_template(name).nodelist.get_nodes_by_type(Node)
    except TemplateSyntaxError as error:
        yield f"{name}: {error}"
        return
    for node in nodes:
        view = node.view_name.var if isinstance(node, URLNode) else None
        if isinstance(view, str) and view not in known:
            yield f"{name}: no address is called {view!r}"
        if isinstance(other := target(node), str):
            try:
                engine.get_template(other)
            except (TemplateDoesNotExist, TemplateSyntaxError) as error:
                yield f"{name}: {other}: {error}"


def main() -> int:
    known = set(addresses(get_resolver()))
    names = [str(path.relative_to(FOLDER)) for path in sorted(FOLDER.rglob("*.*"))]
    found = [line for name in names for line in findings(name, known)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
