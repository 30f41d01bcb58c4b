"""The beginning of an installation: one command makes the first organisation and lets its administrator in."""

from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.effects import INVITATION_MAIL
from accounts.models import Organisation, User
from tests.accounts.jobs import do
from tests.cast import World

ASKED = {
    "email": "ada@first.example",
    "name": "Ada van den Berg",
    "organisation": "First Laboratory",
    "country": "NL",
    "time_zone": "Europe/Amsterdam",
    "language": "nl",
}


def test_the_first_administrator_comes_in_by_the_printed_link(
    world: World, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    out = StringIO()
    call_command("first_administrator", **ASKED, stdout=out)
    url = out.getvalue().splitlines()[-1]
    do(INVITATION_MAIL)
    assert url in mailoutbox[-1].body
    assert "Platformbeheerder" in mailoutbox[-1].body, "in the laboratory's language"
    client = Client()
    answer = client.post("/" + url.split("/", 3)[3], {"password": "a long sentence nobody knows"})
    assert answer.status_code == 302
    ada = User.objects.get(email=ASKED["email"])
    assert (ada.given_name, ada.family_name, ada.is_platform_admin) == ("Ada", "van den Berg", True)
    assert Organisation.objects.get(name="First Laboratory").time_zone == "Europe/Amsterdam"
    assert client.get("/admin/")["Location"].startswith("/accounts/second-factor/"), "nothing before a second factor"
    settings.SECOND_FACTOR_REQUIRED = False
    assert client.get("/admin/").status_code == 200
    assert client.get("/people/invitations/").status_code == 200


def test_what_cannot_be_used_is_said_and_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(CommandError, match="time zone"):
        call_command("first_administrator", **ASKED | {"time_zone": "Amsterdam"})
    with pytest.raises(CommandError, match="e-mail"):
        call_command("first_administrator", **ASKED | {"email": "ada"})
    assert not Organisation.objects.filter(name="First Laboratory").exists()
