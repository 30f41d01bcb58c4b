"""The API on a page of our own, made from its schema. What the usual viewers draw needs inline styles, which the
policy forbids, and neither passes axe; this is plain text with links, in light and dark, for the keyboard and paper."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """What a value is: `words` around the name of a shape, which may be ''."""

    words: str = ""
    shape: str = ""


@dataclass(frozen=True)
class Field:
    """A parameter (`where`: path, query or header) or a member of a shape."""

    name: str
    kind: Kind
    required: bool
    text: str = ""
    where: str = ""


@dataclass(frozen=True)
class Operation:
    """One method of one path; `answers` are status and kind."""

    key: str
    method: str
    path: str
    text: str
    parameters: list[Field]
    sends: Kind | None
    answers: list[tuple[str, Kind]]


@dataclass(frozen=True)
class Shape:
    """A named object of the schema with its members; or one of its `choices`."""

    name: str
    text: str
    fields: list[Field]
    choices: list[str]


@dataclass(frozen=True)
class Room:
    """The operations under one tag."""

    name: str
    operations: list[Operation] = field(default_factory=list)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every operation by room, then every shape they send or answer with."""
    rooms, shapes = _described(get_language() or "")
    return render(request, "api/docs.html", {"rooms": rooms, "shapes": shapes})


@lru_cache(maxsize=8)
def _described(language: str) -> tuple[list[Room], list[Shape]]:
    """Once per language: the schema's labels are translated, and it does not change while the process runs."""
    schema = the_schema()
    return rooms_of(schema), shapes_of(schema)


def the_schema() -> Json:
    """The OpenAPI document of all routes, whoever asks."""
    schema: Json = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # no types
    return schema


def rooms_of(schema: Json) -> list[Room]:
    """The operations of an OpenAPI document, by their first tag, in the document's order."""
    rooms: dict[str, Room] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                said = methods[method]
                name = (said.get("tags") or ["other"])[0]
                rooms.setdefault(name, Room(name)).operations.append(_operation(method, path, said))
    return list(rooms.values())


def shapes_of(schema: Json) -> list[Shape]:
    """The named shapes of an OpenAPI document, by name."""
    found = schema.get("components", {}).get("schemas", {})
    return [
        Shape(name, _text(said), list(_members(said)), [str(each) for each in said.get("enum", [])])
        for name, said in sorted(found.items())
    ]


def kind_of(said: Json) -> Kind:
    """What a value is, in few words."""
    if "$ref" in said:
        return Kind(shape=said["$ref"].rsplit("/", 1)[1])
    for together in ("allOf", "oneOf", "anyOf"):
        if said.get(together):
            return kind_of(said[together][0])
    if said.get("type") == "array":
        inner = kind_of(said.get("items", {}))
        return Kind(" ".join(filter(None, ("list of", inner.words))), inner.shape)
    words = said.get("format") or said.get("type") or "any"
    if "enum" in said:
        words = " | ".join(str(each) for each in said["enum"] if each not in ("", None))
    return Kind(str(words))


def _operation(method: str, path: str, said: Json) -> Operation:
    body = _content(said.get("requestBody", {}))
    parameters = [
        Field(each["name"], kind_of(each.get("schema", {})), bool(each.get("required")), _text(each), each["in"])
        for each in said.get("parameters", [])
    ]
    answers = [
        (str(status), kind_of(_content(answer) or {"format": "-"})) for status, answer in said["responses"].items()
    ]
    key = re.sub(r"[^a-z0-9]+", "-", f"{method} {path}".lower()).strip("-")
    sends = kind_of(body) if body else None
    return Operation(key, method.upper(), path, _text(said), parameters, sends, answers)


def _content(said: Json) -> Json | None:
    """The schema of a body or an answer, in the first format it comes in."""
    contents: list[Json] = list(said.get("content", {}).values())
    return contents[0].get("schema") if contents else None


def _members(said: Json) -> Iterator[Field]:
    required = set(said.get("required", []))
    for name, member in said.get("properties", {}).items():
        yield Field(name, kind_of(member), name in required, _text(member))


def _text(said: Json) -> str:
    return str(said.get("description") or said.get("summary") or said.get("title") or "")
