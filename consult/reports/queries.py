"""Reports as they are read: one version with its signatures, as the reader may know the patient; and as paper.

The patient of a report is the one in its signed content, because that is what was signed. Whoever sees the case
under a pseudonym only sees the report under it too.
"""

import dataclasses
import functools
import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.access import branches
from cases.access.queries import visible_among, visible_cases
from cases.access.view import case_view, known_of_case
from cases.banner import Banner, age_words, birth_words, number_words
from cases.banner import banner as case_banner
from cases.identity_words import Known, without_identity
from cases.looks import look
from cases.models import Case
from consult.reports import hooks
from consult.reports.audit_names import READ
from consult.reports.content import AskingOrganisation, Content, Identifier, Patient
from consult.reports.document.printable import on_paper
from consult.reports.document.view import SignatureView, page_data
from consult.reports.effects import signature_view
from consult.reports.models import Report, ReportDocument, ReportVersion, Signature
from consult.reports.policy import visible_reports, visible_versions
from core import terms
from core.actor import Actor
from core.errors import Hidden


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """One version as one reader sees it. `content` is masked where the reader may not know who the patient is.

    Then moments are years alone too: the day of a report tells whoever knows when a patient came who it is.
    """

    report: Report
    version: ReportVersion
    versions: Sequence[ReportVersion]
    content: Content
    is_masked: bool

    @property
    def signatures(self) -> list[Signature]:
        """Its signatures, in their order."""
        return list(self.version.signatures.all())

    @property
    def document(self) -> ReportDocument | None:
        """Its PDF once that has been made. None for whoever meets a pseudonym: the PDF names the patient."""
        return None if self.is_masked else getattr(self.version, "document", None)

    @property
    def is_newest(self) -> bool:
        """Whether no later version exists."""
        return self.version.number == self.versions[0].number

    @property
    def is_unchanged(self) -> bool:
        """Whether the stored text still has the hash that was signed; computed here and now."""
        return hashlib.sha256(self.version.content.encode()).hexdigest() == self.version.sha256


def reading(actor: Actor, report_id: UUID, number: int | None = None) -> Reading:
    """One version of a report (the newest where no number is given), or Hidden; leaves a row that says who looked."""
    report = (
        visible_reports(actor)
        .select_related("case__organisation", "case__patient", "organisation", "author")
        .filter(pk=report_id)
        .first()
    )
    versions = list(of_report(actor, report)) if report else []
    version = next((each for each in versions if number is None or each.number == number), None)
    if report is None or version is None:
        raise Hidden(_("There is nothing here that you may see."))
    looked_at(actor, version)
    content, is_masked = as_known(actor, version)
    return Reading(report, version, versions, content, is_masked)


def of_report(actor: Actor, report: Report) -> QuerySet[ReportVersion]:
    """The versions of a report that the actor may read, newest first, with signatures and documents."""
    found = visible_versions(actor).filter(report=report)
    return found.select_related("report__case", "document").prefetch_related("signatures").order_by("-number")


def looked_at(actor: Actor, version: ReportVersion) -> None:
    """Record that somebody read this version."""
    report = version.report
    look(actor, READ, report.case, object_kind="report", object_id=report.pk, object_version=version.number)


def as_known(actor: Actor, version: ReportVersion) -> tuple[Content, bool]:
    """The content as this reader may know it, and whether the patient had to be hidden in it."""
    content = version.tree
    if version.pk not in masked_among(actor, [version]):
        return content, False
    case = visible_cases(actor).select_related("patient", "organisation").filter(pk=version.report.case_id).first()
    hidden = case_view(actor, case).name_family if case else _("Patient")
    return _masked(content, hidden, _known_of(version)), True


def _masked(content: Content, hidden: str, known: Known) -> Content:
    """The content under the pseudonym: no day, no name, no number of either laboratory, also not in the prose."""
    clean = functools.partial(without_identity, known=known)
    return dataclasses.replace(
        content,
        patient=Patient(pseudonym=hidden),
        asking=AskingOrganisation(name=content.asking.name),
        answering=dataclasses.replace(content.answering, accession_number=""),
        question=clean(content.question),
        working_diagnosis=clean(content.working_diagnosis),
        clinical_details=clean(content.clinical_details),
        reason=clean(content.reason),
        sections=tuple(dataclasses.replace(each, text=clean(each.text)) for each in content.sections),
        conversation=tuple(dataclasses.replace(each, text=clean(each.text), at="") for each in content.conversation),
        slides=tuple(
            dataclasses.replace(each, label=clean(each.label), level=clean(each.level)) for each in content.slides
        ),
        first_report_sent=None,
        first_report_later=None,
    )


def _known_of(version: ReportVersion) -> Known:
    """What says who the patient is: as the case says it now, and as the version does."""
    now, then = known_of_case(version.report.case), version.tree
    patient, birth = then.patient, _birth(then.patient.birth_text) or (None, None, None)
    return dataclasses.replace(
        now,
        names=(*now.names, patient.family_name, patient.given_names, patient.used_name, patient.birth_family_name),
        numbers=(
            *now.numbers,
            *(each.value for each in patient.identifiers),
            then.asking.accession_number,
            then.answering.accession_number,
        ),
        birth=now.birth if now.birth[2] else birth,
    )


