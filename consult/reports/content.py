"""The canonical content of a report version: what a signature covers, as one frozen tree.

The tree knows no database. It turns into canonical JSON (sorted keys, UTF-8, no spaces, no floats: the form of
RFC 8785 for the types used here) and into the SHA-256 of those bytes; the same content gives the same bytes on every
machine, and `from_json` gives the same tree back. What was added to the tree later is left out where it is empty, so
that a version signed before keeps its bytes. Checks are in `content_check.py`.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from typing import Any

SCHEMA = "consilium.report/1"
ADDED_LATER = {"added_later": True}


class ContentError(ValueError):
    """The content cannot be a report version; `problems` holds pairs of path ("sections.0.text") and message."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{path}: {message}" for path, message in problems))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AskingOrganisation:
    """Who asks; `accession_number` is its own number for the case."""

    name: str
    accession_number: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringOrganisation:
    """Who answers and keeps the report; the number is the answering laboratory's own."""

    name: str
    accession_number: str = ""
    address_lines: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A patient number and what kind of number it is, as printed ("BSN", "Veenmeer")."""

    label: str
    value: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The patient as the reader of this version may know them: named, or under a pseudonym and then nothing else."""

    family_name: str = ""
    given_names: str = ""
    birth_text: str = ""
    sex: str = ""
    identifiers: tuple[Identifier, ...] = ()
    pseudonym: str = ""
    birth_family_name: str = dataclasses.field(default="", metadata=ADDED_LATER)
    used_name: str = dataclasses.field(default="", metadata=ADDED_LATER)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """The person who asks, as printed."""

    printed_name: str
    role: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the prose: what it is (`code`), under which heading it is printed (`heading`) and its text."""

    code: str
    heading: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlideRead:
    """A slide that was shared for this version: `sha256` is that of its image, empty where none could be looked at.

    `image` says why it could not: "unreadable", "not_ready" or "none"; "" where it could, or where it was not kept.
    """

    label: str
    stain: str
    level: str = ""
    sha256: str = ""
    opened: bool
    image: str = dataclasses.field(default="", metadata=ADDED_LATER)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was asked about the request, or given: `kind` is "question" or "reply", `at` ISO 8601 in UTC.

    `at` is empty for a reader who may not know who the patient is.
    """

    kind: str
    printed_name: str
    at: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FirstReport:
    """A version of the asking laboratory's own report: `received_at` ISO 8601 in UTC, `sha256` that of its content."""

    number: int
    received_at: str
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a signature covers. `earlier_version` is the number of the version this one adds to or replaces.

    `first_report_sent` is the first report that was sent with the question, `first_report_later` the one that was
    current instead when this was signed; neither where the report was not shared.
    """

    schema: str = SCHEMA
    kind: str
    language: str
    title: str
    asking: AskingOrganisation
    answering: AnsweringOrganisation
    patient: Patient
    requester: Requester
    question: str = ""
    working_diagnosis: str = ""
    clinical_details: str = ""
    sections: tuple[Section, ...] = ()
    confidence: str = ""
    slides: tuple[SlideRead, ...] = ()
    version_number: int = 1
    version_kind: str = "original"
    reason: str = ""
    earlier_version: int | None = None
    request_number: str = dataclasses.field(default="", metadata=ADDED_LATER)
    conversation: tuple[Said, ...] = dataclasses.field(default=(), metadata=ADDED_LATER)
    first_report_sent: FirstReport | None = dataclasses.field(default=None, metadata=ADDED_LATER)
    first_report_later: FirstReport | None = dataclasses.field(default=None, metadata=ADDED_LATER)

    def text(self, code: str) -> str:
        """The text of the section with this code, or an empty string."""
        return next((section.text for section in self.sections if section.code == code), "")


def canonical_json(content: Content) -> bytes:
    """The bytes that are signed, hashed, stored and attached to the PDF."""
    return json.dumps(
        plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def plain(node: Any) -> Any:
    """A tree as mappings, lists and values; without what was added later and says nothing."""
    if isinstance(node, tuple):
        return [plain(item) for item in node]
    if not dataclasses.is_dataclass(node):
        return node
    fields = [(field, getattr(node, field.name)) for field in dataclasses.fields(node)]
    return {field.name: plain(value) for field, value in fields if not (_is_optional(field) and value == field.default)}


def _is_optional(field: "dataclasses.Field[Any]") -> bool:
    return "added_later" in field.metadata


def content_hash(content: Content) -> str:
    """The SHA-256 of the canonical JSON: 64 lower-case hexadecimal characters."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def from_json(data: bytes | str) -> Content:
    """The tree that these bytes describe; ContentError where keys are unknown, missing or of another type."""
    try:
        raw = json.loads(data)
    except (ValueError, UnicodeDecodeError) as error:
        raise ContentError([("", f"This is not JSON: {error}")]) from error
    return from_dict(raw)


def from_dict(raw: object) -> Content:
    """The tree that this mapping of plain values describes; ContentError lists everything that does not fit."""
    problems: list[tuple[str, str]] = []
    content = _build(Content, raw, "", problems)
    if problems:
        raise ContentError(problems)
    return typing.cast(Content, content)


def _build(kind: Any, raw: object, path: str, problems: list[tuple[str, str]]) -> Any:
    """A value of type `kind` from plain JSON; problems are collected, so that one look shows them all."""
    if dataclasses.is_dataclass(kind):
        return _build_tree(typing.cast(type, kind), raw, path, problems)
    origin = typing.get_origin(kind)
    if origin is tuple:
        if not isinstance(raw, (list, tuple)):
            problems.append((path, "Must be a list."))
            return ()
        item = typing.get_args(kind)[0]
        return tuple(_build(item, value, f"{path}.{index}", problems) for index, value in enumerate(raw))
    if origin is types.UnionType:
        return None if raw is None else _build(typing.get_args(kind)[0], raw, path, problems)
    if type(raw) is not kind:  # exact: a bool is no version number, and there are no floats
        problems.append((path, f"Must be {NAMES[kind]}, not {type(raw).__name__}."))
    return raw


def _build_tree(kind: type, raw: object, path: str, problems: list[tuple[str, str]]) -> Any:
    """One dataclass of the tree, or None when something in it does not fit."""
    if not isinstance(raw, Mapping):
        problems.append((path, "Must be an object."))
        return None
    hints = typing.get_type_hints(kind)
    before = len(problems)
    prefix = f"{path}." if path else ""
    problems += [(f"{prefix}{key}", "Is not known.") for key in raw if key not in hints]
    needed = [field.name for field in dataclasses.fields(kind) if not _is_optional(field)]
    problems += [(f"{prefix}{key}", "Is missing.") for key in needed if key not in raw]
    values = {key: _build(hints[key], raw[key], f"{prefix}{key}", problems) for key in hints if key in raw}
    return kind(**values) if len(problems) == before else None


NAMES: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false"}
