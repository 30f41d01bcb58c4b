"""Somebody from outside, as tests bring them in: proposed, confirmed, joined, asked."""

from typing import Any

from accounts.actions.accept_invitation import accept_invitation
from accounts.actors import for_member
from accounts.models import Membership, User
from consult.requests.actions.accept import accept
from consult.requests.actions.ask import ask
from consult.requests.actions.discard_draft import discard_draft
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.outside import actions
from consult.requests.outside.actions import Who
from core.actor import Actor, Door
from tests.cast import World, sign_opinion

WHO = {
    "title": "Prof.",
    "given_name": "Ada",
    "family_name": "Utanför",
    "email": "ada@elsewhere.example",
    "works_at": "Elsewhere Institute",
    "country": "DE",
    "registration_number": "DE-77",
    "registration_body": "Ärztekammer",
    "reason": "The only one who knows this entity.",
}
STRONG = "a sentence nobody guesses"


def proposed(world: World, **changes: str) -> OutsideExpert:
    return actions.propose(actor=world.asker, request_id=world.request("draft").pk, who=Who(**WHO | changes))


def confirmed(world: World) -> OutsideExpert:
    made = proposed(world)
    return actions.confirm(actor=world.admin, expert_id=made.pk, version=1, verified="register", note="Looked up.")


def joined(world: World) -> Actor:
    """The outside expert, in place."""
    return accepted(confirmed(world))


def accepted(made: OutsideExpert) -> Actor:
    """The same, from the invitation on."""
    assert made.invitation is not None
    accept_invitation(actor=Actor(person=None, name=""), invitation_id=made.invitation.pk, password=STRONG)
    return for_member(Membership.objects.get(user__email=WHO["email"]).pk, Door.WEB)


def asked(world: World, outside: Actor, state: str = "draft") -> ConsultRequest:
    request = world.request(state)
    draft = Draft(expert=outside.membership)
    return edit(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen(state), draft=draft)


def of_person(person: User) -> Actor:
    """In the first of what they are."""
    return for_member(person.memberships.earliest("valid_from").pk, Door.WEB)


def discarded(world: World) -> None:
    request, seen = world.request("draft"), world.seen("draft")
    discard_draft(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)


def taken_up(world: World, steps: str) -> tuple[Actor, ConsultRequest]:
    """The outside expert has been sent the request, and has taken these steps."""
    outside = joined(world)
    request, seen = asked(world, outside), world.seen("draft")
    request = send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
    for step in steps.split():
        key: dict[str, Any] = {"request_id": request.pk, "version": request.version, "seen": seen}
        if step == "accept":
            request = accept(actor=outside, accession_number="OUT-1", **key)
        elif step == "ask":
            request = ask(actor=outside, text="Which fixation?", **key)
        else:
            request = sign_opinion(World(world.name, {**world.people, "expert": outside}), request, seen)
    return outside, request
