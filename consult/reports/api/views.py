"""Reports in the API: the same actions, conditions and words as the pages."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_of
from accounts.scopes import Scope
from cases.looks import look
from cases.paging import decode, encode
from consult.reports.actions.edit import edit
from consult.reports.actions.receive import receive
from consult.reports.actions.sign import sign
from consult.reports.api import serializers as shapes
from consult.reports.api.shapes import (
    IF_MATCH,
    http,
    report_shape,
    row_shape,
    seen,
    seen_shape,
    tagged,
    texts,
    valid,
    version_shape,
)
from consult.reports.audit_names import LISTED, READ
from consult.reports.content import plain
from consult.reports.policy import get_report, visible_reports
from consult.reports.preview import preview
from consult.reports.queries import hidden_among, reading
from consult.reports.views.download import send
from consult.reports.views.read import made_version
from consult.reports.views.sign import MEANING, prove
from consult.reports.views.write import version_on_screen
from core.actor import Actor
from core.audit.record import record
from core.web.api.idempotency import KEY, Place, idempotent

SIZE = 50


def _received(actor: Actor, report_id: UUID, status: int) -> Response:
    return Response(shapes.ReportSerializer(report_shape(actor, get_report(actor, report_id))).data, status=status)


def _version(actor: Actor, report_id: UUID, number: int, status: int = 200) -> Response:
    """One version with its content, and the row that says who read it."""
    read = reading(actor, report_id, number)
    body = version_shape(read.version, is_masked=read.is_masked) | {
        "content": plain(read.content),
        "masked": read.is_masked,
    }
    return Response(shapes.ReadVersionSerializer(body).data, status=status)


def _proved(request: Request, report_id: UUID) -> dict[str, Any]:
    """What was sent, with its proof looked at."""
    given = valid(shapes.SignSerializer(data=request.data))
    return {"given": given, "proved_by": prove(http(request), actor_of(request), report_id, given.pop("proof"))}


class ReportsView(APIView):
    """All reports the caller may see, and bringing in the own laboratory's."""

    scopes: ClassVar = {"GET": Scope.REPORTS_READ}

    @extend_schema(operation_id="reports_list", parameters=[shapes.ReportsQuery], responses=shapes.ReportPageSerializer)
    def get(self, request: Request) -> Response:
        """A page of 50, newest first."""
        asked = valid(shapes.ReportsQuery(data=request.query_params))
        found = visible_reports(actor_of(request)).order_by("-created_at", "-pk")
        if asked["case"]:
            found = found.filter(case=asked["case"])
        if key := decode(asked["after"]):
            found = found.filter(Q(created_at__lt=key[0]) | Q(created_at=key[0], pk__lt=key[1]))
        rows = list(found[: SIZE + 1])
        shown = rows[:SIZE]
        after = encode((shown[-1].created_at, shown[-1].pk)) if len(rows) > SIZE else ""
        hidden = hidden_among(actor_of(request), shown)
        results = [row_shape(each, is_masked=each.pk in hidden) for each in shown]
        facts: dict[str, object] = {"filter": {"case": str(asked["case"] or "")}, "shown": len(shown)}
        record(actor_of(request), LISTED, object_kind="report", facts=facts)
        return Response(shapes.ReportPageSerializer({"results": results, "after": after}).data)

    @extend_schema(
        operation_id="reports_receive",
        parameters=[KEY],
        request=shapes.ReceiveSerializer,
        responses={201: shapes.ReportSerializer},
    )
    @idempotent(_received, status=201)
    def post(self, request: Request) -> Place:
        """Bring in the own laboratory's report of a case, or its next version. 409 when a newer one has come."""
        given = valid(shapes.ReceiveSerializer(data=request.data))
        version = receive(
            actor=actor_of(request),
            case_id=given["case"],
            seen=seen(given["seen"]),
            diagnosis=given["diagnosis"],
            microscopy=given["microscopy"],
            comment=given["comment"],
            author=given["author"],
            reason=given["reason"],
            after_version=given["after_version"],
        )
        return {"report_id": version.report_id}


