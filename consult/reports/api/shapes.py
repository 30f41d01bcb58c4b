"""Reports as plain values for the serializers, and what every view of them shares."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cases.access.lock import Seen
from cases.access.queries import visible_cases
from consult.reports.models import Report, ReportVersion
from consult.reports.policy import parties
from consult.reports.queries import hidden_among, of_report
from consult.reports.states import REPORT
from core.actor import Actor

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of reading.")


def version_shape(version: ReportVersion, *, is_masked: bool) -> dict[str, Any]:
    """One version without its content; `is_masked` for a reader who may not know the patient."""
    return {
        "number": version.number,
        "kind": version.kind,
        "reason": "" if is_masked else version.reason,
        "sha256": version.sha256,
        "created_at": None if is_masked else version.created_at,
        "created_year": version.created_at.year,
        "signatures": [vars(each) | {"signed_at": None} if is_masked else each for each in version.signatures.all()],
        "document": getattr(version, "document", None) is not None and not is_masked,
    }


# A draft is discarded by what ends its request, never by itself.
OFFERED = frozenset({"edit", "sign", "receive_again"})


def row_shape(report: Report, *, is_masked: bool) -> dict[str, Any]:
    """One report of a list."""
    return {
        "pk": report.pk,
        "case_id": report.case_id,
        "organisation_id": report.organisation_id,
        "kind": report.kind,
        "status": report.status,
        "language": report.language,
        "created_at": None if is_masked else report.created_at,
        "created_year": report.created_at.year,
    }


def report_shape(actor: Actor, report: Report) -> dict[str, Any]:
    """One report with its versions and what the actor may do; the draft for its author only."""
    mine = parties(actor, report)
    actions = [name for name in REPORT.allowed(report.status, mine) if name in OFFERED]
    is_masked = report.pk in hidden_among(actor, [report])
    return row_shape(report, is_masked=is_masked) | {
        "accession_number": "" if is_masked else report.accession_number,
        "version": report.version,
        "draft": report.draft if "edit" in actions else None,
        "seen": seen_shape(actor, report),
        "actions": actions,
        "versions": [version_shape(version, is_masked=is_masked) for version in of_report(actor, report)],
    }


def seen_shape(actor: Actor, report: Report) -> dict[str, int] | None:
    """The versions that a write must carry; None for whoever no longer sees the case."""
    if not visible_cases(actor).filter(pk=report.case_id).exists():
        return None
    return {"case": report.case.identity_version, "patient": report.case.patient.version}


def seen(given: Mapping[str, int]) -> Seen:
    """For the action."""
    return Seen(case=given["case"], patient=given["patient"])


def valid(serializer: Any) -> dict[str, Any]:
    """The validated data. Raises DRF's ValidationError."""
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def tagged(response: Response, report: Report) -> Response:
    """With the draft's version as ETag."""
    response["ETag"] = f'"{report.version}"'
    return response


def texts(given: Mapping[str, Any]) -> dict[str, str]:
    """The sections that were sent."""
    return {name: value for name, value in given.items() if name != "seen"}


def http(request: Request) -> Any:
    """Django's own request."""
    return request._request
