"""What the answering laboratory keeps of a request: patient, question, slides and own report as sent.

It stays readable there by role after the access to the case has ended, and it is what a signed opinion names.
"""

import hashlib
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.access.view import NEVER, CaseView, under_pseudonym
from cases.models import Slide
from consult.requests import first_report
from consult.requests.models import ConsultRequest
from slides.queries import image_hashes

TAKEN = ("as_sent", "case_version", "patient_version")


def take(request: ConsultRequest, view: CaseView) -> None:
    """Keep the case as it is now as what the request stands for: sets TAKEN, which the caller saves."""
    request.as_sent = as_sent(request, view) | first_report.kept(first_report.sent(request))
    request.case_version, request.patient_version = view.identity_version, view.patient_version


def as_sent(request: ConsultRequest, view: CaseView) -> dict[str, Any]:
    """The record, as plain values. `view` is the case as the requester may share it. Two queries.

    Under a pseudonym it holds no more than the expert may know. Whether it is still about the same patient and the same
    clinical details is told by digests that hold the two keys, which are random.
    """
    digest = history_digest(request, request.case.history)
    whose, hidden = str(request.case.patient_id), request.pseudonym
    if request.is_pseudonymised:
        view = view if view.is_pseudonymised else under_pseudonym(view, request.pk, request.sent_at or NEVER)
        whose = hashlib.sha256(f"{request.pk}:{whose}".encode()).hexdigest()
    return {
        "patient": {
            "id": whose,
            "pseudonym": hidden,
            "family_name": "" if hidden else view.name_family,
            "given_name": view.name_given,
            "used_name": view.name_used,
            "birth_family_name": view.name_birth,
            "birth": list(view.birth),
            "sex": view.sex,
            "identifiers": [list(each) for each in view.identifiers],
        },
        "accession_number": view.accession_number,
        "organ_system": view.organ_system,
        "priority": request.priority,
        "history": view.history,
        "history_digest": digest,
        "language": view.language,
        "received_at": view.received_at.isoformat() if view.received_at else "",
        "received_year": view.received_year,
        "slides": slides_as_sent(request.slides.values_list("slide", flat=True), view.text),
    }


def history_digest(request: ConsultRequest, history: str) -> str:
    """SHA-256, in hexadecimal, of these clinical details with the keys of request and patient; requests_touched in the
    database makes the same."""
    return hashlib.sha256(f"{request.pk}:{request.case.patient_id}:{history}".encode()).hexdigest()


def names_unknown(request: ConsultRequest, view: CaseView) -> bool:
    """Whether the request was sent by name and the reader of `view` meets its case under a pseudonym."""
    return view.is_pseudonymised and not request.is_pseudonymised


def slides_as_sent(slide_ids: Collection[UUID], text: Callable[[str], str] = str) -> list[dict[str, str]]:
    """What is kept of these slides: how they are called, each word gone through `text`, and which image it was.

    Two queries.
    """
    slides = list(Slide.objects.filter(pk__in=slide_ids).select_related("block", "specimen"))
    hashes = image_hashes([slide.pk for slide in slides])
    return [
        {
            "id": str(slide.pk),
            "label": text(slide.label),
            "part": text(slide.specimen.label),
            "part_type": slide.specimen.type,
            "site": text(slide.specimen.site),
            "block": text(slide.block.label) if slide.block else "",
            "stain": slide.stain,
            "level": text(slide.level),
            "sha256": hashes.get(slide.pk, ""),
        }
        for slide in slides
    ]


def kept_view(request: ConsultRequest, mask: Callable[[str], str] = str) -> CaseView:
    """The case as it was sent, for readers who no longer see the case itself; its words gone through `mask`."""
    kept = request.as_sent
    patient = kept["patient"]
    year, month, day = patient["birth"]
    received = datetime.fromisoformat(kept["received_at"]) if kept["received_at"] else None
    return CaseView(
        id=request.case_id,
        organisation=request.asking_organisation_id,
        organisation_name=request.asking_organisation.name,
        organisation_short=request.asking_organisation.short_name,
        accession_number=kept["accession_number"],
        is_pseudonymised=request.is_pseudonymised,
        is_home=False,
        codenames=frozenset(),
        name_family=patient.get("pseudonym") or patient["family_name"],
        name_given=patient["given_name"],
        name_used=patient["used_name"],
        name_birth=patient["birth_family_name"],
        sex=patient["sex"],
        birth=(year, month, day),
        identifiers=tuple((system, value, bool(verified)) for system, value, verified in patient["identifiers"]),
        organ_system=kept["organ_system"],
        priority=kept["priority"],
        status="",
        history=mask(kept["history"]),
        language=kept["language"],
        received_at=received,
        received_year=received.year if received else kept["received_year"],
        case_version=0,
        identity_version=request.case_version,
        patient_version=request.patient_version,
        patient=None,
        time_zone=request.asking_organisation.time_zone,
        exact_from=request.sent_at if request.is_pseudonymised else None,
        _mask=mask,
    )
