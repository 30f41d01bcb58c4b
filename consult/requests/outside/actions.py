"""Propose an outside expert, confirm who it is, and take it back; joining follows the accepted invitation, and what
still waits ends with its draft, and when they become a member of a laboratory here."""

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actions.invite import invite
from accounts.actions.organisation import OrganisationFields, add_organisation
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.hooks import InvitationAccepted
from accounts.models import Invitation, Membership, Organisation, User
from accounts.models.organisation import Kind
from accounts.registration import wrong_signs
from accounts.roles import Role
from cases.access.lock import lock_rows
from consult.requests.actions.lock import lock_request
from consult.requests.actions.withdraw import withdraw_with_expert
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.models.outside_expert import Verified
from consult.requests.outside import policy
from consult.requests.outside.states import (
    CURRENT,
    DISCARDING,
    ELSEWHERE,
    OUTSIDE,
    TAKE_MEMBER_BACK,
    WAITING,
    Status,
)
from consult.requests.policy import parties as of_request
from consult.requests.states import OPEN
from consult.requests.states import Status as RequestStatus
from core import clock
from core.actor import Actor, Door, system
from core.errors import Conflict, Forbidden, Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.letters import words, written
from core.workflow.engine import check_version, created, perform


@dataclass(frozen=True, slots=True)
class Who:
    """Who is proposed. `country` is ISO 3166-1 alpha-2; number and register are those of the profession."""

    given_name: str
    family_name: str
    email: str
    works_at: str
    country: str
    registration_number: str
    registration_body: str
    reason: str
    title: str = ""


def propose(*, actor: Actor, request_id: UUID, who: Who) -> OutsideExpert:
    """Propose somebody for a draft; nothing is sent to them before an administrator has confirmed who they are.

    Raises Hidden and Forbidden as the request does, Invalid for what is missing, or for somebody who is here already,
    and Conflict where another outside expert is proposed for the request, or it is no draft any more.
    """
    who = replace(who, email=User.objects.normalize_email(who.email))
    with transaction.atomic():
        request = lock_request(actor, request_id, version=None, seen=None)
        if "requester" not in of_request(actor, request):
            raise Forbidden(_("You can see this, but this step is for somebody else."))
        _must_be_draft(request)
        if OutsideExpert.objects.filter(request=request, status__in=CURRENT).exists():
            raise Conflict(_("Somebody is proposed for this request already. Withdraw that first."))
        _check(who)
        expert = OutsideExpert.objects.create(
            request=request,
            proposed_by_id=actor.acting(),
            created_at=clock.now(),
            **{name: written(value) for name, value in asdict(who).items()},
        )
        created(OUTSIDE, expert, "propose", actor=actor, parties=policy.parties(actor, expert), case=request.case_id)
    return expert


def confirm(*, actor: Actor, expert_id: UUID, version: int | None, verified: str, note: str = "") -> OutsideExpert:
    """Say how the identity was verified, and invite; the link works once, for 14 days.

    Raises Conflict where the request is no draft any more. Raises Invalid without a way of verification, for an address
    that belongs to a member in the meantime, and where somebody is known by it under another name or number: what was
    verified is not what would be printed under the opinion.
    """
    if verified not in Verified.values:
        raise Invalid(_("Say how you know who it is."), fields={"verified": _("Choose how the identity was verified.")})
    if len(note) > 300:
        raise Invalid(
            _("This is too long."), fields={"note": _("Write at most %(count)d characters.") % {"count": 300}}
        )
    with transaction.atomic():
        shown = policy.get_outside_expert(actor, expert_id)
        _lock_invitation(shown)
        lock_rows([shown.request.case_id])  # so that the draft stays one
        expert = _lock(actor, expert_id, version)
        _must_be_draft(expert.request)
        expert.verified, expert.verified_note, expert.confirmed_by_id = verified, written(note), actor.acting()
        changed = ["verified", "verified_note", "confirmed_by"]
        _perform(expert, "confirm", actor, changed=changed, reason_code=verified)
        if wrong := _member_elsewhere(expert.email):
            raise Invalid(wrong, fields={"email": wrong})
        known = _known(expert.email)
        _must_be_the_same(expert, known)
        if known is not None:
            _join(expert, known)
        else:
            expert.invitation = invite(
                actor=system("requests", actor.door, actor.request_id),
                organisation_id=_practice(expert).pk,
                email=expert.email,
                title=expert.title,
                given_name=expert.given_name,
                family_name=expert.family_name,
                role=Role.OUTSIDE_EXPERT,
                registration_number=expert.registration_number,
                registration_body=expert.registration_body,
                language=expert.request.language,
                asked_by=expert.proposed_by_id,
            )
            expert.save(update_fields=["invitation"])
    return expert


