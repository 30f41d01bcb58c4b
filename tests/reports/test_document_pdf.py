"""The printed report: everything is on paper, on every page where it must be, and nothing typed is ever obeyed."""

import dataclasses
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from consult.reports.content import ContentError, Patient, canonical_json, content_hash
from consult.reports.document.render import FontsMissingError, render_pdf
from tests.reports.document_sample import SECTIONS, catalogue, content, page_texts, pdf, read, signature, with_text

LONG = "\n\n".join(f"Paragraph {number}. " + "Sheets of atypical cells in the dermis. " * 30 for number in range(12))


def squeezed(data: bytes) -> str:
    """The printed characters without any white space: words broken over lines are whole again."""
    return "".join("".join(page_texts(data)).split())


# ---- what is on paper


def test_every_section_and_the_request_are_printed_with_the_answer_first() -> None:
    (text,) = page_texts(pdf())[:1]
    printed = " ".join(page_texts(pdf()))
    for part in SECTIONS.values():
        assert " ".join(part.split()) in printed
    for asked in ("Is the deep margin free?", "Melanoma, pT1b", "Changing naevus on the back.", "Dr Eva Beispiel"):
        assert asked in printed
    assert text.index("Answer to the question") < text.index("Diagnosis") < text.index("Microscopy")
    assert "Confidence Favoured" in text


def test_both_laboratories_and_both_numbers_and_two_identifiers_are_on_every_page() -> None:
    pages = page_texts(pdf(with_text("microscopy", LONG)))
    assert len(pages) > 2
    for text in pages:
        for fact in ("Lab Leeuwerik", "L26-20911", "Noordkust Pathology", "C26-03977"):
            assert fact in text
        for identifier in ("DEMO-HAAN, Pieter", "17 Mar 1951", "999900305"):
            assert identifier in text
        assert "Amended report, version 2" in text


def test_every_page_says_which_of_how_many_it_is() -> None:
    pages = page_texts(pdf(with_text("microscopy", LONG)))
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text


def test_a_signature_is_printed_with_name_registration_role_time_zone_meaning_and_way() -> None:
    text = " ".join(page_texts(pdf()))
    assert "Dr Ilse Voorbeeld, dermatopathologist BIG 19012345601 Author of this opinion" in text
    assert "Signed 23 Nov 2026 16:20:41 CET (UTC+01:00), with passkey" in text


def test_every_signature_is_printed() -> None:
    second = signature(printed_name="Prof. Åsa Exempel", meaning_label="Reviewed, agreed")
    text = " ".join(page_texts(pdf(content(), signature(), second)))
    assert "Dr Ilse Voorbeeld" in text
    assert "Prof. Åsa Exempel" in text
    assert "Reviewed, agreed" in text


@pytest.mark.parametrize(
    ("zone", "printed"),
    [
        ("Europe/London", "15:20:41 GMT (UTC+00:00)"),
        ("Europe/Stockholm", "16:20:41 CET (UTC+01:00)"),
        ("America/Sao_Paulo", "12:20:41 UTC-03:00"),
    ],
)
def test_the_time_of_signing_names_its_zone(zone: str, printed: str) -> None:
    assert printed in " ".join(page_texts(pdf(time_zone=zone)))


def test_the_hash_of_the_content_is_printed_whole() -> None:
    assert content_hash(content()) in squeezed(pdf())


def test_every_slide_says_whether_it_was_opened() -> None:
    text = " ".join(page_texts(pdf()))
    assert "2 of 3 slides were opened." in text
    assert "A1 H&E opened a1a1 a1a1 a1a1 a1a1" in text
    assert "A1 SOX10 3 opened b2b2" in text
    assert "A2 PAS no image –" in text


def test_name_at_birth_and_name_used_are_on_every_page_with_the_patient() -> None:
    pages = page_texts(pdf(with_text("microscopy", LONG)))
    assert len(pages) > 1
    for text in pages:
        assert "Name at birth DEMO-BAKKER" in text and "Name used Piet" in text


def test_the_first_report_is_named_by_version_time_and_hash_and_so_is_a_later_one() -> None:
    text = " ".join(page_texts(pdf()))
    assert "Report of the requesting laboratory Version 1, received 20 Nov 2026 13:05:00 CET" in text
    assert "Start of SHA-256: c3c3 c3c3 c3c3 c3c3." in text
    assert "Version 2 came after the request was sent, received 22 Nov 2026 09:00:00 CET" in text
    assert "Start of SHA-256: d4d4 d4d4 d4d4 d4d4." in text
    same = " ".join(page_texts(pdf(content(first_report_later=None))))
    assert "Version 1, received" in same and "came after the request was sent" not in same


def test_nothing_is_printed_of_a_first_report_that_was_not_shared() -> None:
    text = " ".join(page_texts(pdf(content(first_report_sent=None, first_report_later=None))))
    assert "Report of the requesting laboratory" not in text


