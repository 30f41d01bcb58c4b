"""Who may open a case in an emergency, who sees such an access, and what an actor is to it."""

import dataclasses
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.roles import BREAK_GLASS, EDIT_CASES, REVIEW_EMERGENCIES, SEE_HOME_CASES, Role
from cases.access import branches
from cases.emergency.audit_names import FOUND
from cases.emergency.models import EmergencyAccess
from cases.emergency.states import Status
from cases.models import Case
from core.actor import Actor, Purpose
from core.audit.models import AuditEvent, CoreNow
from core.errors import Forbidden, Hidden


def may_call(actor: Actor) -> bool:
    """Whether the acting role opens cases in an emergency."""
    return actor.organisation is not None and actor.role in BREAK_GLASS


def must_call(actor: Actor) -> None:
    """Forbidden for every other role."""
    if not may_call(actor):
        raise Forbidden(_("Emergency access is for those who treat patients or read their slides."))


def as_holder(actor: Actor, access: EmergencyAccess) -> Actor:
    """The actor as the record names them for an act on this access: in an emergency only whoever opened it."""
    is_own = actor.person is not None and actor.person == access.person_id
    return dataclasses.replace(actor, purpose=Purpose.EMERGENCY) if is_own else actor


def reachable(actor: Actor) -> QuerySet[Case]:
    """The cases that emergency access can open to this actor: every one of which no denial keeps them.

    A blinded read and a conflict of interest are denials and are never overridden; an objection to sharing is no
    denial, it holds shares back and says itself whether it yields (cases.hooks.BlockSpec).
    """
    return Case.objects.filter(branches.not_denied(actor))


def visible_emergencies(actor: Actor) -> QuerySet[EmergencyAccess]:
    """The own ones; those to the own laboratory's cases; for a privacy officer also those of the own people."""
    seen = Q(person=actor.person)
    if actor.role in SEE_HOME_CASES or actor.role in REVIEW_EMERGENCIES:
        seen |= Q(case__organisation=actor.organisation)
    if actor.role == Role.PRIVACY_OFFICER:
        seen |= Q(organisation=actor.organisation)
    return EmergencyAccess.objects.filter(seen, branches.not_denied(actor, "case"))


def get_emergency(actor: Actor, access_id: UUID) -> EmergencyAccess:
    """One of them with its people and laboratories, or Hidden."""
    found = with_people(visible_emergencies(actor)).filter(pk=access_id).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    return found


def visible_searches(actor: Actor) -> QuerySet[AuditEvent]:
    """The rows that say that somebody else found a case of the own laboratory by a number of its patient, for those who
    review what was opened so."""
    if actor.role not in REVIEW_EMERGENCIES:
        return AuditEvent.objects.none()
    own = AuditEvent.objects.filter(branches.not_denied(actor, "case"), owner=actor.organisation, action=FOUND)
    return own.exclude(person=actor.person)


def with_people(accesses: QuerySet[EmergencyAccess]) -> QuerySet[EmergencyAccess]:
    """With everything that a row or a page names, in one query."""
    return accesses.select_related("case__organisation", "person", "organisation", "rule__organisation")


def running(actor: Actor) -> QuerySet[EmergencyAccess]:
    """The actor's own that open a case at this moment."""
    return EmergencyAccess.objects.filter(person=actor.person, status=Status.RUNNING, ends_at__gt=CoreNow())


def owed_by(organisation: UUID) -> Iterator[str]:
    """What this laboratory owes for accesses to its cases, in a sentence each: reviews, and letters to patients, which
    are owed after the review too."""
    to_its_cases = EmergencyAccess.objects.filter(case__organisation=organisation)
    reviews = to_its_cases.exclude(status=Status.REVIEWED).count()
    if reviews:
        yield ngettext(
            "%(count)d emergency access is not reviewed.", "%(count)d emergency accesses are not reviewed.", reviews
        ) % {"count": reviews}
    letters = to_its_cases.filter(letter_owed=True, letter_sent_on=None).count()
    if letters:
        yield ngettext(
            "%(count)d letter to a patient is not sent.", "%(count)d letters to patients are not sent.", letters
        ) % {"count": letters}


def to_review(actor: Actor) -> QuerySet[EmergencyAccess]:
    """Those whose review this actor owes: as privacy officer of the laboratory, or as its administrator where there is
    none but who opened the case or is kept out of it. Nobody owes one of a case that is closed to them."""
    at_home = EmergencyAccess.objects.filter(branches.not_denied(actor, "case"), case__organisation=actor.organisation)
    owed = at_home.exclude(status=Status.REVIEWED)
    owed = owed.exclude(person=actor.person)
    if actor.role == Role.PRIVACY_OFFICER:
        return owed
    if actor.role in REVIEW_EMERGENCIES:
        officers = _officers(OuterRef(OuterRef("case")), OuterRef("case__organisation"), OuterRef("person"))
        return owed.exclude(Exists(officers))
    return owed.none()


def reviewers(case: UUID, organisation: UUID, person: UUID) -> QuerySet[Membership]:
    """Who reviews for the laboratory of the case what this person did: its privacy officers; its administrators where
    there is no other."""
    officers = _officers(case, organisation, person)
    return officers if officers.exists() else others(case, organisation, person).filter(role=Role.LAB_ADMIN)


def others(case: UUID | OuterRef, organisation: UUID | OuterRef, person: UUID | OuterRef) -> QuerySet[Membership]:
    """The laboratory without this person, under whatever membership they acted: nobody is told of what they did
    themselves, and nobody reviews it. And without whoever is kept out of the case, who reads nothing of it."""
    members = Membership.objects.active().filter(~branches.is_denied(case), organisation=organisation)
    return members.exclude(user=person)


def _officers(case: UUID | OuterRef, organisation: UUID | OuterRef, person: UUID | OuterRef) -> QuerySet[Membership]:
    return others(case, organisation, person).filter(role=Role.PRIVACY_OFFICER)


def parties(actor: Actor, access: EmergencyAccess) -> frozenset[str]:
    """What the actor is to this access: its caller and holder, its owner, who may end it, its reviewer, who sends the
    letter that the patient is still owed, the system."""
    if actor.is_system:
        return frozenset({"system"})
    at_home = actor.organisation == access.case.organisation_id
    is_administrator = at_home and actor.role == Role.LAB_ADMIN
    officers = _officers(access.case_id, access.case.organisation_id, access.person_id)
    has_officer = is_administrator and officers.exists()
    return parties_by_role(actor, access, has_officer=has_officer)


def parties_by_role(actor: Actor, access: EmergencyAccess, *, has_officer: bool) -> frozenset[str]:
    """The same of a person; `has_officer` says whether the laboratory has a privacy officer who can review it.

    Nobody reviews what they opened themselves.
    """
    found = set()
    is_own = actor.person == access.person_id
    if is_own:
        found |= {"holder", "caller"} if may_call(actor) else {"holder"}
    if actor.organisation == access.case.organisation_id:
        if actor.role in EDIT_CASES or actor.role in REVIEW_EMERGENCIES:
            found |= {"owner", "writer"} if access.letter_awaited else {"owner"}
        reviews = actor.role == Role.PRIVACY_OFFICER or (actor.role in REVIEW_EMERGENCIES and not has_officer)
        if reviews and not is_own:
            found.add("reviewer")
    return frozenset(found)
