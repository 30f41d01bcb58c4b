"""What signing would fix at this moment, with everything that stands against it or must be confirmed first."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from cases.looks import look
from consult.reports import hooks
from consult.reports.audit_names import PREVIEWED
from consult.reports.content import Content, ContentError, content_hash
from consult.reports.content_check import check as check_content
from consult.reports.content_check import missing_for_signature
from consult.reports.hooks import SignCheck
from consult.reports.known import must_be_known
from consult.reports.models import Report
from consult.reports.policy import get_report, parties
from consult.reports.states import REPORT, Status
from core.actor import Actor
from core.errors import Conflict, Forbidden

# Which control of the writing page mends what is missing from the content.
ANCHORS = {"answering.accession_number": "accession-number", "sections": "id_answer"}


@dataclass(frozen=True, slots=True)
class Preview:
    """`sha256` is the hash of exactly this content: signing wants it back."""

    report: Report
    content: Content
    sha256: str
    checks: list[SignCheck]

    @property
    def blocking(self) -> list[SignCheck]:
        """What must be mended before anybody can sign."""
        return [check for check in self.checks if check.blocks]

    @property
    def warnings(self) -> list[SignCheck]:
        """What the signer must confirm."""
        return [check for check in self.checks if not check.blocks]


def preview(actor: Actor, report_id: UUID) -> Preview:
    """The draft as it would be signed; leaves an audit row.

    Raises Hidden, Forbidden for anybody but its author, and Conflict (with the status) once it is no draft any more.
    """
    report = get_report(actor, report_id)
    if "author" not in parties(actor, report):
        raise Forbidden(_("Only the author of an opinion signs it."))
    if report.status == Status.DISCARDED and (reason := hooks.why_over(report)):
        raise Conflict(reason, current={"status": report.status})
    if "sign" not in REPORT.allowed(report.status, parties(actor, report)):
        raise Conflict(
            _("This is not possible now. Its state is: %(status)s.") % {"status": report.get_status_display()},
            current={"status": report.status},
        )
    content = hooks.compose(report)
    checks = must_be_known(actor, report, content)
    known = {check.code for check in checks}
    page = hooks.writing_page(report)
    checks += [each for each in _incomplete(content, page) if each.code not in known]
    look(actor, PREVIEWED, report.case, object_kind="report", object_id=report.pk, object_version=report.version)
    return Preview(report, content, content_hash(content), sorted(checks, key=lambda each: not each.blocks))


def _incomplete(content: Content, page: str) -> list[SignCheck]:
    """What the content lacks or may not contain, as blocking checks with the place to mend it."""
    found = []
    try:
        check_content(content)
    except ContentError as error:
        found += list(error.problems)
    found += missing_for_signature(content)
    return [SignCheck(_code(path), message, blocks=True, url=_mend(page, path)) for path, message in found]


def _code(path: str) -> str:
    return "accession_number" if path == "answering.accession_number" else path


def _mend(page: str, path: str) -> str:
    return f"{page}#{ANCHORS[path]}" if page and path in ANCHORS else page
