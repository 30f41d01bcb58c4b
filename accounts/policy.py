"""Which organisations, people and invitations an actor may see and administer."""

from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import Expertise, IdentityProvider, Invitation, MachineToken, Membership, Organisation, User
from accounts.roles import (
    ADMINISTER,
    LISTED,
    MAKE_TOKENS,
    MEMBERS,
    ONLY_READ,
    READ_AUDIT,
    READ_STEPS,
    READ_WHO_LOOKED,
    SEE_SIGN_IN,
    SEE_TOKENS,
    SET_SIGN_IN,
)
from core.actor import Actor
from core.audit.hooks import open_to
from core.audit.models import AuditEvent, Outcome
from core.errors import Forbidden, Hidden
from core.letters import plain
from core.workflow.models import TimelineEntry


def is_platform_admin(actor: Actor) -> bool:
    """Whether this person runs the installation. One query."""
    return (
        actor.person is not None
        and User.objects.filter(pk=actor.person, is_active=True, is_platform_admin=True).exists()
    )


def administered(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose people this actor administers: the own lab, all for the system and its administrator."""
    if actor.is_system or is_platform_admin(actor):
        return Organisation.objects.all()
    if actor.role in ADMINISTER and actor.organisation:
        return Organisation.objects.filter(pk=actor.organisation)
    return Organisation.objects.none()


def must_administer(actor: Actor) -> None:
    """Raise Forbidden for who looks after nobody."""
    if not administered(actor).exists():
        raise Forbidden(_("People are looked after by the administrator of a laboratory."))


def only_reads(actor: Actor) -> bool:
    """Whether the record of who did what is all that the actor's role opens in the admin site."""
    return actor.role in ONLY_READ and not is_platform_admin(actor)


def visible_invitations(actor: Actor) -> QuerySet[Invitation]:
    """The invitations into the organisations the actor administers."""
    return Invitation.objects.filter(organisation__in=administered(actor))


def visible_tokens(actor: Actor) -> QuerySet[MachineToken]:
    """The tokens of the organisations the actor administers, or whose privacy officer the actor is."""
    if actor.role in SEE_TOKENS and not is_platform_admin(actor):
        return MachineToken.objects.filter(organisation=actor.organisation)
    return MachineToken.objects.filter(organisation__in=administered(actor).values("pk"))


def sees_tokens(actor: Actor) -> bool:
    """Whether there may be tokens for the actor to see."""
    return bool(actor.organisation and actor.role in SEE_TOKENS) or is_platform_admin(actor)


def may_make_tokens(actor: Actor) -> bool:
    """Whether the actor makes tokens for the machines of the own laboratory."""
    return actor.organisation is not None and actor.role in MAKE_TOKENS


def visible_providers(actor: Actor) -> QuerySet[IdentityProvider]:
    """The identity providers of the organisations the actor administers, or whose privacy officer the actor is."""
    rows = IdentityProvider.objects.select_related("organisation", "changed_by")
    if actor.role in SEE_SIGN_IN and not is_platform_admin(actor):
        return rows.filter(organisation=actor.organisation)
    return rows.filter(organisation__in=administered(actor).values("pk"))


def sees_sign_in(actor: Actor) -> bool:
    """Whether there may be single sign-on for the actor to look after."""
    return bool(actor.organisation and actor.role in SEE_SIGN_IN) or is_platform_admin(actor)


def may_set_sign_in(actor: Actor) -> bool:
    """Whether the actor sets up single sign-on for the organisation of the acting membership."""
    return actor.organisation is not None and actor.role in SET_SIGN_IN


def administered_memberships(actor: Actor) -> QuerySet[Membership]:
    """The memberships, past ones too, of the organisations the actor administers."""
    return Membership.objects.filter(organisation__in=administered(actor))


def planned_memberships(actor: Actor) -> QuerySet[Membership]:
    """The memberships whose work the actor plans: the own ones, and those of the organisations administered."""
    own = Membership.objects.active().filter(user=actor.person)
    return Membership.objects.filter(Q(pk__in=own) | Q(organisation__in=administered(actor)))


def administered_expertise(actor: Actor) -> QuerySet[Expertise]:
    """The subspecialties of their members."""
    return Expertise.objects.filter(membership__organisation__in=administered(actor))


def administered_people(actor: Actor) -> QuerySet[User]:
    """The people who belong or belonged to them; the system and its administrator see people without any, too."""
    if actor.is_system or is_platform_admin(actor):
        return User.objects.all()
    return User.objects.filter(pk__in=administered_memberships(actor).values("user"))


def present_people(actor: Actor) -> QuerySet[User]:
    """Those who belong to them now: how somebody signs in, and where, is nothing to where they once worked, or will."""
    if actor.is_system or is_platform_admin(actor):
        return User.objects.all()
    now = administered_memberships(actor).filter(pk__in=Membership.objects.in_force().values("pk"))
    return User.objects.filter(pk__in=now.values("user"))


def address_if_present(actor: Actor, person: str = "") -> Case:
    """The e-mail of the person whom a row names in this field (or is), empty for those who are not of present_people:
    for lists that show it, and find by it, nothing else.
    """
    key, email = (person, f"{person}__email") if person else ("pk", "email")
    return Case(When(**{f"{key}__in": present_people(actor).values("pk")}, then=F(email)), default=Value(""))


def lock_membership(actor: Actor, membership_id: UUID) -> Membership:
    """Lock a membership that the actor administers for this transaction, or Hidden.

    Its person is locked first, here as in every action that begins or ends one: so nobody gets two at once that
    overlap, and no two of these actions wait for each other.
    """
    rows = administered_memberships(actor).filter(pk=membership_id)
    list(User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=rows.values("user")))
    rows = rows.select_related("user", "organisation")
    membership = rows.select_for_update(of=("self",), no_key=True).first()
    if membership is None:
        raise Hidden(_("This membership is not there."))
    return membership


