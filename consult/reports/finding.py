"""Finding reports by what they say: the sections of the newest version that a reader may read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from cases.access import branches
from cases.access.queries import visible_among
from cases.access.view import case_views
from cases.finding import Telling, readers_of, scopes, telling_of, text_keys
from cases.models import CaseGrant
from consult.reports.content import Content
from consult.reports.models import ReportVersion
from consult.reports.models.report import Kind
from consult.reports.policy import MADE, visible_versions
from consult.reports.queries import as_known, masked_among
from core.actor import Actor
from core.search.find import Found, Known, Position, Query, find
from core.search.keep import Row


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A version that was found, with its report, case and laboratory; the content as the reader may know it.

    With `is_masked` the reader may not know who the patient is, nor the day. `known_as` is the patient's name where the
    report was signed under a pseudonym and the reader knows who it is.
    """

    version: ReportVersion
    content: Content
    is_masked: bool = False
    known_as: str = ""


def rows_of_reports(case_ids: Collection[UUID]) -> Iterable[Row]:
    """The laboratory of a report and that of its case find it, and who was given the first report. Four queries.

    What a laboratory keeps of others' reports is stated by whoever registered it with `hooks.keeps`.
    """
    newest = _newest(ReportVersion.objects.filter(report__case__in=case_ids, report__status__in=MADE))
    given = CaseGrant.objects.filter(
        content_object__in=case_ids,
        revoked_at__isnull=True,
        permission_id=branches.permission_id(branches.VIEW_FIRST_REPORT),
    )
    readers: dict[UUID, set[UUID]] = {}
    for case, person in given.values_list("content_object", "user"):
        readers.setdefault(case, set()).add(person)
    known = readers_of(case_ids)
    telling = telling_of([version.report.case for version in newest])
    for version in newest:
        report = version.report
        for scope in {report.organisation_id, report.case.organisation_id}:
            yield row(scope, version)
        for person in readers.get(report.case_id, set()) if report.kind == Kind.RECEIVED else ():
            knows = known.get(report.case_id, {}).get(person, False)
            yield row(person, version, None if knows else telling[report.case_id])


def row(scope: UUID, version: ReportVersion, telling: Telling | None = None) -> Row:
    """The row that leads the readers of `scope` to the report of a version."""
    report = version.report
    return Row("report", scope, keys_of(version.tree, telling), report.created_at, report.pk, report.case_id)


def keys_of(content: Content, telling: Telling | None = None) -> frozenset[str]:
    """The words of a report, without those that tell who the patient is where `telling` is given."""
    found = text_keys(*(section.text for section in content.sections))
    return telling.cut(found) if telling else found


def _newest(versions: QuerySet[ReportVersion]) -> list[ReportVersion]:
    """Of each report the version with the highest number."""
    found: dict[UUID, ReportVersion] = {}
    for version in versions.select_related("report__case__patient", "report__organisation"):
        if version.report_id not in found or found[version.report_id].number < version.number:
            found[version.report_id] = version
    return list(found.values())


def find_reports(actor: Actor, query: Query, *, size: int, after: Position | None = None) -> Found[FoundReport]:
    """Signed and received reports that the actor may read, by the words of the newest version that this is."""

    def look(ids: Collection[UUID]) -> Mapping[UUID, Known[FoundReport]]:
        versions = _newest(visible_versions(actor).filter(report__in=ids, report__status__in=MADE))
        masked = masked_among(actor, versions)
        cases = {each.report.case_id: each.report.case for each in versions if each.pk in masked}
        telling = telling_of(list(cases.values())) if cases else {}
        return {
            each.report_id: Known(
                keys_of(each.tree, telling[each.report.case_id] if each.pk in masked else None),
                FoundReport(each, *(as_known(actor, each) if each.pk in masked else (each.tree, False))),
            )
            for each in versions
        }

    found = find(query, "report", scopes(actor), look, size=size, after=after)
    names = _known_names(
        actor, {each.version.report.case_id for each in found.things if each.content.patient.pseudonym}
    )
    things = [replace(each, known_as=names.get(each.version.report.case_id, "")) for each in found.things]
    return Found(things, found.after, found.is_cut)


def _known_names(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, str]:
    """The patients of these cases by name, where the actor may know it."""
    cases = visible_among(actor, case_ids, branches.VIEW_IDENTITY) if case_ids else ()
    return {view.id: view.name for view in case_views(actor, cases)} if case_ids else {}
