"""One report version with everything on it, which the document's tests change where they need to."""

import dataclasses
import datetime as dt
import io
from typing import Any

import pypdf

from consult.reports.content import (
    AnsweringOrganisation,
    AskingOrganisation,
    Content,
    FirstReport,
    Identifier,
    Patient,
    Requester,
    Said,
    Section,
    SlideRead,
)
from consult.reports.document.render import SignatureView, render_pdf

SECTIONS = {
    "answer": "Superficial spreading melanoma, Breslow 0.9 mm. Deep margin involved.",
    "diagnosis": "Skin, back, excision: superficial spreading melanoma, pT1b. Mitoses 1 per mm².",
    "microscopy": "Nests of melanocytes with pagetoid spread.\n\nSOX10 shows single cells along a follicle.",
    "comment": "The follicle reaches to 0.1 mm of the margin.",
    "recommendation": "Re-excision as planned.",
    "limits": "Only the shared slides were seen.",
}


def content(**changes: Any) -> Content:
    """The amended version 2 of a consultation, in English."""
    sample = Content(
        kind="consultation",
        language="en",
        title="Consultation opinion",
        asking=AskingOrganisation(name="Lab Leeuwerik", accession_number="L26-20911"),
        answering=AnsweringOrganisation(
            name="Noordkust Pathology", accession_number="C26-03977", address_lines=("Havenstraat 12", "Noordkust")
        ),
        patient=Patient(
            family_name="DEMO-HAAN",
            given_names="Pieter",
            birth_family_name="Demo-Bakker",
            used_name="Piet",
            birth_text="17 Mar 1951",
            sex="M",
            identifiers=(Identifier(label="BSN", value="999900305"), Identifier(label="Leeuwerik", value="VM0004017")),
        ),
        requester=Requester(printed_name="Dr Eva Beispiel", role="pathologist"),
        question="Is the deep margin free?",
        working_diagnosis="Melanoma, pT1b",
        clinical_details="Changing naevus on the back.",
        sections=tuple(Section(code=code, heading=code, text=text) for code, text in SECTIONS.items()),
        confidence="favoured",
        slides=(
            SlideRead(label="A1", stain="H&E", sha256="a1" * 32, opened=True),
            SlideRead(label="A1", stain="SOX10", level="3", sha256="b2" * 32, opened=True),
            SlideRead(label="A2", stain="PAS", opened=False, image="none"),
        ),
        version_number=2,
        version_kind="amendment",
        reason="Level 3 was cut after version 1.",
        earlier_version=1,
        request_number="CR-000123",
        first_report_sent=FirstReport(number=1, received_at="2026-11-20T12:05:00Z", sha256="c3" * 32),
        first_report_later=FirstReport(number=2, received_at="2026-11-22T08:00:00Z", sha256="d4" * 32),
        conversation=(
            Said(kind="question", printed_name="Dr Ilse Voorbeeld", at="2026-11-20T09:30:00Z", text="How long?"),
            Said(kind="reply", printed_name="Dr Eva Beispiel", at="2026-11-20T13:05:00Z", text="For two years."),
        ),
    )
    return dataclasses.replace(sample, **changes)


def with_text(code: str, text: str) -> Content:
    """The sample with another text in one section."""
    sample = content()
    sections = tuple(dataclasses.replace(s, text=text) if s.code == code else s for s in sample.sections)
    return dataclasses.replace(sample, sections=sections)


def signature(**changes: Any) -> SignatureView:
    """The author's signature, given in the winter."""
    sample = SignatureView(
        printed_name="Dr Ilse Voorbeeld",
        registration_number="19012345601",
        registration_body="BIG",
        role_label="dermatopathologist",
        meaning_label="Author of this opinion",
        signed_at=dt.datetime(2026, 11, 23, 15, 20, 41, tzinfo=dt.UTC),
        method_label="with passkey",
    )
    return dataclasses.replace(sample, **changes)


def pdf(sample: Content | None = None, *signatures: SignatureView, **options: Any) -> bytes:
    """The sample as PDF, signed by its author unless other signatures are given."""
    options.setdefault("time_zone", "Europe/Amsterdam")
    return render_pdf(sample or content(), signatures or (signature(),), **options)


def read(data: bytes) -> pypdf.PdfReader:
    """A reader over the bytes."""
    return pypdf.PdfReader(io.BytesIO(data))


def catalogue(data: bytes) -> Any:
    """The root dictionary of the file."""
    root: Any = read(data).trailer["/Root"]
    return root


def page_texts(data: bytes) -> list[str]:
    """What is printed on each page, with every run of white space as one space."""
    return [" ".join(page.extract_text().split()) for page in read(data).pages]