def lock_person(actor: Actor, person_id: UUID) -> User:
    """Lock a person who belongs to nobody but the organisations the actor administers.

    Raises Hidden for a stranger and Forbidden for somebody who belongs to another laboratory as well, who runs the
    installation, or who is not theirs now: whether who left belongs to others, or signs in, is not said either.
    """
    person = administered_people(actor).select_for_update(of=("self",), no_key=True).filter(pk=person_id).first()
    if person is None:
        raise Hidden(_("This person is not there."))
    if not present_people(actor).filter(pk=person_id).exists():
        raise Forbidden(_("This person does not belong to your laboratory now."))
    must_correct(actor, person)
    return person


def must_correct(actor: Actor, person: User) -> None:
    """Forbidden where the account of somebody whom the actor administers is not theirs to correct and to deactivate."""
    if refusal := why_not_corrected(actor, person):
        raise Forbidden(refusal)


def why_not_corrected(actor: Actor, person: User) -> str:
    """Why such an account is not the actor's to correct and to deactivate; '' where it is."""
    if person.is_platform_admin and not actor.is_system and not is_platform_admin(actor):
        return _("This person runs the installation, so name, address and account are not yours to change.")
    elsewhere = Membership.objects.not_ended().filter(user=person).exclude(organisation__in=administered(actor))
    if elsewhere.exists():
        return _(
            "This person belongs to another laboratory as well, so name, address and account are not yours alone to"
            " change."
        )
    return ""


def lock_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """Lock an organisation that the actor administers for this transaction, or Hidden."""
    found = administered(actor).select_for_update(no_key=True).filter(pk=organisation_id).first()
    if found is None:
        raise Hidden(_("This organisation is not there."))
    return found


def colleagues(actor: Actor) -> QuerySet[Membership]:
    """Everybody a signed-in member may look up as a colleague: current members of active organisations.

    Who was invited for one case looks up nobody, and is looked up by nobody: that case shows who it is.
    """
    if actor.membership is None or actor.role not in MEMBERS:
        return Membership.objects.none()
    return Membership.objects.active().filter(role__in=MEMBERS).select_related("user", "organisation")


