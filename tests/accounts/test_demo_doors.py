"""The demo's one-click doors: open in the demo, and as if they were not there anywhere else."""

import mailbox
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.actors import actor_for
from accounts.models import Membership, Organisation, User
from consult.desk.demo.personas import PERSONAS, by_label
from consult.desk.demo.tour import steps
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor, Door
from core.audit.record import record
from tests.cast import World

HOSTS = ["localhost", ".localhost", "testserver"]


@pytest.fixture
def demo(settings: Settings, tmp_path: Path, world: World) -> Path:
    """The demo is on; the folder is its mail server's."""
    settings.DEMO = True
    settings.SECOND_FACTOR_REQUIRED = False  # as the demo's own settings say
    settings.ALLOWED_HOSTS = HOSTS
    settings.PUBLIC_ORIGIN = "http://localhost:8000"
    settings.MAIL_SINK = str(tmp_path / "mail")
    mailbox.Maildir(settings.MAIL_SINK, create=True)
    for persona in PERSONAS:
        person = persona.person
        user = User.objects.create_user(
            persona.email,
            None,
            title=person.title,
            given_name=person.given,
            family_name=person.family,
            is_platform_admin=person.platform_admin,
        )
        for role in person.roles_at(person.lab):
            user.memberships.create(organisation=Organisation.objects.get(pk=world.asker.lab()), role=role)
    return tmp_path / "mail"


def at(label: str = "") -> Client:
    """A browser at a persona's own origin, or at the plain one."""
    return Client(headers={"Host": f"{label}.localhost:8000" if label else "localhost:8000"})


@pytest.mark.parametrize("path", ["/demo/sign-in/", "/demo/mail/", "/demo/mail/abc/", "/demo/tour/"])
def test_the_doors_are_not_there_without_the_demo(
    world: World, settings: Settings, sign_in: Callable[[Actor], Client], path: str
) -> None:
    settings.DEMO = False
    for client in (Client(), sign_in(world.asker)):
        before = client.session.get("_auth_user_id")
        assert client.get(path).status_code == 404
        assert client.post(path, {"persona": world.user("expert").email}).status_code in {404, 405}
        assert client.session.get("_auth_user_id") == before


def test_without_the_demo_the_sign_in_page_offers_nobody(demo: Path, settings: Settings) -> None:
    settings.DEMO = False
    assert "persona" not in Client().get("/accounts/login/").content.decode()


def test_a_personas_origin_offers_that_persona(demo: Path) -> None:
    html = at("asker").get("/accounts/login/", {"next": "/people/preferences/"}).content.decode()
    asker = by_label("asker")
    assert asker is not None
    assert html.count('name="persona"') == 1
    assert f"Continue as {asker.person.title} {asker.person.given}".replace("  ", " ") in html
    client = at("asker")
    answer = client.post("/demo/sign-in/", {"persona": asker.email, "next": "/people/preferences/"})
    assert answer["Location"] == "/people/preferences/"
    assert client.get("/people/preferences/").status_code == 200
    assert at("asker").post("/demo/sign-in/", {"persona": PERSONAS[1].email}).status_code == 404


def test_the_plain_origin_offers_everybody(demo: Path, world: World) -> None:
    html = at().get("/accounts/login/").content.decode()
    assert html.count('name="persona"') == len(PERSONAS)
    everybody = at().get("/demo/sign-in/").content.decode()
    assert "Dr North Expert" in everybody
    client = at()
    assert client.post("/demo/sign-in/", {"persona": world.user("expert").email}).status_code == 302
    assert client.session["_auth_user_id"] == str(world.expert.person)


@pytest.mark.parametrize("path", ["/accounts/login/", "/demo/sign-in/"])
def test_everybody_is_called_what_they_are_and_stands_there_once(demo: Path, path: str) -> None:
    html = at().get(path).content.decode()
    said = {email: words for email, words in re.findall(r'value="([^"]+@[^"]+)">.*?<small>(.*?)</small>', html, re.S)}
    assert said[_email("platform")].startswith("Platform administrator")
    assert said[_email("admin")].startswith("Laboratory administrator")
    assert said[_email("head")].startswith("Pathologist / Laboratory administrator")
    assert html.count(_email("head")) == 1


