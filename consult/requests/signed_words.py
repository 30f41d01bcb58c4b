"""What was signed, as the pages of a request repeat it: the answer, how sure, and which slides were opened by then."""

from consult.reports.content import Content
from consult.reports.models import ReportVersion
from consult.reports.policy import visible_versions
from consult.reports.states import Status
from consult.requests.models import ConsultRequest
from core import terms
from core.actor import Actor


def signed_version(actor: Actor, request: ConsultRequest) -> ReportVersion | None:
    """The newest signed version of the answer, if the actor may read it."""
    if request.report_id is None:
        return None
    found = visible_versions(actor).filter(report=request.report_id, report__status=Status.FINAL)
    return found.select_related("report").order_by("-number").first()


def signed_content(actor: Actor, request: ConsultRequest) -> Content | None:
    """The content of that version."""
    version = signed_version(actor, request)
    return version.tree if version else None


def confidence_words(content: Content) -> str:
    """How sure the author is, in the reader's words; '' where it was not said."""
    return terms.label("confidence_levels", content.confidence) if content.confidence else ""


def in_one_line(content: Content) -> str:
    """The answer, the diagnosis and how sure."""
    parts = (content.text("answer"), content.text("diagnosis"), confidence_words(content))
    return " ".join(f"{part.strip().rstrip('.')}." for part in parts if part.strip())
