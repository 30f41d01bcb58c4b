"""The definition of access, and the only one: home, granted, denied. Everything else composes these.

Time is decided in SQL by core_now(), so that an expired row opens nothing, whatever has or has not been tidied.
"""

from functools import cache
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.roles import SEE_HOME_CASES
from accounts.scopes import Scope
from cases.models import Case, CaseGrant, Denial
from core.actor import Actor
from core.audit.models import CoreNow

VIEW_CASE, VIEW_IDENTITY, VIEW_LABEL = "view_case", "view_identity", "view_label"
VIEW_EARLIER, VIEW_FIRST_REPORT = "view_earlier", "view_first_report"
CODENAMES = (VIEW_CASE, VIEW_IDENTITY, VIEW_LABEL, VIEW_EARLIER, VIEW_FIRST_REPORT)


@cache
def permission_id(codename: str) -> int:
    """The key of one of the case's permissions; they are made by migrations and never change."""
    return Permission.objects.get(content_type__app_label="cases", content_type__model="case", codename=codename).pk


def sees_home(actor: Actor) -> bool:
    """Whether the acting membership's role sees its lab's own cases; of a machine, whether its scopes hold that."""
    return actor.organisation is not None and (actor.role in SEE_HOME_CASES or Scope.CASES_READ in actor.scopes)


def is_home(actor: Actor, case: Case) -> bool:
    """Whether this case, which the actor sees, is one of its own laboratory's: `home` for a row that was read."""
    return sees_home(actor) and case.organisation_id == actor.organisation


def home(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's lab, if its role (or its scope) sees them: structural, no rows."""
    if not sees_home(actor):
        return Case.objects.none()
    return Case.objects.filter(organisation=actor.organisation)


def all_in_force(actor: Actor) -> QuerySet[CaseGrant]:
    """The person's grants of any permission that are valid at this moment."""
    found: QuerySet[CaseGrant] = _valid_now().filter(user=actor.person)
    return found


def anybodys_in_force() -> QuerySet[CaseGrant]:
    """Everybody's grants that open something now, those beaten by a denial left out: for saying who can see a case."""
    return _valid_now().filter(~Exists(_denied_readers()))


def anybodys_standing() -> QuerySet[CaseGrant]:
    """The same with those whose time begins later: for saying who can see a case and who will."""
    standing: QuerySet[CaseGrant] = CaseGrant.objects.filter(revoked_at__isnull=True, valid_until__gt=CoreNow())
    return standing.filter(~Exists(_denied_readers()))


def anybodys_begun(codename: str) -> QuerySet[CaseGrant]:
    """Everybody's grants of one permission whose time came, those that have ended too: for saying who has ever known
    something. A denial takes nothing of that back."""
    begun = CaseGrant.objects.filter(permission_id=permission_id(codename), valid_from__lte=CoreNow())
    found: QuerySet[CaseGrant] = begun.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=F("valid_from")))
    return found


def _denied_readers() -> QuerySet[Denial]:
    return Denial.objects.filter(
        user_id=OuterRef("user_id"), case=OuterRef("content_object"), ended_at__isnull=True, valid_from__lte=CoreNow()
    )


def denied_people(case_id: UUID) -> set[UUID]:
    """Whom a denial in force keeps from the case. One query."""
    in_force = Denial.objects.filter(case=case_id, ended_at__isnull=True, valid_from__lte=CoreNow())
    return set(in_force.values_list("user", flat=True))


def is_denied(case: UUID | OuterRef) -> Exists:
    """A condition for memberships: a denial in force keeps their person from the case. The case by its key, or as the
    OuterRef of an OuterRef where the memberships are themselves asked about for each row."""
    in_force = Denial.objects.filter(user=OuterRef("user"), case=case, ended_at__isnull=True, valid_from__lte=CoreNow())
    return Exists(in_force)


def _valid_now() -> QuerySet[CaseGrant]:
    found: QuerySet[CaseGrant] = CaseGrant.objects.filter(
        revoked_at__isnull=True, valid_from__lte=CoreNow(), valid_until__gt=CoreNow()
    )
    return found


def grants_in_force(actor: Actor, codename: str = VIEW_CASE) -> QuerySet[CaseGrant]:
    """Those of one permission."""
    return all_in_force(actor).filter(permission_id=permission_id(codename))


def not_denied(actor: Actor, case_field: str = "pk") -> Q:
    """A condition for a row whose case is in `case_field`: no denial of this person is in force."""
    in_force = Denial.objects.filter(
        user=actor.person, case=OuterRef(case_field), ended_at__isnull=True, valid_from__lte=CoreNow()
    )
    return ~Q(Exists(in_force))
