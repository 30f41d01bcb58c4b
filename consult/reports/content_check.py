"""What makes the content of a report version sound, and what it still lacks before it may be signed.

`check` guards structure at every save and refuses what no version may be; `missing_for_signature` answers a person.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from consult.reports.content import SCHEMA, Content, ContentError

KINDS = ("consultation", "received")
LANGUAGES = ("en", "nl", "fr", "sv")
VERSION_KINDS = ("original", "addendum", "amendment", "correction")
CONFIDENCE = ("definite", "favoured", "differential", "descriptive")
SEXES = ("F", "M", "X", "U")
SECTIONS = (
    "answer",
    "diagnosis",
    "microscopy",
    "ancillary",
    "comment",
    "recommendation",
    "comparison",
    "limits",
    "addendum",
    "clinical_history",
    "material",
    "gross",
    "intraoperative",
    "synoptic",
)
NOT_LOOKED_AT = ("unreadable", "not_ready", "none")
SAID = ("question", "reply")
SHA256 = re.compile(r"[0-9a-f]{64}")
IN_UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
NOT_IN_UTC = "Must be a time in UTC, as 2026-11-05T09:30:00Z."
LONGEST_TEXT = 50_000  # characters in one field: about fifteen printed pages
LONGEST_NUMBER = 64  # characters of what must stand whole on every page: a number, a date of birth

Problems = list[tuple[str, str]]


def check(content: Content) -> None:
    """Raise ContentError with every problem, or return quietly. A draft with empty texts is sound."""
    problems: Problems = []
    problems += _codes(content)
    problems += _parties(content)
    problems += _sections(content)
    problems += _slides(content)
    problems += _conversation(content)
    problems += _first_report(content)
    problems += _version(content)
    problems += [(path, fault) for path, text in texts(content) if (fault := _text_fault(text))]
    if problems:
        raise ContentError(problems)


def missing_for_signature(content: Content) -> tuple[tuple[str, str], ...]:
    """What a person must still give before a consultation can be signed: (path, sentence) pairs, empty when ready."""
    missing: Problems = []
    if not content.answering.accession_number.strip():
        missing.append(("answering.accession_number", _("Give your laboratory's own accession number.")))
    if not content.patient.pseudonym and not content.asking.accession_number.strip():
        missing.append(("asking.accession_number", _("The asking laboratory's accession number is missing.")))
    if not content.text("answer").strip():
        missing.append(("sections", _("Write the answer to the question.")))
    patient = content.patient
    if not patient.pseudonym and (not patient.birth_text or not patient.identifiers):
        missing.append(("patient", _("The patient needs two identifiers: a date of birth and a patient number.")))
    return tuple(missing)


def clean_text(text: str) -> str:
    """Text as typed, made fit to be signed: one kind of line end, no control characters, no space at line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _codes(content: Content) -> Problems:
    allowed = {
        "schema": (SCHEMA,),
        "kind": KINDS,
        "language": LANGUAGES,
        "version_kind": VERSION_KINDS,
        "confidence": ("", *CONFIDENCE),
    }
    found = [(name, getattr(content, name), values) for name, values in allowed.items()]
    found.append(("patient.sex", content.patient.sex, ("", *SEXES)))
    return [
        (path, f"Must be one of {', '.join(repr(v) for v in values)}, not {value!r}.")
        for path, value, values in found
        if value not in values
    ]


def _parties(content: Content) -> Problems:
    problems: Problems = []
    needed = {"title": content.title, "answering.name": content.answering.name}
    if content.kind == "consultation":
        needed |= {"asking.name": content.asking.name, "requester.printed_name": content.requester.printed_name}
    problems += [(path, "Must not be empty.") for path, value in needed.items() if not value.strip()]
    patient = content.patient
    names = (patient.family_name, patient.given_names, patient.birth_family_name, patient.used_name)
    named = any(names) or bool(patient.identifiers)
    if patient.pseudonym and named:
        problems.append(("patient", "A patient under a pseudonym must not carry a name or an identifier."))
    if not patient.pseudonym and not patient.family_name:
        problems.append(("patient", "Must have a family name or a pseudonym."))
    numbers = {
        "asking.accession_number": content.asking.accession_number,
        "answering.accession_number": content.answering.accession_number,
        "patient.birth_text": patient.birth_text,
    }
    for index, identifier in enumerate(patient.identifiers):
        numbers[f"patient.identifiers.{index}.value"] = identifier.value
        if not identifier.value.strip():
            problems.append((f"patient.identifiers.{index}.value", "Must not be empty."))
    problems += [
        (path, f"Must not be longer than {LONGEST_NUMBER} characters.")
        for path, value in numbers.items()
        if len(value) > LONGEST_NUMBER
    ]
    return problems


