"""What the page shows, as plain data: every label said, every text made printable, every time written out.

The template only places what it finds here. It never sees a code, and no text ever becomes part of its source.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from consult.reports.content import Content, FirstReport, Said, content_hash
from consult.reports.document.words import Words
from core.web.dates import PartialDate, partial_text

LONGEST_IN_HEADER = 48  # characters of a name in the running header; the first page has it in full


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """One signature as printed (21 CFR 11.50): who, in which role, registered where, meaning what, when and how."""

    printed_name: str
    registration_number: str
    registration_body: str
    role_label: str
    meaning_label: str
    signed_at: dt.datetime
    method_label: str


def page_data(
    content: Content,
    signatures: Sequence[SignatureView],
    *,
    region: str,
    zone: ZoneInfo,
    verify_url: str,
    preliminary: bool,
    demo: bool = False,
    attachment: str,
    show: Callable[[str], str],
) -> dict[str, Any]:
    """The data of the page; `show` makes a text printable. All values are text, lists, booleans or None."""
    words = Words(content.language)
    version = words.say(content.version_kind, number=content.version_number)
    data: dict[str, Any] = {
        "lang": content.language,
        "region": region,
        "title": content.title,
        "version": version,
        "authors": [signature.printed_name for signature in signatures] or [content.answering.name],
        "date": _date(signatures),
        "signed": _signed(signatures, words, zone),
        "page": words.raw("page"),
        "lab": content.answering.name,
        "address": list(content.answering.address_lines),
        "occasion": _occasion(content, words),
        "patient": _patient(content, words),
        "numbers": _numbers(content, words),
        "running": _running(content, words),
        "watermark": _watermark(words, preliminary=preliminary, demo=demo),
        "banners": _banners(content, words, version, preliminary),
        "sections": _sections(content, words),
        "confidence": [words.say("confidence"), words.confidence(content.confidence)] if content.confidence else None,
        "request": _request(content, words, zone),
        "slides": _slides(content, words),
        "signing": _signing(content, signatures, words, zone, attachment),
        "verify": [words.say("verify"), verify_url] if verify_url else None,
    }
    shown: dict[str, Any] = _each_text(data, show)
    return shown


def _each_text(node: Any, show: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        return show(node)
    if isinstance(node, list):
        return [_each_text(item, show) for item in node]
    if isinstance(node, dict):
        return {key: _each_text(value, show) for key, value in node.items()}
    return node


def _date(signatures: Sequence[SignatureView]) -> list[int]:
    """The time of the last signature in UTC: the document's creation date, so that it can be made again.

    PDF/A asks for a date; a document that nobody signed gets the first moment of the Unix clock, which nobody takes
    for a real one.
    """
    moments = [signature.signed_at.astimezone(dt.UTC) for signature in signatures]
    return list(max(moments, default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).timetuple()[:6])


def _signed(signatures: Sequence[SignatureView], words: Words, zone: ZoneInfo) -> str:
    """The day of the last signature for the head of the first page; empty when nobody signed."""
    moments = [signature.signed_at for signature in signatures]
    return words.say("signed_at", moment=words.day(max(moments), zone)) if moments else ""


def _number(number: str, words: Words) -> str:
    return number or words.say("no_number")


def _occasion(content: Content, words: Words) -> str:
    ours = _number(content.answering.accession_number, words)
    if content.kind == "received":
        return words.say("received_from", name=content.answering.name, ours=ours)
    theirs = _number(content.asking.accession_number, words)
    return words.say("consultation_for", name=content.asking.name, theirs=theirs, ours=ours)


def _name(content: Content) -> str:
    patient = content.patient
    return patient.pseudonym or ", ".join(part for part in (patient.family_name.upper(), patient.given_names) if part)


def _further_names(content: Content, words: Words) -> list[list[str]]:
    """Label and value of the family name at birth and of the name used, where they are known."""
    known = (("name_at_birth", content.patient.birth_family_name.upper()), ("name_used", content.patient.used_name))
    return [[words.say(key), name] for key, name in known if name]


def _patient(content: Content, words: Words) -> list[list[str]]:
    """The cells of the patient block: label and value; the first is the name or the pseudonym."""
    patient = content.patient
    cells = [[words.say("pseudonym" if patient.pseudonym else "patient"), _name(content)]]
    cells += _further_names(content, words)
    if patient.birth_text:
        cells.append([words.say("born"), _born(patient.birth_text, content.language)])
    if patient.sex:
        cells.append([words.say("sex"), words.sex(patient.sex)])
    return cells + [[identifier.label, identifier.value] for identifier in patient.identifiers]


def _born(text: str, language: str) -> str:
    """A birth date with its month in words (1956-11-05 is 05 Nov 1956); what is no ISO date stays as it is."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
        return text
    return partial_text(PartialDate(*(int(part) for part in text.split("-"))), language)


def _numbers(content: Content, words: Words) -> list[list[str]]:
    """The accession numbers, each with the laboratory that gave it."""
    return [[words.say("number_at", name=name), _number(number, words)] for name, number in _given(content)]


def _given(content: Content) -> list[tuple[str, str]]:
    """Laboratory and accession number, the asking one first; once where both are the same, as in a received report."""
    both = [(each.name, each.accession_number) for each in (content.asking, content.answering) if each.name]
    return list(dict.fromkeys(both))


