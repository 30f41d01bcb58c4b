"""Bring in the laboratory's own report of a case, and each newer version of it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.access.view import CaseView, case_view
from cases.numbers import system_words
from consult.reports.content import (
    AnsweringOrganisation,
    AskingOrganisation,
    Content,
    Identifier,
    Patient,
    Requester,
    Section,
    canonical_json,
    content_hash,
)
from consult.reports.content_check import clean_text
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.reports.models.version import VersionKind
from consult.reports.policy import parties
from consult.reports.states import REPORT, Status
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.workflow.engine import created, perform


def receive(
    *,
    actor: Actor,
    case_id: UUID,
    seen: Seen | None,
    diagnosis: str,
    microscopy: str = "",
    comment: str = "",
    author: str = "",
    reason: str = "",
    after_version: int | None = None,
) -> ReportVersion:
    """Store the own laboratory's report as version 1, or as the next version when there is one already.

    `author` is the printed name on the outside report. `after_version` is the version that was on the screen (None:
    there was none); a Conflict says that a newer one has come. Nothing is signed here: the signature is on the
    original, in the laboratory's own system.
    """
    if not diagnosis.strip():
        raise Invalid(_("The report has no diagnosis."), fields={"diagnosis": _("Enter the diagnosis.")})
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        if case.organisation_id != actor.organisation:
            raise Forbidden(_("Only the case's own laboratory brings in its report."))
        report = Report.objects.select_for_update().filter(case=case, kind=Kind.RECEIVED).first()
        last = report.versions.order_by("-number").first() if report else None
        if (last.number if last else None) != after_version:
            raise Conflict(_("A newer version of this report has been brought in meanwhile."))
        if last is not None and not reason.strip():
            message = _("Say why there is a newer version.")
            raise Invalid(message, fields={"reason": message})
        at = clock.now()
        is_first = report is None
        if report is None:
            report = Report.objects.create(
                case=case,
                organisation_id=case.organisation_id,
                kind=Kind.RECEIVED,
                accession_number=case.accession_number,
                language=case.language,
                status=Status.RECEIVED,
                created_at=at,
            )
        content = _content(
            case_view(actor, case),
            {"diagnosis": diagnosis, "microscopy": microscopy, "comment": comment},
            author,
            case.language,
            (last.number if last else 0) + 1,
            reason.strip(),
        )
        version = ReportVersion.objects.create(
            report=report,
            number=content.version_number,
            kind=content.version_kind,
            content=canonical_json(content).decode(),
            sha256=content_hash(content),
            reason=content.reason,
            created_at=at,
        )
        if is_first:  # last, as those who listen to the step read the version
            created(REPORT, report, "receive", actor=actor, parties=parties(actor, report), case=case.pk)
        else:
            perform(REPORT, report, "receive_again", actor=actor, parties=parties(actor, report), case=case.pk)
    return version


def _content(view: CaseView, text: dict[str, str], author: str, language: str, number: int, reason: str) -> Content:
    sections = [(code, clean_text(value)) for code, value in text.items() if value.strip()]
    return Content(
        kind="received",
        language=language,
        title=str(Kind.RECEIVED.label),
        asking=AskingOrganisation(name=view.organisation_name, accession_number=view.accession_number),
        answering=AnsweringOrganisation(name=view.organisation_name, accession_number=view.accession_number),
        patient=patient_of(view),
        requester=Requester(printed_name=author),
        clinical_details=clean_text(view.history),
        sections=tuple(Section(code=code, heading=code, text=value) for code, value in sections),
        version_number=number,
        version_kind=VersionKind.ORIGINAL if number == 1 else VersionKind.AMENDMENT,
        reason=reason,
        earlier_version=number - 1 or None,
    )


def patient_of(view: CaseView) -> Patient:
    """The patient as this view knows them, for the content of a report."""
    if view.is_pseudonymised:
        return Patient(pseudonym=view.name_family)
    return Patient(
        family_name=view.name_family,
        given_names=view.name_given,
        birth_family_name=view.name_birth,
        used_name=view.name_used,
        birth_text=birth_text(view.birth),
        sex=view.sex,
        identifiers=numbers_of(view.identifiers, view.organisation_short),
    )


def numbers_of(numbers: Iterable[tuple[str, str, bool]], laboratory: str) -> tuple[Identifier, ...]:
    """Patient numbers as printed: NHS for GB:NHS, and the laboratory's name for a number of its own."""
    return tuple(
        Identifier(label=system_words(system) or laboratory, value=value) for system, value, _verified in numbers
    )


def birth_text(birth: tuple[int | None, int | None, int | None]) -> str:
    """A possibly partial birth date as ISO text: 1956-11-05, 1956-11, 1956 or ''."""
    year, month, day = birth
    parts = [f"{year:04}" if year else "", f"{month:02}" if month else "", f"{day:02}" if day else ""]
    return "-".join(part for part in parts if part)
