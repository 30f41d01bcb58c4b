"""Composes the content of a consultation report from its request and its draft."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from consult.reports.actions.receive import birth_text, numbers_of
from consult.reports.content import (
    AnsweringOrganisation,
    AskingOrganisation,
    Content,
    Patient,
    Requester,
    Said,
    Section,
    SlideRead,
)
from consult.reports.content_check import clean_text
from consult.reports.models import Report
from consult.requests import first_report
from consult.requests.looks import Look, for_both, looks
from consult.requests.models import ConsultRequest, Message
from consult.requests.models.message import Kind as MessageKind
from consult.requests.policy import with_people
from core import terms

ORDER = ("answer", "diagnosis", "microscopy", "comment", "recommendation", "limits")


def consultation(report: Report) -> Content:
    """What signing this draft would fix; needs the request that the report answers."""
    request = with_people(ConsultRequest.objects.filter(report=report)).get()
    with translation.override(report.language):
        return _content(report, request)


def _content(report: Report, request: ConsultRequest) -> Content:
    kept, draft, text = request.as_sent, report.draft, for_both(request)
    before, now = first_report.sent_and_current(request)
    last = report.versions.order_by("-number").first()
    return Content(
        kind="consultation",
        language=report.language,
        title=_("Consultation report"),
        asking=AskingOrganisation(name=request.asking_organisation.name, accession_number=kept["accession_number"]),
        answering=AnsweringOrganisation(
            name=report.organisation.name,
            accession_number=report.accession_number,
            address_lines=tuple(report.organisation.address.splitlines()),
        ),
        patient=_patient(kept["patient"], request.asking_organisation.short_name),
        requester=Requester(
            printed_name=request.requester.user.printed_name, role=str(request.requester.get_role_display())
        ),
        question=clean_text(text(request.question)),
        working_diagnosis=clean_text(text(request.working_diagnosis)),
        clinical_details=clean_text(text(kept["history"])),
        sections=tuple(
            Section(code=code, heading=code, text=clean_text(draft[code]))
            for code in ORDER
            if draft.get(code, "").strip()
        ),
        confidence=draft.get("confidence", ""),
        slides=_slides(report, request),
        version_number=(last.number if last else 0) + 1,
        earlier_version=last.number if last else None,
        first_report_sent=first_report.in_content(before),
        first_report_later=first_report.in_content(now if now != before else None),
        request_number=request.number,
        conversation=tuple(_said(message, text) for message in request.messages.all()),
    )


def _patient(kept: Mapping[str, Any], laboratory: str) -> Patient:
    """From what record.as_sent wrote: `birth` is three numbers or nulls, `identifiers` system, value, verified."""
    year, month, day = kept["birth"]
    if kept.get("pseudonym"):
        birth, sex = birth_text((year, None, None)), str(kept["sex"])
        return Patient(pseudonym=str(kept["pseudonym"]), birth_text=birth, sex=sex)
    return Patient(
        family_name=str(kept["family_name"]),
        given_names=str(kept["given_name"]),
        birth_family_name=str(kept["birth_family_name"]),
        used_name=str(kept["used_name"]),
        birth_text=birth_text((year, month, day)),
        sex=str(kept["sex"]),
        identifiers=numbers_of(kept["identifiers"], laboratory),
    )


def _slides(report: Report, request: ConsultRequest) -> tuple[SlideRead, ...]:
    return tuple(
        SlideRead(
            label=each.label,
            stain=terms.label("stains", each.slide.stain),
            level=each.level,
            sha256=each.sha256,
            opened=each.look == Look.OPENED,
            image="" if each.look in (Look.OPENED, Look.NOT_OPENED) else str(each.look),
        )
        for each in looks(report.author_id, request)
    )


def _said(message: Message, text: Callable[[str], str]) -> Said:
    codes = [terms.label("information_requests", code) for code in message.codes]
    return Said(
        kind="question" if message.kind == MessageKind.QUESTION else "reply",
        printed_name=message.author_name,
        at=first_report.in_utc(message.at),
        text=clean_text("\n".join([*codes, text(message.text)])),
    )
