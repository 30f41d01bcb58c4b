"""What the room's rows in the record are about. A number is told to those only who may know whose it is."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.access import branches
from cases.access.queries import visible_cases, visible_slides
from cases.models import Case, Patient, Slide
from cases.numbers import is_number
from core.actor import Actor
from core.audit.hooks import Place, locates, noun


def known_cases(actor: Actor) -> QuerySet[Case]:
    """The cases whose accession number CaseView shows to this actor."""
    return visible_cases(actor, branches.VIEW_IDENTITY)


def known_number(actor: Actor, case_field: str) -> Coalesce:
    """The accession number of the case in `case_field`, in SQL; '' where CaseView would not show it."""
    number = known_cases(actor).filter(pk=OuterRef(case_field)).values("accession_number")[:1]
    return Coalesce(Subquery(number), Value(""), output_field=CharField())


def slide_names(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """Accession number and label of slides, by the slide's key."""
    slides = visible_slides(actor).filter(pk__in=keys, case__in=known_cases(actor))
    return {
        key: f"{number} {label}" for key, number, label in slides.values_list("pk", "case__accession_number", "label")
    }


def _cases(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(known_cases(actor).filter(pk__in=keys).values_list("pk", "accession_number"))


def _by_number(actor: Actor, term: str) -> Iterable[UUID]:
    found = known_cases(actor).filter(is_number("accession_number", term))
    yield from found.values_list("pk", flat=True)
    yield from visible_slides(actor).filter(case__in=found.values("pk")).values_list("pk", flat=True)


def _case(key: UUID) -> Place | None:
    return Place(case=key) if Case.objects.filter(pk=key).exists() else None


def _slide(key: UUID) -> Place | None:
    case = Slide.objects.filter(pk=key).values_list("case", flat=True).first()
    return Place(case=case) if case else None


def _patient(key: UUID) -> Place | None:
    return Place(patient=key) if Patient.objects.filter(pk=key).exists() else None


def _sees_case(actor: Actor, key: UUID) -> bool:
    return visible_cases(actor).filter(pk=key).exists()


locates("case_id", _case, _sees_case)
locates("slide_id", _slide)
locates("patient_id", _patient)
CASE = noun("case", _("Case"), named=_cases, found=_by_number)
PATIENT = noun("patient", _("Patient"))
SLIDE = noun("slide", _("Slide"), named=slide_names)
IMPORT = noun("import", _("Import"))
