"""The expert's part of a story: slides looked at, opinion written, signed; and the own report amended after it."""

from typing import Any

from django.utils import translation

from cases.access.lock import Seen
from cases.models import Case
from consult.desk.demo.cases import seen as seen_of
from consult.desk.demo.world import Story, texts
from consult.reports import hooks
from consult.reports.actions.edit import edit
from consult.reports.actions.receive import receive
from consult.reports.actions.sign import sign
from consult.reports.content import content_hash
from consult.reports.known import must_be_known
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.requests.models import ConsultRequest
from core.actor import Actor
from slides.actions.open import closed, opened
from slides.queries import image_hashes


def look_at_slides(expert: Actor, request: ConsultRequest) -> None:
    """Open every shared slide that has pixels."""
    for slide in sorted(image_hashes(list(request.slides.values_list("slide_id", flat=True)))):
        opened(actor=expert, slide_id=slide)
        closed(actor=expert, slide_id=slide)


def sections(story: Story) -> dict[str, str]:
    """The texts of the opinion by section, and its confidence."""
    told: dict[str, Any] = texts()["opinions"].get(story.id) or story.raw["opinion"]
    form = told.get("fields", {})
    found = {code: told.get(code, "") for code in ("diagnosis", "microscopy", "comment", "recommendation")}
    found["answer"] = told.get("answer", "") or story.text("answers")
    found["limits"] = told.get("limits", "") or form.get("limits", "")
    found["confidence"] = told.get("confidence") or form.get("confidence") or story.text("confidence")
    return {code: text for code, text in found.items() if text}


def write(story: Story, expert: Actor, request: ConsultRequest, seen: Seen) -> None:
    """Save the draft."""
    report = _report(request)
    edit(actor=expert, report_id=report.pk, version=report.version, seen=seen, text=sections(story))


def sign_it(expert: Actor, request: ConsultRequest, seen: Seen) -> ReportVersion:
    """Look at the preview, confirm what it warns of, and sign."""
    report = _report(request)
    content = hooks.compose(report)
    return sign(
        actor=expert,
        report_id=report.pk,
        version=report.version,
        seen=seen,
        shown_sha256=content_hash(content),
        confirmed=[check.code for check in must_be_known(expert, report, content)],
        proved_by="password",
    )


def amend_own_report(story: Story, requester: Actor, case: Case) -> bool:
    """Bring in the second version of the laboratory's own report, where the opinion changed the diagnosis."""
    answer = story.raw.get("discordance", {}).get("reply", {})
    if answer.get("code") != "agree_amend":
        return False
    with translation.override(story.language):
        receive(
            actor=requester,
            case_id=case.pk,
            seen=seen_of(case),
            diagnosis=story.raw["opinion"]["diagnosis"],
            comment=answer["text"],
            author=requester.name,
            reason=texts()["amended"][story.language],
            after_version=ReportVersion.objects.filter(report__case=case, report__kind=Kind.RECEIVED).count() or None,
        )
    return True


def _report(request: ConsultRequest) -> Report:
    return Report.objects.get(request=request)