def refuse(*, actor: Actor, expert_id: UUID, version: int | None, reason: str) -> OutsideExpert:
    """Do not confirm; the pathologist reads the reason."""
    return _end(actor, expert_id, version, "refuse", reason)


def withdraw(*, actor: Actor, expert_id: UUID, version: int | None, reason: str) -> OutsideExpert:
    """Take it back: an open invitation no longer works, and who has joined cannot be asked about the case any more.

    What they were asked and have not signed is withdrawn with it; what they have signed stays, without the slides.
    """
    return _end(actor, expert_id, version, "withdraw", reason)


def withdraw_with_draft(*, actor: Actor, request_id: UUID) -> None:
    """Take back whoever is proposed or invited for a draft that was discarded. Who has joined stays confirmed for the
    case, about which they may have been asked in another request."""
    _take_back(actor, Q(request=request_id), "discard", DISCARDING)


def withdraw_member(*, actor: Actor, expert_id: UUID) -> None:
    """Take back somebody who is proposed or invited and became a member of a laboratory here: with it goes an
    agreement, and nobody is here for one case beside it."""
    expert = OutsideExpert.objects.get(pk=expert_id)
    if _member_elsewhere(expert.email):
        _take_back(actor, Q(pk=expert_id), "join_elsewhere", ELSEWHERE)


def _take_back(actor: Actor, which: Q, action: str, parties: frozenset[str]) -> None:
    waiting = OutsideExpert.objects.filter(which, status__in=WAITING)
    with transaction.atomic():
        known = waiting.select_related("request").first()
        if known is None:
            return
        _lock_invitation(known)
        lock_rows([known.request.case_id])
        rows = waiting.select_for_update(of=("self",)).select_related("request", "proposed_by")
        expert = rows.filter(pk=known.pk).first()  # not if they joined meanwhile
        if expert is not None:
            was = expert.status
            _perform(expert, action, actor, parties=parties)
            _take_invitation_back(expert, was, actor)


def join(accepted: InvitationAccepted) -> None:
    """The invitation_accepted listener: the new member can be asked, and stands in the draft.

    Raises Conflict for a member of a laboratory here. Who becomes one while they are proposed or invited is taken back
    by a job: their other invitation is locked before this one could be.
    """
    membership = Membership.objects.select_related("user").get(pk=accepted.membership)
    expert = OutsideExpert.objects.select_for_update().filter(invitation=accepted.invitation).first()
    if expert is not None and expert.status == Status.INVITED:
        if _member_elsewhere(expert.email):
            lab = expert.request.asking_organisation.name
            words = _("You are a member of a laboratory here, which needs an agreement with %(name)s. Ask them for it.")
            raise Conflict(words % {"name": lab})
        _join(expert, membership)
    elif membership.role != Role.OUTSIDE_EXPERT:
        waiting = OutsideExpert.objects.filter(email__iexact=membership.user.email, status__in=WAITING)
        for each in waiting.values_list("pk", flat=True):
            key = dedupe_key(TAKE_MEMBER_BACK, each, occasion=membership.pk.hex)
            enqueue(TAKE_MEMBER_BACK, subject=each, key=key)


def _join(expert: OutsideExpert, membership: Membership) -> None:
    expert.membership = membership
    _perform(expert, "join", system("requests", Door.WEB), parties=frozenset({"invited"}), changed=["membership"])


def _end(actor: Actor, expert_id: UUID, version: int | None, action: str, reason: str) -> OutsideExpert:
    if not reason.strip():
        raise Invalid(_("Give the reason."), fields={"reason": _("Give the reason.")})
    with transaction.atomic():
        known = policy.get_outside_expert(actor, expert_id)
        _lock_invitation(known)
        (case,) = lock_rows([known.request.case_id])
        expert = _lock(actor, expert_id, version)
        was = expert.status
        running = policy.asked(expert).filter(status__in=OPEN).select_for_update(of=("self",)).order_by("pk")
        requests = list(running) if was == Status.JOINED else []
        _perform(expert, action, actor, reason=reason.strip())
        _take_invitation_back(expert, was, actor)
        for request in requests:
            request.case = case
            withdraw_with_expert(actor=actor, request=request)
    return expert


