"""The canonical content: the same content is the same bytes, nothing unknown slips in, every fault is named."""

import dataclasses
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.reports.content import (
    Content,
    ContentError,
    FirstReport,
    Patient,
    canonical_json,
    content_hash,
    from_dict,
    from_json,
)
from consult.reports.content_check import check, clean_text, missing_for_signature
from tests.reports.document_sample import content, with_text

SENT = FirstReport(number=1, received_at="2026-11-20T12:05:00Z", sha256="c3" * 32)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def paths(caught: pytest.ExceptionInfo[ContentError]) -> set[str]:
    return {path for path, _ in caught.value.problems}


def test_the_canonical_bytes_are_sorted_compact_utf8() -> None:
    data = canonical_json(content())
    assert data.startswith(b'{"answering":{"accession_number":"C26-03977","address_lines":["Havenstraat 12"')
    assert "mm²".encode() in data
    assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_hash_is_the_sha256_of_the_canonical_bytes() -> None:
    assert content_hash(content()) == hashlib.sha256(canonical_json(content())).hexdigest()


def test_control_characters_are_written_as_rfc_8785_writes_them() -> None:
    assert b'"a\\tb\\n\\"\\\\\\u0001\x7f/"' in canonical_json(with_text("comment", 'a\tb\n"\\\u0001\x7f/'))


def test_a_content_survives_the_way_there_and_back() -> None:
    assert from_json(canonical_json(content())) == content()


@given(TEXT, TEXT, st.booleans())
def test_any_text_survives_the_way_there_and_back(question: str, name: str, opened: bool) -> None:
    sample = content(question=question)
    sample = dataclasses.replace(
        sample,
        patient=dataclasses.replace(sample.patient, family_name=name),
        slides=(dataclasses.replace(sample.slides[0], opened=opened),),
    )
    again = from_json(canonical_json(sample))
    assert again == sample
    assert content_hash(again) == content_hash(sample)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Content)])
def test_every_part_of_the_content_is_covered_by_the_hash(field: str) -> None:
    raw = json.loads(canonical_json(content()))
    raw[field] = other(raw[field])
    assert content_hash(from_dict(raw)) != content_hash(content())


def other(value: object) -> object:
    """Another value of the same shape."""
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return value[1:]
    assert isinstance(value, dict)
    key = next(key for key, inner in value.items() if isinstance(inner, str))
    return value | {key: value[key] + "x"}


def test_a_version_signed_before_there_was_more_to_say_keeps_its_bytes() -> None:
    """It has no request number, no talk, no reason why an image was not seen, no first report and no further names."""
    sample = content(request_number="", conversation=(), first_report_sent=None, first_report_later=None)
    sample = dataclasses.replace(sample, slides=tuple(dataclasses.replace(each, image="") for each in sample.slides))
    sample = dataclasses.replace(
        sample, patient=dataclasses.replace(sample.patient, birth_family_name="", used_name="")
    )
    raw = canonical_json(sample)
    added = {b"request_number", b"conversation", b"image", b"first_report_sent", b"first_report_later"}
    added |= {b"birth_family_name", b"used_name"}
    assert not added & set(re.findall(rb'"([a-z_]+)"', raw))
    assert canonical_json(from_json(raw)) == raw
    assert content_hash(sample) == "b48b4c67d2cae568d30621a5bb0f63554490f9fe0f2f3a5673f1023a9a0f8214"


def test_unknown_missing_and_mistyped_keys_are_all_named_at_once() -> None:
    raw = json.loads(canonical_json(content()))
    raw["colour"] = "violet"
    del raw["question"]
    raw["version_number"] = 2.0
    raw["slides"][1]["opened"] = 1
    raw["sections"] = {"answer": "yes"}
    with pytest.raises(ContentError) as caught:
        from_dict(raw)
    assert paths(caught) == {"colour", "question", "version_number", "slides.1.opened", "sections"}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_what_is_no_content_is_refused_with_a_message(data: bytes) -> None:
    with pytest.raises(ContentError):
        from_json(data)


def test_the_sample_is_sound_and_ready() -> None:
    check(content())
    assert missing_for_signature(content()) == ()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"language": "de"}, "language"),
        ({"kind": "letter"}, "kind"),
        ({"title": " "}, "title"),
        ({"confidence": "certain"}, "confidence"),
        ({"version_number": 1}, "version_number"),
        ({"earlier_version": 2}, "earlier_version"),
        ({"earlier_version": None}, "earlier_version"),
        ({"reason": ""}, "reason"),
        ({"version_kind": "original"}, "version_number"),
        ({"question": "bell \u0007"}, "question"),
        ({"question": "x" * 50_001}, "question"),
        ({"sections": content().sections[:1] * 2}, "sections.1.code"),
        ({"sections": content().sections[::-1]}, "sections"),
        ({"sections": (dataclasses.replace(content().sections[0], heading="verdict"),)}, "sections.0.heading"),
        ({"slides": (dataclasses.replace(content().slides[0], sha256="A1" * 32),)}, "slides.0.sha256"),
        ({"slides": (dataclasses.replace(content().slides[0], image="none"),)}, "slides.0.image"),
        ({"slides": (dataclasses.replace(content().slides[2], image="lost"),)}, "slides.0.image"),
        ({"conversation": (dataclasses.replace(content().conversation[0], kind="chat"),)}, "conversation.0.kind"),
        ({"conversation": (dataclasses.replace(content().conversation[0], at="today"),)}, "conversation.0.at"),
        ({"first_report_sent": dataclasses.replace(SENT, number=0)}, "first_report_sent.number"),
        ({"first_report_sent": dataclasses.replace(SENT, received_at="today")}, "first_report_sent.received_at"),
        ({"first_report_later": dataclasses.replace(SENT, sha256="C3" * 32)}, "first_report_later.sha256"),
        ({"first_report_later": SENT}, "first_report_later.number"),
        ({"patient": dataclasses.replace(content().patient, sex="male")}, "patient.sex"),
        ({"patient": dataclasses.replace(content().patient, pseudonym="Heron 17")}, "patient"),
        ({"patient": dataclasses.replace(content().patient, family_name="")}, "patient"),
        ({"patient": Patient(pseudonym="Heron 17", used_name="Piet")}, "patient"),
        ({"patient": Patient(pseudonym="Heron 17", birth_family_name="Demo-Bakker")}, "patient"),
        ({"asking": dataclasses.replace(content().asking, accession_number="9" * 65)}, "asking.accession_number"),
    ],
)
def test_what_no_version_may_be_is_refused_where_it_is_wrong(changes: dict[str, object], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        check(content(**changes))
    assert path in paths(caught)


def test_a_draft_without_text_and_number_is_sound_but_cannot_be_signed() -> None:
    sample = content(sections=(), answering=dataclasses.replace(content().answering, accession_number=""))
    check(sample)
    assert [path for path, _ in missing_for_signature(sample)] == ["answering.accession_number", "sections"]


def test_one_identifier_of_the_patient_is_not_enough_to_sign() -> None:
    sample = content(patient=dataclasses.replace(content().patient, identifiers=()))
    assert [path for path, _ in missing_for_signature(sample)] == ["patient"]


def test_cleaned_text_is_fit_to_be_signed() -> None:
    text = clean_text("\r\n  A:\tfirst \r\nsecond\x00\x07\rthird\n\n")
    assert text == "  A:\tfirst\nsecond\nthird"
    check(with_text("comment", text))
