"""A new e-mail address: both mailboxes hear of it, and it holds only once its owner has said so."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.effects import ADDRESS_ASKED_MAIL, ADDRESS_CHANGED_MAIL, ADDRESS_CONFIRM_MAIL, PASSWORD_RESET_MAIL
from accounts.links import address_url
from accounts.models import AddressChange
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.accounts.jobs import do
from tests.cast import CANARY, World

OLD, NEW = "asker@north.example", "new@north.example"
PASSWORD = "correct horse battery staple"


def change(client: Client, world: World, address: str = NEW) -> str:
    """Enter it as the administrator; the path of the link in the mail to the new address."""
    given = {"title": "Dr", "given_name": "North", "family_name": "Asker", "email": address}
    answer = client.post(reverse("admin:accounts_user_change", args=[world.asker.person]), given, follow=True)
    assert "The old one holds" in answer.content.decode()
    found = AddressChange.objects.get(person=world.asker.person, confirmed_at=None, withdrawn_at=None)
    return "/" + address_url(found.pk).split("/", 3)[3]


def reset(address: str) -> None:
    Client().post(reverse("account_reset_password"), {"email": address})
    do(PASSWORD_RESET_MAIL)


def test_an_administrator_cannot_turn_a_colleagues_account_towards_another_mailbox(
    world: World, sign_in: Callable[[Actor], Client], mailoutbox: list[EmailMessage]
) -> None:
    admin = sign_in(world.admin)
    path = change(admin, world)
    do(ADDRESS_CONFIRM_MAIL)
    do(ADDRESS_ASKED_MAIL)
    assert {tuple(mail.to) for mail in mailoutbox} == {(OLD,), (NEW,)}
    assert not any(CANARY in mail.body or "Asker" in mail.body for mail in mailoutbox)
    (link,) = [re.search(r"https?://[^/]+(/\S+)", str(mail.body)) for mail in mailoutbox if mail.to == [NEW]]
    assert link and link[1] == path
    assert world.user("asker").email == OLD

    mailoutbox.clear()
    reset(NEW)
    assert mailoutbox == []  # nobody has this address
    reset(OLD)
    assert [mail.to for mail in mailoutbox] == [[OLD]]

    assert Client().post(path).status_code == 302  # to sign in: the link alone is not enough
    assert admin.post(path).status_code == 403  # nor to the administrator, who may read the new mailbox
    assert world.user("asker").email == OLD


def test_the_person_confirms_and_every_session_ends(
    world: World, sign_in: Callable[[Actor], Client], mailoutbox: list[EmailMessage]
) -> None:
    path = change(sign_in(world.admin), world)
    here, elsewhere = sign_in(world.asker), sign_in(world.asker)
    assert here.get(path).status_code == 200
    assert world.user("asker").email == OLD, "mail programs open links by themselves"
    assert here.post(path)["Location"] == reverse("account_login")
    assert world.user("asker").email == NEW
    for client in (here, elsewhere):
        assert client.get(reverse("accounts:preferences")).status_code == 302
    do(ADDRESS_CHANGED_MAIL)
    assert [mail.to for mail in mailoutbox] == [[OLD]]
    found = AuditEvent.objects.filter(object_id=str(world.asker.person), action__startswith="person.address")
    assert {(row.action, row.person) for row in found} == {
        ("person.address_asked", world.admin.person),
        ("person.address_confirmed", world.asker.person),
    }
    mailoutbox.clear()
    reset(NEW)
    assert [mail.to for mail in mailoutbox] == [[NEW]]
    login = {"login": OLD, "password": PASSWORD}
    assert Client().post(reverse("account_login"), login).status_code == 200
    assert Client().post(reverse("account_login"), login | {"login": NEW}).status_code == 302


def test_a_link_that_was_used_replaced_or_left_too_long_changes_nothing(
    world: World, sign_in: Callable[[Actor], Client], at: Callable[[object], None]
) -> None:
    admin = sign_in(world.admin)
    first = change(admin, world, "typo@north.example")
    second = change(admin, world)
    assert sign_in(world.asker).post(first).status_code == 409
    assert world.user("asker").email == OLD
    at(clock.now() + timedelta(days=8))
    assert sign_in(world.asker).post(second).status_code == 409
    assert world.user("asker").email == OLD
    assert sign_in(world.asker).get(second[:-2] + "!/").status_code == 404