def _lock_invitation(expert: OutsideExpert) -> None:
    """First, as whoever accepts it does: neither waits for what the other holds."""
    if expert.invitation_id:
        Invitation.objects.select_for_update(no_key=True).get(pk=expert.invitation_id)


def _take_invitation_back(expert: OutsideExpert, was: str, actor: Actor) -> None:
    if was == Status.INVITED and expert.invitation_id:
        withdraw_invitation(actor=system("requests", actor.door), invitation_id=expert.invitation_id)


def _must_be_draft(request: ConsultRequest) -> None:
    if request.status != RequestStatus.DRAFT:
        raise Conflict(_("The request is no longer a draft."), current={"status": request.status})


def _must_be_the_same(expert: OutsideExpert, known: Membership | None) -> None:
    """Invalid where the account of this address, or the membership that they would join by, is not as proposed."""
    person = User.objects.filter(email__iexact=expert.email, is_active=True).first()
    if person is None:
        return
    is_same = words(person.given_name, person.family_name) == words(expert.given_name, expert.family_name)
    shown = person.printed_name
    if known is not None:
        of_known, proposed = (
            ["".join(words(text)) for text in (row.registration_body, row.registration_number)]
            for row in (known, expert)
        )
        is_same = is_same and of_known == proposed
        shown = f"{shown}, {known.registration_body} {known.registration_number}"
    if not is_same:
        raise Invalid(
            _(
                "Under this e-mail address somebody is here already: %(known)s. Do not confirm what differs from that: "
                "have them proposed again as they are known here, or under the address that is theirs."
            )
            % {"known": shown}
        )


def _lock(actor: Actor, expert_id: UUID, version: int | None) -> OutsideExpert:
    known = policy.get_outside_expert(actor, expert_id)
    rows = OutsideExpert.objects.select_for_update(of=("self",)).select_related("request", "proposed_by")
    expert = rows.get(pk=known.pk)
    check_version(expert, version)
    return expert


def _perform(
    expert: OutsideExpert,
    action: str,
    actor: Actor,
    *,
    parties: frozenset[str] | None = None,
    changed: list[str] | None = None,
    reason: str = "",
    reason_code: str = "",
) -> None:
    perform(
        OUTSIDE,
        expert,
        action,
        actor=actor,
        parties=policy.parties(actor, expert) if parties is None else parties,
        case=expert.request.case_id,
        changed=changed or (),
        reason=reason,
        reason_code=reason_code,
        facts={"request": str(expert.request_id)},
    )


def _practice(expert: OutsideExpert) -> Organisation:
    """The organisation that the outside expert answers for: one person's, found again by the address."""
    name = f"{expert}, {expert.works_at} ({expert.email})"[:200]
    found = Organisation.objects.filter(kind=Kind.OUTSIDE, name=name).first()
    if found is not None:
        return found
    fields = OrganisationFields(
        name=name, short_name=expert.works_at[:40], country=expert.country, language="en", kind=Kind.OUTSIDE
    )
    return add_organisation(actor=system("requests", Door.WEB), fields=fields)


def _known(email: str) -> Membership | None:
    """The membership of somebody who was invited for another case before."""
    found = Membership.objects.active().filter(user__email__iexact=email, role=Role.OUTSIDE_EXPERT)
    return found.select_related("user").first()


def _member_elsewhere(email: str) -> str:
    """Why nobody with this address is brought in from outside, in a sentence; '' where they may be.

    Who is a member from a later day is not to be asked without an agreement either.
    """
    here = Membership.objects.not_ended().filter(user__email__iexact=email).exclude(role=Role.OUTSIDE_EXPERT)
    if not here.exists():
        return ""
    return _("This person is a member of a laboratory here. Ask for an agreement with it instead.")


def _check(who: Who) -> None:
    wrong = {name: _("This is needed.") for name, value in asdict(who).items() if name != "title" and not value.strip()}
    for name, value in asdict(who).items():
        longest = getattr(OutsideExpert._meta.get_field(name), "max_length", 0)
        if len(value.strip()) > longest:
            wrong[name] = _("Write at most %(count)d characters.") % {"count": longest}
    if "registration_number" not in wrong and (signs := wrong_signs(written(who.registration_number))):
        wrong["registration_number"] = signs
    if "email" not in wrong:
        try:
            validate_email(who.email)
        except ValidationError as error:
            wrong["email"] = " ".join(error.messages)
    if "email" not in wrong and (member := _member_elsewhere(who.email)):
        wrong["email"] = member
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)
