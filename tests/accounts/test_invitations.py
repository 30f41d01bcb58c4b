"""Coming in: invited by one's laboratory, once, by a link that cannot be altered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.actions.end_membership import end_membership
from accounts.effects import INVITATION_MAIL
from accounts.links import invitation_url
from accounts.models import Invitation, Membership, User
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.accounts.jobs import do
from tests.cast import World
from tests.finding import found

NEW = {
    "title": "Dr",
    "given_name": "Nora",
    "family_name": "Newcomer",
    "email": "nora@north.example",
    "role": "pathologist",
    "registration_number": "19912345601",
    "registration_body": "BIG",
    "language": "nl",
}
GOOD = "a long sentence nobody knows"


def invited(client: Client, world: World, **changes: str) -> Invitation:
    """Invite through the page, as the asking laboratory's administrator."""
    answer = client.post(reverse("accounts:invite"), NEW | {"organisation": str(world.admin.organisation)} | changes)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Invitation.objects.get(email=changes.get("email", NEW["email"]))


def link(invitation: Invitation) -> str:
    """The path of its link."""
    return "/" + invitation_url(invitation.pk).split("/", 3)[3]


def test_a_person_is_invited_by_mail_and_signed_in_after_choosing_a_password(
    world: World, sign_in: Callable[[Actor], Client], mailoutbox: list[EmailMessage]
) -> None:
    invited(sign_in(world.admin), world)
    do(INVITATION_MAIL)
    (mail,) = [each for each in mailoutbox if each.to == [NEW["email"]]]
    path = "/" + found(r"https?://[^/]+/(\S+)", str(mail.body))[1]

    visitor = Client()
    page = visitor.get(path)
    assert page.status_code == 200
    assert "Newcomer" in page.content.decode()
    weak = visitor.post(path, {"password": "newcomer"})
    assert weak.status_code == 422
    assert not User.objects.filter(email=NEW["email"]).exists()
    before = visitor.session.session_key
    answer = visitor.post(path, {"password": GOOD, "registration_number": "mine", "registration_body": "mine"})
    assert answer.status_code == 302
    person = User.objects.get(email=NEW["email"])
    assert visitor.session["_auth_user_id"] == str(person.pk)
    assert visitor.session.session_key != before
    membership = Membership.objects.get(user=person)
    assert (membership.organisation_id, membership.role) == (world.admin.organisation, "pathologist")
    assert membership.registration_number == "19912345601"
    assert AuditEvent.objects.filter(action="invitation.accepted", facts__person=str(person.pk)).count() == 1


