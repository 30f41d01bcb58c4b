"""Nobody becomes more than somebody else has made them, and nobody looks after people who have left."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.actions.end_sessions import end_sessions_of
from accounts.actions.invite import invite
from accounts.actors import actor_for
from accounts.models import Membership, User
from core.actor import Actor, Door, system
from core.errors import Forbidden, Hidden
from notifications.actions.notify import notify
from notifications.models import Notification
from tests.cast import World

PLATFORM = "platform@installation.example"
GOOD = "a long sentence nobody knows"


def test_an_invitation_brings_nobody_back_as_the_one_who_runs_the_installation(world: World) -> None:
    former = User.objects.get(email=PLATFORM)
    deactivate(actor=system("tests", Door.COMMAND), person_id=former.pk)
    invitation = invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        email=PLATFORM,
        given_name="Pat",
        family_name="Former",
        role="secretary",
    )
    nobody = Actor(person=None, name="", door=Door.WEB)
    back = accept_invitation(actor=nobody, invitation_id=invitation.pk, password=GOOD)
    assert back.pk == former.pk
    assert not User.objects.get(pk=former.pk).is_platform_admin


def test_an_administrator_does_not_change_a_second_membership_of_their_own(world: World) -> None:
    second = Membership.objects.create(user=world.user("admin"), organisation_id=world.admin.lab(), role="secretary")
    fields = MembershipFields(role="pathologist", registration_number="1", registration_body="BIG")
    with pytest.raises(Forbidden):
        change_membership(actor=world.admin, membership_id=second.pk, fields=fields)
    second.refresh_from_db()
    assert second.role == "secretary"


@pytest.fixture
def gone(world: World) -> Actor:
    """The colleague, who has left the asking laboratory and works for another one now."""
    person = world.user("colleague")
    there = Membership.objects.create(user=person, organisation_id=world.stranger.lab(), role="pathologist")
    end_membership(actor=world.admin, membership_id=world.colleague.acting())
    person.refresh_from_db()
    return actor_for(person, Membership.objects.select_related("organisation").get(pk=there.pk), door=Door.WEB)


def test_the_sessions_of_somebody_who_left_are_not_the_former_administrators(
    world: World, gone: Actor, sign_in: Callable[[Actor], Client]
) -> None:
    client = sign_in(gone)
    assert client.get("/api/v1/me").status_code == 200
    with pytest.raises(Hidden):
        end_sessions_of(actor=world.admin, person_id=gone.who())
    assert client.get("/api/v1/me").status_code == 200
    assert sessions.open_of(User.objects.get(pk=gone.who()))


def test_how_somebody_who_left_signs_in_now_is_not_for_the_former_administrator(
    world: World, gone: Actor, sign_in: Callable[[Actor], Client]
) -> None:
    admin = sign_in(world.admin)
    assert admin.get(reverse("accounts:person", args=[gone.who()])).status_code == 404
    listed = admin.get(reverse("accounts:people")).content.decode()
    assert "Colleague" in listed.partition("Former members")[2], "that they were here is known"
    assert "Colleague" not in listed.partition("Former members")[0]
    assert User.objects.get(pk=gone.who()).email not in listed


def test_what_somebody_is_told_at_another_laboratory_is_not_for_the_former_administrator(
    world: World, gone: Actor, sign_in: Callable[[Actor], Client]
) -> None:
    before = Notification.objects.filter(recipient=world.expert.person).first()
    assert before is not None
    Notification.objects.filter(pk=before.pk).update(recipient=gone.who())
    notify(recipient=gone.who(), kind=before.kind, subject=before.subject, occasion="2", number="CR-990001")
    page = sign_in(world.admin).get(reverse("admin:notifications_notification_changelist")).content.decode()
    assert str(before.pk) in page, "what somebody was told while they were here stays"
    assert "CR-990001" not in page
