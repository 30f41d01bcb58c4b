"""What the room's rows in the record are about: reports, named by the number of the laboratory that made them."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.access.pseudonym import under_pseudonym
from cases.nouns import known_cases
from cases.numbers import is_number
from consult.reports.models import Report
from consult.reports.policy import visible_reports
from core.actor import Actor
from core.audit.hooks import Place, locates, noun


def known_reports(actor: Actor) -> QuerySet[Report]:
    """The reports whose number this actor may know: the own ones, those of the own laboratory but for cases that the
    actor reads under a pseudonym, and those of cases known by name."""
    own = Q(organisation=actor.organisation) & (Q(author=actor.person) | ~under_pseudonym(actor, "case"))
    return visible_reports(actor).filter(own | Q(case__in=known_cases(actor).values("pk")))


def known_number(actor: Actor, report_field: str) -> Coalesce:
    """The accession number of the report in `report_field`, in SQL; '' where there is none or it may not be known."""
    number = known_reports(actor).filter(pk=OuterRef(report_field)).values("accession_number")[:1]
    return Coalesce(Subquery(number), Value(""), output_field=CharField())


def _reports(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    numbered = known_reports(actor).filter(pk__in=keys).exclude(accession_number="")
    return dict(numbered.values_list("pk", "accession_number"))


def _by_number(actor: Actor, term: str) -> Iterable[UUID]:
    return known_reports(actor).filter(is_number("accession_number", term)).values_list("pk", flat=True)


def _place(key: UUID) -> Place | None:
    case = Report.objects.filter(pk=key).values_list("case", flat=True).first()
    return Place(case=case) if case else None


locates("report_id", _place)
REPORT = noun("report", _("Report"), named=_reports, found=_by_number)
