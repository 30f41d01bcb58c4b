"""The object's composer: which cases and slides an actor may see, as lockable querysets."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cases.access import branches
from cases.models import Case, ShareSlide, Slide
from core.actor import Actor
from core.errors import Hidden


def visible_cases(actor: Actor, codename: str = branches.VIEW_CASE) -> QuerySet[Case]:
    """The cases this actor may see (or see in the way of `codename`): a union of keys, so that it can be locked."""
    keys = branches.home(actor).values("pk").union(branches.grants_in_force(actor, codename).values("content_object"))
    return Case.objects.filter(branches.not_denied(actor), pk__in=keys)


def visible_among(actor: Actor, case_ids: Collection[UUID], codename: str = branches.VIEW_CASE) -> QuerySet[Case]:
    """Those of a few cases that `visible_cases` holds: the keys go into each branch, so its size does not matter.

    With the owner laboratory and the patient.
    """
    home = branches.home(actor).filter(pk__in=case_ids).values("pk")
    granted = branches.grants_in_force(actor, codename).filter(content_object__in=case_ids).values("content_object")
    found = Case.objects.filter(branches.not_denied(actor), pk__in=home.union(granted))
    return found.select_related("patient", "organisation")


def get_case(actor: Actor, case_id: UUID) -> Case:
    """One case with its patient and lab, or Hidden: absent and not for this actor are the same answer."""
    case = visible_cases(actor).select_related("patient", "organisation").filter(pk=case_id).first()
    if case is None:
        raise Hidden(_("There is nothing here that you may see."))
    return case


def visible_slides(actor: Actor) -> QuerySet[Slide]:
    """The slides this actor may look at: all of a home case, and those that a share in force names."""
    named = ShareSlide.objects.filter(slide=OuterRef(OuterRef("pk")), share=OuterRef("share"))
    granted = branches.grants_in_force(actor).filter(Exists(named), content_object=OuterRef("case"))
    at_home = Q(case__organisation=actor.organisation) if branches.sees_home(actor) else Q(pk__in=[])
    return Slide.objects.filter(at_home | Q(Exists(granted)), branches.not_denied(actor, "case"))


def may_see_slide(actor: Actor, slide_id: UUID) -> bool:
    """Whether this actor may look at this slide now. One query."""
    return visible_slides(actor).filter(pk=slide_id).exists()