def _running(content: Content, words: Words) -> dict[str, Any]:
    """The patient on every further page: names, birth, sex and two identifiers, and both accession numbers."""
    patient = content.patient
    born = patient.birth_text and f"{words.say('born')} {_born(patient.birth_text, content.language)}"
    facts = [f"{label} {_short(name)}" for label, name in _further_names(content, words)]
    facts += [born, patient.sex and words.sex(patient.sex)]
    facts += [f"{_short(identifier.label)} {identifier.value}" for identifier in patient.identifiers[:2]]
    numbers = [f"{_short(name)} {_number(number, words)}" for name, number in _given(content)]
    return {
        "name": _short(_name(content)),
        "facts": [fact for fact in facts if fact],
        "numbers": numbers,
        "lab": _short(content.answering.name),
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_IN_HEADER else text[: LONGEST_IN_HEADER - 1].rstrip() + "…"


def _watermark(words: Words, *, preliminary: bool, demo: bool) -> str | None:
    """What stands across every sheet of a document that is not what it looks like."""
    if demo:
        return words.say("demo").upper()
    return words.say("preliminary").upper() if preliminary else None


def _banners(content: Content, words: Words, version: str, preliminary: bool) -> list[dict[str, Any]]:
    """What must be seen before the text: that it is preliminary, and why this version exists."""
    banners: list[dict[str, Any]] = []
    if preliminary:
        banners.append(
            {"tone": "now", "title": words.say("preliminary"), "text": words.say("preliminary_note"), "why": None}
        )
    if content.version_kind != "original":
        banners.append(
            {
                "tone": "now" if content.version_kind == "amendment" else "calm",
                "title": version,
                "text": words.say(f"{content.version_kind}_of", earlier=content.earlier_version),
                "why": [words.say("why"), _paragraphs(content.reason)],
            }
        )
    return banners


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs (parted by empty lines), each a list of its lines."""
    return [block.split("\n") for block in re.split(r"\n(?:[ \t]*\n)+", text.strip("\n")) if block.strip()]


def _sections(content: Content, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "code": section.code,
            "heading": words.heading(section.heading),
            "paragraphs": _paragraphs(section.text),
        }
        for section in content.sections
        if section.text.strip()
    ]


def _request(content: Content, words: Words, zone: ZoneInfo) -> dict[str, Any] | None:
    requester = ", ".join(part for part in (content.requester.printed_name, content.requester.role) if part)
    texts = (
        ("request_number", content.request_number),
        ("question", content.question),
        ("working_diagnosis", content.working_diagnosis),
        ("clinical_details", content.clinical_details),
        ("requester", requester),
    )
    rows = [{"label": words.say(key), "paragraphs": _paragraphs(text)} for key, text in texts if text.strip()]
    rows += _first_report(content, words, zone)
    rows += [_said(said, words, zone) for said in content.conversation]
    return {"heading": words.say("request"), "rows": rows} if rows else None


def _first_report(content: Content, words: Words, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Which version of the requesting laboratory's own report was sent, and which one was current at the signature."""
    both = (("first_report_version", content.first_report_sent), ("first_report_later", content.first_report_later))
    told = [_told(key, version, words, zone) for key, version in both if version]
    return [{"label": words.say("first_report"), "paragraphs": [[each] for each in told]}] if told else []


def _told(key: str, version: FirstReport, words: Words, zone: ZoneInfo) -> str:
    received = words.moment(dt.datetime.fromisoformat(version.received_at), zone)
    return words.say(key, number=version.number, moment=received, digest=_groups(version.sha256[:16]))


def _said(said: Said, words: Words, zone: ZoneInfo) -> dict[str, Any]:
    """A question about the request or its answer: the text, then who said it when."""
    moment = words.moment(dt.datetime.fromisoformat(said.at), zone) if said.at else ""
    who = ", ".join(part for part in (said.printed_name, moment) if part)
    return {"label": words.say(f"said_{said.kind}"), "paragraphs": [*_paragraphs(said.text), [who]]}


def _slides(content: Content, words: Words) -> dict[str, Any] | None:
    if not content.slides:
        return None
    total, opened = len(content.slides), sum(slide.opened for slide in content.slides)
    key = "slides_some" if opened < total else "slides_one" if total == 1 else "slides_all"
    return {
        "heading": words.say("slides"),
        "summary": words.say(key, total=total, opened=opened),
        "columns": [words.say(name) for name in ("slide", "stain", "level", "was_opened", "file")],
        "rows": [
            {
                "opened": slide.opened,
                "cells": [
                    slide.label,
                    slide.stain,
                    slide.level,
                    words.say("opened" if slide.opened else slide.image or "not_opened"),
                    _groups(slide.sha256[:16]) if slide.sha256 else words.say("no_file"),
                ],
            }
            for slide in content.slides
        ],
    }


def _groups(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def _signing(
    content: Content, signatures: Sequence[SignatureView], words: Words, zone: ZoneInfo, attachment: str
) -> dict[str, Any]:
    none = "signed_elsewhere" if content.kind == "received" else "unsigned"
    digest = content_hash(content)
    return {
        "heading": words.say("signatures"),
        "none": None if signatures else words.say(none),
        "signatures": [_signature(signature, words, zone) for signature in signatures],
        "hash_label": words.say("hash" if signatures else "hash_unsigned"),
        "hash": [_groups(digest[:32]), _groups(digest[32:])],
        "attached": words.say("attached", name=attachment),
    }


def _signature(signature: SignatureView, words: Words, zone: ZoneInfo) -> dict[str, str]:
    registration = (signature.registration_body, signature.registration_number)
    moment = words.say("signed_at", moment=words.moment(signature.signed_at, zone))
    return {
        "name": signature.printed_name,
        "role": signature.role_label,
        "registration": " ".join(part for part in registration if part),
        "meaning": signature.meaning_label,
        "moment": ", ".join(part for part in (moment, signature.method_label) if part),
    }
