"""What an actor is to a case, and which patients an actor may see."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.roles import EDIT_CASES
from accounts.scopes import Scope
from cases.access import branches
from cases.models import Case, Patient
from core.actor import Actor
from core.errors import Forbidden


def parties(actor: Actor, case: Case) -> frozenset[str]:
    """'editor' for those of the owner laboratory who enter and correct cases, 'machine' for a system of it that enters
    them; nothing for everybody else.
    """
    if actor.organisation != case.organisation_id or not may_register(actor):
        return frozenset()
    return frozenset({"machine" if actor.machine else "editor"})


def may_register(actor: Actor) -> bool:
    """Whether the actor enters cases for the own laboratory: by role, or as a machine by its scope."""
    return actor.organisation is not None and (actor.role in EDIT_CASES or Scope.CASES_WRITE in actor.scopes)


def visible_patients(actor: Actor) -> QuerySet[Patient]:
    """The patients of the own laboratory's register. A grant on a case shows its patient through CaseView only."""
    if not branches.sees_home(actor):
        return Patient.objects.none()
    return Patient.objects.filter(organisation=actor.organisation)


def acting_organisation(actor: Actor) -> UUID:
    """The key of the laboratory the actor works for. Raises Forbidden where there is none."""
    if actor.organisation is None:
        raise Forbidden(_("You belong to no laboratory at the moment."))
    return actor.organisation


def own_organisation(actor: Actor) -> Organisation:
    """That laboratory."""
    return Organisation.objects.get(pk=acting_organisation(actor))