def _sections(content: Content) -> Problems:
    problems: Problems = []
    seen: set[str] = set()
    for index, section in enumerate(content.sections):
        problems += [
            (f"sections.{index}.{name}", f"Is not a section: {value!r}.")
            for name, value in (("code", section.code), ("heading", section.heading))
            if value not in SECTIONS
        ]
        if section.code in seen:
            problems.append((f"sections.{index}.code", f"Occurs twice: {section.code!r}."))
        seen.add(section.code)
    if "answer" in seen and content.sections[0].code != "answer":
        problems.append(("sections", "The answer must come first, as it does on the page."))
    return problems


def _slides(content: Content) -> Problems:
    problems: Problems = []
    for index, slide in enumerate(content.slides):
        if slide.sha256 and not SHA256.fullmatch(slide.sha256):
            message = "Must be 64 lower-case hexadecimal characters, or empty without an image."
            problems.append((f"slides.{index}.sha256", message))
        if slide.image and (slide.image not in NOT_LOOKED_AT or slide.opened):
            problems.append((f"slides.{index}.image", "Must say why a slide that was not opened could not be."))
    return problems


def _conversation(content: Content) -> Problems:
    problems: Problems = []
    for index, said in enumerate(content.conversation):
        if said.kind not in SAID:
            problems.append((f"conversation.{index}.kind", f"Must be one of {', '.join(SAID)}."))
        if not IN_UTC.fullmatch(said.at):
            problems.append((f"conversation.{index}.at", NOT_IN_UTC))
    return problems


def _first_report(content: Content) -> Problems:
    problems: Problems = []
    sent, later = content.first_report_sent, content.first_report_later
    for name, version in (("first_report_sent", sent), ("first_report_later", later)):
        if version is None:
            continue
        if version.number < 1:
            problems.append((f"{name}.number", "Versions are numbered from 1."))
        if not IN_UTC.fullmatch(version.received_at):
            problems.append((f"{name}.received_at", NOT_IN_UTC))
        if not SHA256.fullmatch(version.sha256):
            problems.append((f"{name}.sha256", "Must be 64 lower-case hexadecimal characters."))
    if sent and later and later.number <= sent.number:
        problems.append(("first_report_later.number", "Must be a version after the one that was sent."))
    return problems


def _version(content: Content) -> Problems:
    number, earlier = content.version_number, content.earlier_version
    if content.version_kind == "original":
        faults = [
            ("version_number", "The original is version 1.", number != 1),
            ("earlier_version", "The original has no earlier version.", earlier is not None),
            ("reason", "The original needs no reason.", bool(content.reason)),
        ]
    else:
        faults = [
            ("version_number", "A later version is numbered 2 or more.", number < 2),
            ("earlier_version", "Must be a version before this one.", earlier is None or not 1 <= earlier < number),
            ("reason", "A later version must say why.", not content.reason.strip()),
        ]
    return [(path, message) for path, message, wrong in faults if wrong]


def texts(node: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the tree with its path."""
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            yield from texts(item, f"{path}.{index}")
    elif dataclasses.is_dataclass(node):
        for field in dataclasses.fields(node):
            yield from texts(getattr(node, field.name), f"{path}.{field.name}" if path else field.name)


def _text_fault(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        return f"Must not be longer than {LONGEST_TEXT} characters."
    bad = next((c for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs")), "")
    return f"Must not contain the control character U+{ord(bad):04X}." if bad else ""
