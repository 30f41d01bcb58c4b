"""Save a draft, as often as its author pauses."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from consult.reports.models import Report
from consult.reports.policy import get_report, parties, visible_reports
from consult.reports.states import REPORT
from core import clock, terms
from core.actor import Actor
from core.errors import Hidden, Invalid
from core.workflow.engine import check_version, perform

SECTIONS = ("answer", "diagnosis", "microscopy", "comment", "recommendation", "limits")
LONGEST = 20_000


def edit(
    *,
    actor: Actor,
    report_id: UUID,
    version: int,
    seen: Seen | None,
    text: Mapping[str, str],
    accession_number: str | None = None,
) -> Report:
    """Store the texts of a draft. `text` maps section codes and `confidence`; what is not given stays.

    Raises Conflict when another window saved in between (`current` holds its text, and none is lost) or when case
    or patient are no longer those on the screen; Invalid for an unknown section or a text too long.
    """
    _check(text)
    with transaction.atomic():
        report = lock_report(actor, report_id, seen)
        check_version(report, version, current={"draft": report.draft})
        changed = ["draft", "draft_saved_at"]
        report.draft = {**report.draft, **text}
        report.draft_saved_at = clock.now()
        if accession_number is not None:
            report.accession_number = accession_number.strip()
            changed.append("accession_number")
        perform(
            REPORT, report, "edit", actor=actor, parties=parties(actor, report), case=report.case_id, changed=changed
        )
    return report


def lock_report(actor: Actor, report_id: UUID, seen: Seen | None) -> Report:
    """Lock the case, then the report, both through the actor's scope. Raises Hidden or Conflict."""
    case = lock_case(actor, get_report(actor, report_id).case_id, seen)
    report = visible_reports(actor).select_for_update(of=("self",)).filter(pk=report_id).first()
    if report is None:
        raise Hidden(_("There is nothing here that you may see."))
    report.case = case
    return report


def _check(text: Mapping[str, str]) -> None:
    problems = {}
    for code, value in text.items():
        if code == "confidence":
            if value and value not in terms.codes("confidence_levels"):
                problems[code] = _("Choose one of the levels.")
        elif code not in SECTIONS:
            problems[code] = _("This section is not part of the report.")
        elif len(value) > LONGEST:
            problems[code] = _("This text is too long: at most 20,000 characters.")
    if problems:
        raise Invalid(_("The draft was not saved."), fields=problems)
