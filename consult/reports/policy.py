"""Which reports, and which versions of them, an actor may see, and what the actor is to each."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.roles import EDIT_CASES, SIGN
from accounts.scopes import Scope
from cases.access import branches
from consult.reports import hooks
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.reports.states import Status
from core.actor import Actor
from core.errors import Hidden

MADE = (Status.FINAL, Status.RECEIVED)


def visible_reports(actor: Actor) -> QuerySet[Report]:
    """Those that are open as a whole (_open), and those of which a version is kept (hooks.keeps).

    Of the latter only that version may be read: everything that reads versions takes them from visible_versions.
    """
    kept = ReportVersion.objects.filter(hooks.kept_by(actor)).values("report")
    return Report.objects.filter(_open(actor) | Q(pk__in=kept), branches.not_denied(actor, "case"))


def visible_versions(actor: Actor) -> QuerySet[ReportVersion]:
    """Every version of a report that is open as a whole, and the versions that the actor's laboratory keeps.

    A laboratory that answered owns its record of the consultation, and the report that was shared with the question is
    part of the question: without it nobody there could say later what the opinion rests on. So that version stays,
    while what comes after it belongs to whoever wrote it, and ends with the share.
    """
    open_ = Exists(Report.objects.filter(_open(actor), pk=OuterRef("report")))
    return ReportVersion.objects.filter(Q(open_) | hooks.kept_by(actor), branches.not_denied(actor, "report__case"))


def _open(actor: Actor) -> Q:
    """Own drafts; what the own laboratory made or what was made about its cases; the first report while it is shared.

    The laboratory that wrote a report keeps it after its access to the slides has ended.
    """
    own = Q(author=actor.person, organisation=actor.organisation) if actor.person else Q(pk__in=[])
    first = branches.grants_in_force(actor, branches.VIEW_FIRST_REPORT).filter(content_object=OuterRef("case"))
    seen = own | Q(Exists(first), kind=Kind.RECEIVED)
    if branches.sees_home(actor) and actor.is_within(Scope.REPORTS_READ):
        seen |= Q(status__in=MADE) & (Q(organisation=actor.organisation) | Q(case__organisation=actor.organisation))
    return seen


def is_open(actor: Actor, report: Report) -> bool:
    """Whether a report that the actor may see is open as a whole, and not only in versions that are kept."""
    return Report.objects.filter(_open(actor), pk=report.pk).exists()


def get_report(actor: Actor, report_id: UUID) -> Report:
    """One report with its case, patient, laboratories and author, or Hidden."""
    found = visible_reports(actor).select_related("case__patient", "case__organisation", "organisation", "author")
    report = found.filter(pk=report_id).first()
    if report is None:
        raise Hidden(_("There is nothing here that you may see."))
    return report


def parties(actor: Actor, report: Report) -> frozenset[str]:
    """What the actor is to this report: its author, an editor of the laboratory's own record, or the system."""
    found = set()
    if actor.is_system:
        found.add("system")
    if actor.person == report.author_id and actor.organisation == report.organisation_id and actor.role in SIGN:
        found.add("author")
    if actor.organisation == report.organisation_id and actor.role in EDIT_CASES:
        found.add("editor")
    return frozenset(found)
