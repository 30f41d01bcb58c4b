"""Requests as plain values for the serializers, and what every view of them shares."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from cases.access.queries import visible_slides
from cases.access.view import CaseView
from cases.order import in_order
from consult.reports.models import ReportVersion
from consult.reports.policy import visible_reports
from consult.requests import first_report
from consult.requests.blind import opened_by_name
from consult.requests.drift_words import TITLES, lines_of
from consult.requests.models import ConsultRequest
from consult.requests.views.screen import Screen
from consult.requests.views.thread import thread
from core.web.api.preconditions import PreconditionMissing


def expected_version(request: Request) -> int:
    """The version of If-Match. Raises PreconditionMissing where there is none; a stale one is the action's 409."""
    sent = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not sent.isdecimal() or len(sent) > 9:
        raise PreconditionMissing(_("Send If-Match with the ETag of the request that you have read."))
    return int(sent)


def row_shape(request: ConsultRequest, view: CaseView) -> dict[str, Any]:
    """One request of a list."""
    return {
        "id": request.pk,
        "number": request.number,
        "status": request.status,
        "priority": request.priority,
        "question": request.question,
        "patient": _patient(view),
        "requester": _side(request.requester),
        "expert": _side(request.expert) if request.expert else None,
        "created_at": view.moment(request.created_at),
        "sent_at": request.sent_at,
        "due_at": request.due_at,
    }


def request_shape(seen: Screen) -> dict[str, Any]:
    """One request with everything of it that the actor may know."""
    request, actor = seen.request, seen.actor
    reports = visible_reports(actor).filter(pk=request.report_id) if request.report_id else None
    own = {name: getattr(request, name) for name in OWN}
    return row_shape(request, seen.view) | {
        **own,
        "seen": {"case": seen.view.identity_version, "patient": seen.view.patient_version} if seen.sees_case else None,
        "actions": seen.allowed,
        "case": request.case_id if seen.sees_case else None,
        "report": request.report_id if reports is not None and reports.exists() else None,
        "slides": [
            slide.pk
            for slide in in_order(
                visible_slides(actor).filter(pk__in=request.slides.values("slide")).select_related("specimen", "block")
            )
        ],
        "first_report": None if seen.names_unknown else _version(first_report.sent(request)),
        "first_report_signed": None if seen.names_unknown else _version(request.first_report_signed),
        "opened_by_name": opened_by_name(request),
        "messages": thread(seen),
        "hidden_words": seen.hidden_words,
        "differences": [
            {"kind": each.kind, "blocks": each.blocks, "message": TITLES[each.kind], "changes": lines_of(each)}
            for each in seen.differences
        ],
    }


OWN = (
    "version",
    "working_diagnosis",
    "urgency_reason",
    "language",
    "is_pseudonymised",
    "shares_first_report",
    "answering_accession_number",
    "accepted_at",
    "answered_at",
    "ended_at",
    "end_reason",
    "use",
    "use_note",
    "final_report_reference",
)


def tagged(response: Response, request: ConsultRequest) -> Response:
    """With the version as ETag."""
    response["ETag"] = f'"{request.version}"'
    return response


def _version(version: ReportVersion | None) -> dict[str, Any] | None:
    return first_report.plain(version) | {"report": version.report_id} if version else None


def _patient(view: CaseView) -> dict[str, Any]:
    return {
        "family_name": view.name_family,
        "given_name": view.name_given,
        "sex": view.sex,
        "birth": list(view.birth),
        "identifiers": [f"{system} {value}" for system, value, _verified in view.identifiers],
        "accession_number": view.accession_number,
        "is_pseudonymised": view.is_pseudonymised,
    }


def _side(member: Membership) -> dict[str, Any]:
    return {
        "membership": member.pk,
        "name": member.user.printed_name,
        "organisation": member.organisation_id,
        "organisation_name": member.organisation.name,
    }
