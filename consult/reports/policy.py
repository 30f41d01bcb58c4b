"""Which reports an actor may see, and what the actor is to each."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.roles import EDIT_CASES, SIGN
from cases.access import branches
from consult.reports.models import Report
from consult.reports.models.report import Kind
from consult.reports.states import Status
from core.actor import Actor
from core.errors import Hidden

MADE = (Status.FINAL, Status.RECEIVED)


def visible_reports(actor: Actor) -> QuerySet[Report]:
    """Own drafts; what the own laboratory made or what was made about its cases; the first report where it is shared.

    The laboratory that wrote a report keeps it after its access to the slides has ended.
    """
    own = Q(author=actor.person, organisation=actor.organisation)
    first = branches.grants_in_force(actor, branches.VIEW_FIRST_REPORT).filter(content_object=OuterRef("case"))
    seen = own | Q(Exists(first), kind=Kind.RECEIVED)
    if branches.sees_home(actor):
        seen |= Q(status__in=MADE) & (Q(organisation=actor.organisation) | Q(case__organisation=actor.organisation))
    return Report.objects.filter(seen, branches.not_denied(actor, "case"))


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
    if not actor.is_person:
        found.add("system")
    if actor.person == report.author_id and actor.organisation == report.organisation_id and actor.role in SIGN:
        found.add("author")
    if actor.organisation == report.organisation_id and actor.role in EDIT_CASES:
        found.add("editor")
    return frozenset(found)