def test_the_administrator_states_the_number_that_stands_under_a_signature(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    admin, given = sign_in(world.admin), NEW | {"organisation": str(world.admin.organisation)}
    for missing in ("registration_number", "registration_body"):
        assert admin.post(reverse("accounts:invite"), given | {missing: " "}).status_code == 422
    assert not Invitation.objects.filter(email=NEW["email"]).exists()
    page = Client().get(link(invited(admin, world))).content.decode()
    assert "19912345601 (BIG)" in page
    assert 'name="registration' not in page


def test_who_signs_nothing_needs_no_number(world: World, sign_in: Callable[[Actor], Client]) -> None:
    invitation = invited(sign_in(world.admin), world, role="lab_staff")
    assert invitation.registration_number == ""
    assert Client().post(link(invitation), {"password": GOOD}).status_code == 302


def test_an_invitation_of_before_without_a_number_makes_no_pathologist(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    invitation = invited(sign_in(world.admin), world)
    Invitation.objects.filter(pk=invitation.pk).update(registration_number="")
    assert Client().post(link(invitation), {"password": GOOD}).status_code == 409
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_one_invitation_waits_at_a_time(world: World, sign_in: Callable[[Actor], Client]) -> None:
    admin = sign_in(world.admin)
    first = invited(admin, world)
    given = NEW | {"organisation": str(world.admin.organisation), "email": "NORA@north.example"}
    answer = admin.post(reverse("accounts:invite"), given)
    assert answer.status_code == 422
    assert "Withdraw it to send another" in answer.content.decode()
    admin.post(reverse("accounts:withdraw_invitation", args=[first.pk]))
    assert admin.post(reverse("accounts:invite"), given).status_code == 302


def test_who_is_a_member_in_that_role_is_not_invited_into_it_again(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    given = NEW | {"organisation": str(world.admin.organisation), "email": world.user("staff").email}
    answer = sign_in(world.admin).post(reverse("accounts:invite"), given | {"role": "lab_staff"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"] == ["This person is a member in this role already."]


def test_nobody_gives_themselves_a_role(world: World, sign_in: Callable[[Actor], Client]) -> None:
    own = world.user("admin").email.upper()
    given = NEW | {"organisation": str(world.admin.organisation), "email": own}
    answer = sign_in(world.admin).post(reverse("accounts:invite"), given)
    assert answer.status_code == 422
    assert "You cannot give yourself a role. Ask another administrator." in answer.content.decode()
    assert not Invitation.objects.filter(email__iexact=own).exists()


def test_somebody_with_an_account_is_not_told_to_choose_a_password(
    world: World, sign_in: Callable[[Actor], Client], mailoutbox: list[EmailMessage]
) -> None:
    invited(sign_in(world.admin), world, email=world.user("expert").email, language="en-gb")
    do(INVITATION_MAIL)
    assert "your own password" in str(mailoutbox[-1].body)
    assert "Choose a password" not in str(mailoutbox[-1].body)


def test_a_used_link_says_so(world: World, sign_in: Callable[[Actor], Client]) -> None:
    path = link(invited(sign_in(world.admin), world))
    Client().post(path, {"password": GOOD})
    again = Client().get(path)
    assert again.status_code == 410
    assert "used already" in again.content.decode()


def test_an_old_link_says_so(world: World, sign_in: Callable[[Actor], Client], at: Callable[[object], None]) -> None:
    path = link(invited(sign_in(world.admin), world))
    at(clock.now() + timedelta(days=15))
    again = Client().get(path)
    assert again.status_code == 410
    assert "too old" in again.content.decode()
    assert Client().post(path, {"password": GOOD}).status_code == 410


def test_an_altered_link_says_so(world: World, sign_in: Callable[[Actor], Client]) -> None:
    path = link(invited(sign_in(world.admin), world))
    flipped = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
    answer = Client().get(flipped)
    assert answer.status_code == 404
    assert "not complete" in answer.content.decode()


def test_a_withdrawn_invitation_lets_nobody_in(world: World, sign_in: Callable[[Actor], Client]) -> None:
    admin = sign_in(world.admin)
    invitation = invited(admin, world)
    assert admin.post(reverse("accounts:withdraw_invitation", args=[invitation.pk])).status_code == 302
    answer = Client().post(link(invitation), {"password": GOOD})
    assert answer.status_code == 410
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_another_laboratorys_administrator_neither_sees_nor_withdraws_it(
    world: World, mirror: World, sign_in: Callable[[Actor], Client]
) -> None:
    invitation = invited(sign_in(world.admin), world)
    foreign = sign_in(mirror.admin)
    assert NEW["email"] not in foreign.get(reverse("accounts:invite")).content.decode()
    assert foreign.post(reverse("accounts:withdraw_invitation", args=[invitation.pk])).status_code == 404
    into_ours = foreign.post(reverse("accounts:invite"), NEW | {"organisation": str(world.admin.organisation)})
    assert into_ours.status_code == 422


@pytest.mark.parametrize("who", ["asker", "staff", "clinician"])
def test_only_administrators_invite(world: World, sign_in: Callable[[Actor], Client], who: str) -> None:
    client = sign_in(world.people[who])
    assert client.get(reverse("accounts:invite")).status_code == 403
    given = NEW | {"organisation": str(world.admin.organisation)}
    assert client.post(reverse("accounts:invite"), given).status_code == 403


def test_somebody_with_an_account_must_be_signed_in_to_accept(world: World, sign_in: Callable[[Actor], Client]) -> None:
    expert = world.user("expert")
    path = link(invited(sign_in(world.admin), world, email=expert.email))
    stranger = Client()
    assert "Sign in" in stranger.get(path).content.decode()
    assert stranger.post(path, {"password": GOOD}).status_code == 200
    assert not expert.memberships.filter(organisation=world.admin.organisation).exists()
    somebody_else = sign_in(world.asker)
    somebody_else.post(path, {})
    assert not expert.memberships.filter(organisation=world.admin.organisation).exists()

    assert sign_in(world.expert).post(path, {}).status_code == 302
    assert expert.memberships.filter(organisation=world.admin.organisation).exists()
    expert.refresh_from_db()
    assert expert.check_password("correct horse battery staple")


def test_somebody_who_left_comes_back_by_invitation(world: World, sign_in: Callable[[Actor], Client]) -> None:
    colleague = world.colleague
    assert colleague.membership
    end_membership(actor=world.admin, membership_id=colleague.membership)
    User.objects.filter(pk=colleague.who()).update(is_active=False)
    path = link(invited(sign_in(world.admin), world, email=world.user("colleague").email))
    client = Client()
    assert client.post(path, {"password": GOOD}).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200
    assert Membership.objects.active().filter(user=colleague.who(), organisation=colleague.lab()).exists()