def experts(actor: Actor, *, text: str = "", organ_system: str = "", lab: UUID | None = None) -> QuerySet[Membership]:
    """Pathologists who can be asked: by name or lab name, subspecialty and lab; never the actor.

    Accents do not count in `text`; the few who can be asked are compared here, as no database knows all letters.
    """
    found = colleagues(actor).filter(role__in=LISTED).exclude(user=actor.person)
    if words := plain(text).split():
        names = found.values_list("pk", "user__family_name", "user__given_name", "organisation__name")
        fits = [key for key, *parts in names if all(word in plain(" ".join(parts)) for word in words)]
        found = found.filter(pk__in=fits)
    if organ_system:
        found = found.filter(expertise__organ_system=organ_system)
    if lab:
        found = found.filter(organisation=lab)
    return found.prefetch_related("expertise").order_by("user__family_name", "user__given_name").distinct()


def visible_audit(actor: Actor) -> QuerySet[AuditEvent]:
    """What people of the organisations did that the actor administers, or whose privacy officer the actor is.

    All rows for whoever runs the installation. None about a case from which the actor is kept, whoever they are.
    """
    if actor.is_system:
        return AuditEvent.objects.all()
    rows = AuditEvent.objects.filter(open_to(actor))
    if is_platform_admin(actor):
        return rows
    if actor.role in READ_AUDIT and actor.organisation:
        return rows.filter(organisation=actor.organisation)
    return rows.filter(organisation__in=administered(actor).values("pk"))


def audit_of_own_patients(actor: Actor) -> QuerySet[AuditEvent]:
    """What anybody of any organisation did with cases and patients of the acting laboratory.

    For the roles that see its cases, and for its privacy officer. Of what others did, it is not theirs to read from
    where, nor what else the other organisation noted: see shows_origin. None about a case from which the actor is kept.
    """
    if actor.organisation is None or actor.role not in READ_WHO_LOOKED:
        return AuditEvent.objects.none()
    return AuditEvent.objects.filter(open_to(actor), owner=actor.organisation)


def own_audit(actor: Actor) -> QuerySet[AuditEvent]:
    """What was recorded under the actor's own name, in whatever membership."""
    return AuditEvent.objects.filter(person=actor.person) if actor.person else AuditEvent.objects.none()


def attempts_to_be(actor: Actor) -> QuerySet[AuditEvent]:
    """What somebody who was not signed in tried as the actor's person, and was refused."""
    if actor.person is None:
        return AuditEvent.objects.none()
    return AuditEvent.objects.filter(
        person=None, outcome=Outcome.DENIED, object_kind="person", object_id=str(actor.person)
    )


def shows_origin(actor: Actor, event: AuditEvent) -> bool:
    """Whether an entry's session, network address and particulars are for the actor: of own people, or of oneself."""
    return event.organisation == actor.organisation or event.person == actor.person or is_platform_admin(actor)


def shows_patient(actor: Actor, event: AuditEvent) -> bool:
    """Whether the patient's key in an entry is for the actor: of own patients alone. Two cases that somebody reads
    under a pseudonym must not be found to be one patient's by it.
    """
    return event.owner in {None, actor.organisation} or is_platform_admin(actor)


def visible_timeline(actor: Actor) -> QuerySet[TimelineEntry]:
    """The timeline rows by people of the organisations the actor administers, or whose auditor the actor is; none about
    a case from which the actor is kept."""
    if actor.is_system:
        return TimelineEntry.objects.all()
    rows = TimelineEntry.objects.filter(open_to(actor))
    if is_platform_admin(actor):
        return rows
    if actor.role in READ_STEPS and actor.organisation:
        return rows.filter(organisation=actor.organisation)
    return TimelineEntry.objects.none()