class ReportView(APIView):
    """One report."""

    scopes: ClassVar = {"GET": Scope.REPORTS_READ}

    @extend_schema(operation_id="reports_retrieve", responses=shapes.ReportSerializer)
    def get(self, request: Request, report_id: UUID) -> Response:
        """Its versions without their content, and what the caller may do. The ETag is the draft's version."""
        report = get_report(actor_of(request), report_id)
        look(
            actor_of(request),
            READ,
            report.case,
            object_kind="report",
            object_id=report.pk,
            object_version=report.version,
        )
        return tagged(Response(shapes.ReportSerializer(report_shape(actor_of(request), report)).data), report)

    @extend_schema(
        operation_id="reports_edit",
        parameters=[IF_MATCH],
        request=shapes.DraftSerializer,
        responses=shapes.ReportSerializer,
    )
    def patch(self, request: Request, report_id: UUID) -> Response:
        """Store texts of the draft. 409 with the other text where somebody saved in between; none is lost."""
        given = valid(shapes.DraftSerializer(data=request.data))
        edit(
            actor=actor_of(request),
            report_id=report_id,
            version=version_on_screen(http(request)),
            seen=seen(given["seen"]),
            text=texts(given),
        )
        report = get_report(actor_of(request), report_id)
        return tagged(Response(shapes.ReportSerializer(report_shape(actor_of(request), report)).data), report)


class PreviewView(APIView):
    """What signing would fix."""

    @extend_schema(operation_id="reports_preview", responses=shapes.PreviewSerializer)
    def get(self, request: Request, report_id: UUID) -> Response:
        """Content, hash, and everything that stands against signing. For the author of a draft."""
        shown = preview(actor_of(request), report_id)
        body = {
            "version": shown.report.version,
            "sha256": shown.sha256,
            "content": plain(shown.content),
            "checks": shown.checks,
            "seen": seen_shape(actor_of(request), shown.report),
        }
        return tagged(Response(shapes.PreviewSerializer(body).data), shown.report)


class SignView(APIView):
    """Signing, exactly once."""

    @extend_schema(
        operation_id="reports_sign",
        parameters=[KEY, IF_MATCH],
        request=shapes.SignSerializer,
        responses={201: shapes.ReadVersionSerializer},
    )
    @idempotent(_version, status=201, first=_proved)
    def post(self, request: Request, report_id: UUID, given: dict[str, Any], proved_by: str) -> Place:
        """Sign what was previewed. 401 for a wrong proof, 422 for what is missing or unconfirmed, 409 when late."""
        version = sign(
            actor=actor_of(request),
            report_id=report_id,
            version=version_on_screen(http(request)),
            seen=seen(given["seen"]),
            shown_sha256=given["shown_sha256"],
            confirmed=given["confirmed"],
            proved_by=proved_by,
            meaning=MEANING,
        )
        return {"report_id": report_id, "number": version.number}


class VersionView(APIView):
    """One version."""

    scopes: ClassVar = {"GET": Scope.REPORTS_READ}

    @extend_schema(operation_id="reports_version", responses=shapes.ReadVersionSerializer)
    def get(self, request: Request, report_id: UUID, number: int) -> Response:
        """Its content as JSON with its signatures; leaves a row that says who read it."""
        return _version(actor_of(request), report_id, number)


class PdfView(APIView):
    """The PDF of a version."""

    scopes: ClassVar = {"GET": Scope.REPORTS_READ}

    @extend_schema(
        operation_id="reports_pdf", responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)}
    )
    def get(self, request: Request, report_id: UUID, number: int) -> HttpResponseBase:
        """The stored file; 409 while it is being made."""
        return send(actor_of(request), made_version(actor_of(request), report_id, number))