def _email(label: str) -> str:
    found = by_label(label)
    assert found is not None
    return found.email


def test_one_click_is_no_proof_for_signing(demo: Path) -> None:
    client = at("asker")
    client.post("/demo/sign-in/", {"persona": PERSONAS[0].email})
    methods = client.session["account_authentication_methods"]
    assert [each["method"] for each in methods] == ["demo"]
    assert not any(each.get("reauthenticated") for each in methods)


def _put(folder: Path, to: str, subject: str, body: str) -> None:
    message = mailbox.MaildirMessage(f"Subject: {subject}\nTo: {to}\nContent-Type: text/plain; charset=utf-8\n\n{body}")
    message["X-Envelope-To"] = to
    mailbox.Maildir(str(folder)).add(message)


def test_mails_can_be_read_and_lead_back_as_the_right_persona(demo: Path) -> None:
    to = PERSONAS[1].email
    _put(
        demo,
        to,
        "Request <b>CR-1</b>",
        "<script>alert(1)</script>\nhttp://localhost:8000/requests/1/\nhttps://evil.example/",
    )
    _put(demo, "somebody@else.example", "Other", "Nothing")
    listed = at("expert").get("/demo/mail/").content.decode()
    assert "Request &lt;b&gt;CR-1&lt;/b&gt;" in listed
    assert "demo/demo" in listed.split("</head>")[0], "without its style sheet a long subject pushes the page sideways"
    assert "Other" not in listed
    assert "Other" in at("expert").get("/demo/mail/", {"all": "1"}).content.decode()
    path = listed.split('class="cs-id" href="')[1].split('"')[0]
    shown = at("expert").get(path).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert 'href="http://expert.localhost:8000/requests/1/"' in shown
    assert 'href="https://evil.example/"' not in shown
    assert at().get("/demo/mail/0123456789/").status_code == 404


def test_the_tour_is_put_away_and_brought_back(demo: Path) -> None:
    client = at("asker")
    client.post("/demo/sign-in/", {"persona": PERSONAS[0].email})
    assert client.get("/demo/tour/").status_code == 200
    client.post("/demo/tour/", {"what": "put_away"})
    assert User.objects.get(email=PERSONAS[0].email).tour_dismissed
    client.post("/demo/tour/", {"what": "bring_back"})
    assert not User.objects.get(email=PERSONAS[0].email).tour_dismissed


def test_the_tour_ticks_off_what_a_visitor_did(demo: Path) -> None:
    """As whom the step is for: a requester who looks at her own slide has not done the expert's step."""
    assert [step.done for step in steps()] == [False] * 6
    people = {label: _persona(label) for label in ("asker", "expert")}
    for label, what in (("asker", "request.sent"), ("asker", "slide.opened"), ("expert", "request.accepted")):
        record(people[label], what, object_kind="request")
    assert [step.done for step in steps()] == [True, True, False, False, False, False]
    assert steps()[0].url.startswith("http://asker.localhost:8000/")
    assert steps()[1].url.startswith("http://expert.localhost:8000/")


def test_the_tour_goes_on_with_the_request_that_was_just_accepted(demo: Path, world: World) -> None:
    """And leads to accepting it before that was done, whatever the demo began with."""
    expert = _persona("expert")
    mine, older = world.request("accepted"), world.request("waiting")
    membership = Membership.objects.get(user=expert.person)
    ConsultRequest.objects.filter(pk__in=[mine.pk, older.pk, world.request("sent").pk]).update(expert=membership)
    assert mine.accepted_at
    ConsultRequest.objects.filter(pk=older.pk).update(
        status="accepted", accepted_at=mine.accepted_at - timedelta(days=1), created_at=clock.now()
    )
    assert str(world.request("sent").pk) in steps()[2].url
    record(expert, "request.accepted", object_kind="request")
    assert steps()[2].url.endswith(reverse("requests:read", args=[mine.pk]))


def _persona(label: str) -> Actor:
    """The persona at work."""
    persona = by_label(label)
    assert persona
    user = User.objects.get(email=persona.email)
    return actor_for(user, user.memberships.get(), door=Door.WEB)
