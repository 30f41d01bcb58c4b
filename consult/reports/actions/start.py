"""Start a report: an empty draft of its author."""

from uuid import UUID

from django.db import transaction

from cases.models import Case
from consult.reports.models import Report
from consult.reports.models.report import Kind
from consult.reports.policy import parties
from consult.reports.states import REPORT, Status
from core import clock
from core.actor import Actor
from core.workflow.engine import created


def start(*, actor: Actor, case: Case, language: str, accession_number: str = "") -> Report:
    """Make the draft of a consultation report under the actor's laboratory. `case` is locked by the caller."""
    with transaction.atomic():
        report = Report.objects.create(
            case=case,
            organisation_id=_own(actor.organisation),
            kind=Kind.CONSULTATION,
            accession_number=accession_number,
            language=language,
            author_id=actor.person,
            status=Status.DRAFT,
            created_at=clock.now(),
        )
        created(REPORT, report, "start", actor=actor, parties=parties(actor, report), case=case.pk)
    return report


def _own(organisation: UUID | None) -> UUID:
    if organisation is None:
        raise ValueError("A report belongs to a laboratory.")
    return organisation
