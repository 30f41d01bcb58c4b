"""A person's own choices: language, theme, keys, and for whom they work."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import World


def test_preferences_stay(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.asker)
    page = reverse("accounts:preferences")
    answer = client.post(page, {"language": "fr-be", "theme": "dark"})
    assert answer.status_code == 302
    assert answer.cookies["theme"].value == "dark"
    person = world.user("asker")
    assert (person.language, person.theme, person.single_key_shortcuts) == ("fr-be", "dark", False)
    html = sign_in(world.asker).get(page).content.decode()
    assert '<html lang="fr-be"' in html
    assert 'data-bs-theme="dark"' in html
    assert 'data-single-keys="off"' in html


def test_what_does_not_exist_is_refused(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.asker)
    assert client.post(reverse("accounts:preferences"), {"language": "xx", "theme": "pink"}).status_code == 422
    assert client.post(reverse("set_language"), {"language": "xx"}).status_code == 422
    assert world.user("asker").language == "en-gb"


def test_the_language_menu_stays_with_the_person(world: World, sign_in: Callable[[Actor], Client]) -> None:
    answer = sign_in(world.asker).post(reverse("set_language"), {"language": "sv", "next": "/people/preferences/"})
    assert answer["Location"] == "/people/preferences/"
    assert world.user("asker").language == "sv"
    assert '<html lang="sv"' in sign_in(world.asker).get("/people/preferences/").content.decode()


def test_the_language_menu_works_before_signing_in_and_leads_nowhere_else(world: World) -> None:
    visitor = Client()
    answer = visitor.post(reverse("set_language"), {"language": "nl", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert '<html lang="nl"' in visitor.get(reverse("account_login")).content.decode()


def test_the_theme_switch_stays_with_the_person(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.asker)
    answer = client.post(reverse("web:preference"), {"theme": "dark"}, headers={"Accept": "application/json"})
    assert answer.status_code == 204
    assert answer.cookies["theme"].value == "dark"
    assert world.user("asker").theme == "dark"


def test_switching_the_membership_is_recorded(world: World, mirror: World, sign_in: Callable[[Actor], Client]) -> None:
    other = Membership.objects.create(user=world.user("asker"), organisation_id=mirror.stranger.lab(), role="clinician")
    client = sign_in(world.asker)
    assert client.post(reverse("accounts:switch"), {"membership": str(other.pk)}).status_code == 302
    me = client.get("/api/v1/me").json()
    assert me["actor"] == {
        "membership": str(other.pk),
        "organisation": str(mirror.stranger.organisation),
        "role": "clinician",
    }
    row = AuditEvent.objects.get(action="membership.switched", person=world.asker.person)
    assert row.object_id == str(other.pk)
    assert row.organisation == world.asker.organisation


def test_nobody_acts_under_somebody_elses_membership(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.asker)
    assert client.post(reverse("accounts:switch"), {"membership": str(world.expert.membership)}).status_code == 404
    assert client.post(reverse("accounts:switch"), {"membership": "nonsense"}).status_code == 404
    assert client.get("/api/v1/me").json()["actor"]["membership"] == str(world.asker.membership)


def test_switching_needs_a_post(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client, own = sign_in(world.asker), str(world.asker.membership)
    assert client.get(reverse("accounts:switch"), {"membership": str(world.expert.membership)})["Location"] == "/"
    assert client.get("/api/v1/me").json()["actor"]["membership"] == own
