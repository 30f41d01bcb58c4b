"""The requesting laboratory's own report as a request shares it: the version sent, and the one the opinion rests on.

A request that keeps the own report back says nothing of it to the answering laboratory, not even that there is one.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consult.reports.content import FirstReport
from consult.reports.models import ReportVersion
from consult.reports.models.report import Kind
from consult.reports.policy import visible_versions
from consult.requests.models import ConsultRequest
from core.actor import Actor


def newest(case_id: UUID) -> ReportVersion | None:
    """The newest version that the laboratory has brought in for this case, shared or not."""
    found = ReportVersion.objects.filter(report__case=case_id, report__kind=Kind.RECEIVED)
    return found.order_by("-number").first()


def sent(request: ConsultRequest) -> ReportVersion | None:
    """The version that was sent; None where there was none or it is kept back."""
    return request.first_report if request.opens_first_report else None


def current(request: ConsultRequest) -> ReportVersion | None:
    """The version that an opinion would rest on now; None where there is none or it is kept back."""
    return newest(request.case_id) if request.opens_first_report else None


def sent_and_current(request: ConsultRequest) -> tuple[ReportVersion | None, ReportVersion | None]:
    """Both; one query where they are the same."""
    now = current(request)
    return (now if now and now.pk == request.first_report_id else sent(request)), now


def has_changed(request: ConsultRequest) -> bool:
    """Whether a version came after sending; False where the request does not share it."""
    now = current(request)
    return now is not None and now.pk != request.first_report_id


def kept(version: ReportVersion | None) -> dict[str, Any]:
    """What the record as sent keeps of it: empty where nothing was shared."""
    return {"first_report": plain(version)} if version else {}


def plain(version: ReportVersion) -> dict[str, Any]:
    """Which version it is, as plain values."""
    return {"number": version.number, "received_at": in_utc(version.created_at), "sha256": version.sha256}


def in_content(version: ReportVersion | None) -> FirstReport | None:
    """The same for the content that is signed."""
    return FirstReport(**plain(version)) if version else None


def in_utc(moment: dt.datetime) -> str:
    """2026-11-05T09:30:00Z."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class Line:
    """One version on the page of its request: what it is to the request, and where it opens ('' where it does not)."""

    version: ReportVersion
    words: str
    url: str


def lines(actor: Actor, request: ConsultRequest) -> list[Line]:
    """What both sides read: the version that was sent, the one that was current at the signature, and what came after.

    The last of them only where the actor may read it. One query, and one for each that the actor may not open.
    """
    asks = actor.organisation == request.asking_organisation_id
    if not request.opens_first_report and not asks:
        return []
    readable = list(
        visible_versions(actor)
        .filter(report__case=request.case_id, report__kind=Kind.RECEIVED)
        .select_related("report")
        .order_by("-number")
    )
    opens = {version.pk: version for version in readable}
    found: dict[UUID, tuple[ReportVersion, str]] = {}
    if request.opens_first_report:
        if key := request.first_report_id:
            found[key] = (opens.get(key) or _fetched(key), _sent(request))
        if key := request.first_report_signed_id:
            found.setdefault(key, (opens.get(key) or _fetched(key), _("Current at the signature")))
    if readable:
        found.setdefault(readable[0].pk, (readable[0], _later(request)))
    return [Line(version, words, _address(version) if key in opens else "") for key, (version, words) in found.items()]


def _fetched(key: UUID) -> ReportVersion:
    """A version that the reader may not open: its page names it all the same."""
    return ReportVersion.objects.get(pk=key)


def _sent(request: ConsultRequest) -> str:
    if request.first_report_signed_id and request.first_report_signed_id == request.first_report_id:
        return _("Sent with the request, current at the signature")
    return _("Sent with the request")


def _later(request: ConsultRequest) -> str:
    if request.sent_at is None:
        return ""
    if not request.opens_first_report:
        return _("Not shared with this request")
    return _("Came after the signature") if request.answered_at else _("Came after the request was sent")


def _address(version: ReportVersion) -> str:
    return f"{reverse('reports:detail', args=[version.report_id])}?version={version.number}"


def to_read(actor: Actor, request: ConsultRequest) -> ReportVersion | None:
    """The version to read beside the slides: what the opinion rests on, or will; None where the actor may read none.

    The asking laboratory reads its newest one. To the other side the request opens its own versions alone, also where
    another request about the case has shared more.
    """
    found = visible_versions(actor).filter(report__case=request.case_id, report__kind=Kind.RECEIVED)
    if actor.organisation != request.asking_organisation_id:
        if not request.opens_first_report:
            return None
        if request.answered_at:
            signed = request.first_report_signed
            found = found.filter(pk=signed.pk) if signed else found.none()
    return found.select_related("report__case", "report__organisation").order_by("-number").first()