def test_a_later_version_says_what_it_does_and_why() -> None:
    text = page_texts(pdf())[0]
    assert "Replaces version 1. The content has changed: read it again." in text
    assert "Why this version Level 3 was cut after version 1." in text


def test_the_first_version_has_no_banner() -> None:
    first = content(version_number=1, version_kind="original", reason="", earlier_version=None)
    text = page_texts(pdf(first))[0]
    assert "Report, version 1" in text
    assert "Why this version" not in text


def test_a_pseudonymised_patient_is_printed_under_the_pseudonym_on_every_page() -> None:
    sample = dataclasses.replace(with_text("microscopy", LONG), patient=Patient(pseudonym="Heron 17", sex="M"))
    assert all("Heron 17" in text for text in page_texts(pdf(sample)))


def test_a_received_report_says_whose_it_is_and_that_the_original_is_signed() -> None:
    sample = content(kind="received")
    own = dataclasses.replace(
        sample.asking, name=sample.answering.name, accession_number=sample.answering.accession_number
    )
    data = render_pdf(dataclasses.replace(sample, asking=own), [], time_zone="Europe/Amsterdam")
    text = " ".join(page_texts(data))
    assert text.count("Number at Noordkust Pathology") <= 1
    assert "Received from Noordkust Pathology, their number C26-03977" in text
    assert "The signature is on the original." in text


def test_the_address_for_checking_is_printed_as_a_link() -> None:
    data = pdf(verify_url="https://consilium.example/verify")
    assert "https://consilium.example/verify" in " ".join(page_texts(data))
    links = [note.get_object() for page in read(data).pages for note in page.get("/Annots", [])]
    assert [link["/A"]["/URI"] for link in links] == ["https://consilium.example/verify"]


# ---- preliminary


def test_a_document_of_the_demo_says_so_on_every_page() -> None:
    assert all("DEMONSTRATION" in text for text in page_texts(pdf(content(), demo=True)))
    assert not any("DEMONSTRATION" in text for text in page_texts(pdf(content())))


def test_a_preliminary_report_carries_the_watermark_on_every_page_and_a_final_one_never() -> None:
    sample = with_text("microscopy", LONG)
    assert all("PRELIMINARY" in text for text in page_texts(pdf(sample, preliminary=True)))
    assert "This report is preliminary." in page_texts(pdf(sample, preliminary=True))[0]
    assert "PRELIMINARY" not in " ".join(page_texts(pdf(sample)))


def test_an_unsigned_report_says_so() -> None:
    data = render_pdf(content(), [], time_zone="Europe/Amsterdam", preliminary=True)
    text = " ".join(page_texts(data))
    assert "This report is not signed." in text
    assert "SHA-256 of the content" in text


# ---- nothing typed is obeyed, nothing typed is lost


@pytest.mark.parametrize(
    "typed",
    [
        '#read("/etc/passwd")',
        '#sys.inputs.content #eval("1+1") #pagebreak()',
        "\\u{41} \\ \\\\ \\n ~ -- --- ...",
        "*bold* _italic_ `raw` $x^2$ <label> @ref = heading",
        "\"double\" 'single' {braces} [brackets] (round) </script>",
        "// comment /* comment */ # % & ^",
    ],
)
def test_what_looks_like_code_is_printed_as_typed(typed: str) -> None:
    everywhere = dataclasses.replace(
        with_text("microscopy", typed),
        question=typed,
        reason=typed,
        title=typed,
        patient=dataclasses.replace(content().patient, given_names=typed),  # the family name is put in capitals
    )
    data = pdf(everywhere, signature(printed_name=typed, meaning_label=typed))
    printed = squeezed(data)
    assert printed.count("".join(typed.split())) >= 7  # question, reason, title, name, section, and twice by the signer
    assert "root:" not in printed


@pytest.mark.parametrize("place", ["question", "answer", "name", "identifier", "stain", "level", "signer", "lab"])
def test_a_very_long_word_stays_on_the_page_and_whole(place: str) -> None:
    word = "WM" * (32 if place == "identifier" else 120)
    sample, signer = with_long_word(place, word)
    data = pdf(sample, signer)
    if place in ("stain", "level"):  # the cells beside it are printed between its lines
        assert squeezed(data).count("W") >= 120 + squeezed(pdf()).count("W")
    else:
        assert word in squeezed(data)
    room = {"stain": 17, "level": 7}.get(place, 70)  # so many of these letters fit beside each other there
    lines = "\n".join(page.extract_text() for page in read(data).pages)
    assert max(map(len, re.findall("[WM]+", lines))) <= room