def masked_among(actor: Actor, versions: Collection[ReportVersion]) -> set[UUID]:
    """The keys of those versions, each with its report, in which this reader may not know who the patient is.

    Three queries at most. Whoever wrote a report knows what is in it; so does whoever may know the patient of the case.
    Where the case is out of sight, what the laboratory wrote or keeps is part of a record that names the patient;
    but as long as somebody there reads the case under a pseudonym, that record does not tell them more.
    """
    asked = {version.pk: version.report.case_id for version in versions if version.report.author_id != actor.person}
    own = {version.pk for version in versions if version.report.organisation_id == actor.organisation}
    cases = set(asked.values())
    known = set(visible_among(actor, cases, branches.VIEW_IDENTITY).values_list("pk", flat=True)) if cases else set()
    asked = {key: case for key, case in asked.items() if case not in known}
    seen = set(visible_among(actor, set(asked.values())).values_list("pk", flat=True)) if asked else set()
    asked = {key: case for key, case in asked.items() if case in seen or key not in own}
    out_of_sight = [key for key, case in asked.items() if case not in seen]
    kept = ReportVersion.objects.filter(hooks.kept_by(actor), pk__in=out_of_sight) if out_of_sight else None
    return set(asked) - (set(kept.values_list("pk", flat=True)) if kept is not None else set())


def hidden_among(actor: Actor, reports: Collection[Report]) -> set[UUID]:
    """The keys of those reports whose patient this reader may not know. Four queries at most, none for no report."""
    if not reports:
        return set()
    versions = visible_versions(actor).filter(report__in=[report.pk for report in reports]).select_related("report")
    found = list(versions.defer("content"))
    masked = masked_among(actor, found)
    return {version.report_id for version in found if version.pk in masked}


def identity(actor: Actor, report: Report, content: Content) -> Banner:
    """The patient of a report, for the banner and the identity card.

    Who knows the patient of a report that was signed under a pseudonym sees who it is: a reader must not have to guess.
    """
    patient = content.patient
    if patient.pseudonym and (known := _known_case(actor, report)):
        number, lab = content.answering.accession_number, report.organisation.short_name
        return case_banner(case_view(actor, known), second_accession_number=number, second_organisation_short=lab)
    birth = _birth(patient.birth_text)
    received = content.kind == "received"
    return Banner(
        name_family=patient.pseudonym or patient.family_name,
        name_given=patient.given_names,
        name_birth=patient.birth_family_name,
        name_used=patient.used_name,
        sex_label=terms.label("sexes", patient.sex) if patient.sex else "",
        birth_text=birth_words(birth) if birth else patient.birth_text,
        age_text=age_words(birth) if birth else "",
        identifier_text=_first(patient.identifiers),
        accession_number=content.asking.accession_number,
        organisation_short=report.case.organisation.short_name,
        second_accession_number="" if received else content.answering.accession_number,
        second_organisation_short="" if received else report.organisation.short_name,
        is_pseudonymised=bool(patient.pseudonym),
    )


def _known_case(actor: Actor, report: Report) -> Case | None:
    cases = visible_cases(actor, branches.VIEW_IDENTITY).select_related("patient", "organisation")
    return cases.filter(pk=report.case_id).first()


def _birth(text: str) -> tuple[int, int | None, int | None] | None:
    """The parts of an ISO date that may be partial; None for anything else."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
        return None
    year, month, day = (*(int(part) for part in text.split("-")), None, None)[:3]
    return (year, month, day) if year else None


def _first(identifiers: Sequence[Identifier]) -> str:
    return number_words(identifiers[0].label, identifiers[0].value) if identifiers else ""


def paper(
    report: Report, content: Content, signatures: Sequence[Signature] = (), *, is_masked: bool = False
) -> dict[str, Any]:
    """The same words that are printed, in the report's language, with times in its laboratory's zone.

    Where the patient had to be hidden (as_known), of the moments of the signatures only the years.
    """
    fonts = Path(settings.FONT_ROOT)
    views: list[SignatureView] = [signature_view(each, content.language) for each in signatures]
    data = page_data(
        content,
        views,
        region="",
        zone=ZoneInfo(report.organisation.time_zone),
        verify_url="",
        preliminary=False,
        attachment="",
        show=lambda text: on_paper(text, fonts),
    )
    if data["confidence"] and data["sections"]:
        diagnosis = next((each for each in data["sections"] if each["code"] == "diagnosis"), data["sections"][-1])
        diagnosis["confidence"] = data["confidence"]
    if is_masked:
        data["signed"] = ""
        for printed, signature in zip(data["signing"]["signatures"], signatures, strict=True):
            printed["moment"] = str(signature.signed_at.year)
    return data