def with_long_word(place: str, word: str) -> tuple[Any, Any]:
    """The sample and its signature with the word in one place."""
    base, signer = content(), signature()
    if place == "signer":
        return base, signature(printed_name=word)
    if place == "answer":
        return with_text("answer", word), signer
    patient, slide = base.patient, base.slides[0]
    changes: dict[str, dict[str, Any]] = {
        "question": {"question": word},
        "name": {"patient": dataclasses.replace(patient, family_name=word)},
        "identifier": {
            "patient": dataclasses.replace(
                patient, identifiers=(dataclasses.replace(patient.identifiers[0], value=word),)
            )
        },
        "stain": {"slides": (dataclasses.replace(slide, stain=word),)},
        "level": {"slides": (dataclasses.replace(slide, level=word),)},
        "lab": {"answering": dataclasses.replace(base.answering, name=word)},
    }
    return dataclasses.replace(base, **changes[place]), signer


def test_a_long_text_runs_over_pages_without_losing_a_word() -> None:
    printed = squeezed(pdf(with_text("microscopy", LONG)))
    for number in range(12):
        assert f"Paragraph{number}." in printed
    assert printed.count("Sheetsofatypicalcells") == 12 * 30


def test_special_characters_are_printed() -> None:
    typed = "≥ 2 µm, ≤ 3 mm², Å, ±, 10³, CD20⁺, CO₂, κ > λ, 50 ‰, ½, naïve, Œdème, Łódź, Ελλάς, Жук, → ✓ √ ≈ ∞"
    assert "".join(typed.split()) in squeezed(pdf(with_text("comment", typed)))


def test_what_no_font_can_show_is_spelled_out_and_stays_in_the_attachment() -> None:
    sample = with_text("comment", "王明 and a\u202ehidden\u202c turn, x\u0302, \U0001f600")
    data = pdf(sample)
    text = " ".join(page_texts(data))
    assert "[U+738B U+660E] and a[U+202E]hidden[U+202C] turn, x[U+0302], [U+1F600]" in text
    assert "王明".encode() in read(data).attachments["report.json"][0]


def test_a_text_of_the_greatest_length_is_printed() -> None:
    words = "lymphovascular " * 3333
    assert squeezed(pdf(with_text("comment", words[:50_000]))).count("lymphovascular") == 3333


# ---- the file


def test_the_attachment_is_the_signed_content_byte_for_byte() -> None:
    reader = read(pdf())
    assert dict(reader.attachments.items()) == {"report.json": [canonical_json(content())]}
    file = catalogue(pdf())["/AF"][0].get_object()
    assert file["/AFRelationship"] == "/Source"
    assert file["/EF"]["/F"].get_object()["/Subtype"] == "/application/json"


def test_the_file_declares_pdf_a_3a_and_pdf_ua_1() -> None:
    metadata = catalogue(pdf())["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_the_file_is_tagged_titled_and_dated_by_its_signature() -> None:
    reader = read(pdf(locale="en-GB"))
    root = catalogue(pdf(locale="en-GB"))
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= structure(root["/StructTreeRoot"])
    assert reader.metadata is not None
    assert reader.metadata.title == "Consultation opinion. Amended report, version 2"
    assert reader.metadata.creation_date == signature().signed_at


def structure(node: Any) -> set[str]:
    """The kinds of all elements below a node of the structure tree."""
    node = node.get_object()
    if not isinstance(node, dict):
        return set()
    children = node.get("/K", [])
    children = children if isinstance(children, list) else [children]
    return {str(node.get("/S"))}.union(*(structure(child) for child in children))


def test_every_font_is_embedded_and_none_comes_from_the_machine() -> None:
    fonts = set(re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", pdf(with_text("comment", "≥"))))
    assert fonts == {b"IBMPlexSans-Regular", b"IBMPlexSans-SemiBold", b"IBMPlexMono-Regular", b"DejaVuSansMono"}


def test_the_same_version_gives_the_same_bytes_also_in_another_process() -> None:
    script = "import hashlib\nfrom tests.reports.document_sample import pdf\nprint(hashlib.sha256(pdf()).hexdigest())"
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == hashlib.sha256(pdf()).hexdigest()
    assert pdf() == pdf()


def test_another_version_gives_another_file_id() -> None:
    first, second = read(pdf()).xmp_metadata, read(pdf(with_text("comment", "Other."))).xmp_metadata
    assert first is not None
    assert second is not None
    assert first.xmpmm_instance_id != second.xmpmm_instance_id


def test_a_folder_without_fonts_is_a_clear_error(settings: Any, tmp_path: Path) -> None:
    settings.FONT_ROOT = tmp_path
    with pytest.raises(FontsMissingError, match=r"deploy\.fonts"):
        pdf()


def test_unsound_content_is_not_printed() -> None:
    with pytest.raises(ContentError):
        pdf(content(reason=""))


def test_a_signature_without_time_zone_is_not_printed() -> None:
    with pytest.raises(ValueError, match="time zone"):
        pdf(content(), signature(signed_at=signature().signed_at.replace(tzinfo=None)))


def test_a_checking_address_that_is_a_script_is_refused() -> None:
    with pytest.raises(ValueError, match="https"):
        pdf(verify_url="javascript:alert(1)")
