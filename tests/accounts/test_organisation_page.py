"""The page on which an administrator keeps the particulars of the own laboratory right."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.accounts.test_members_pages import typed
from tests.cast import World
from tests.emergency.helping import join

SignIn = Callable[[Actor], Client]


def page_of(actor: Actor) -> str:
    return reverse("accounts:organisation", args=[actor.organisation])


def lab(actor: Actor) -> Organisation:
    return Organisation.objects.get(pk=actor.lab())


def test_an_administrator_finds_the_page_in_the_menu_and_beside_the_people(world: World, sign_in: SignIn) -> None:
    page = f'href="{page_of(world.admin)}"'
    assert sign_in(world.admin).get(reverse("accounts:people")).text.count(page) == 2
    assert page not in sign_in(world.staff).get(reverse("desk:home")).text


def test_who_administers_one_laboratory_and_works_for_another_is_shown_the_page_of_neither(
    world: World, sign_in: SignIn
) -> None:
    there = join(world, "two-places", "lab_admin", world.expert_admin)
    here = world.staff
    both = Organisation.objects.get(pk=here.lab()).memberships.create(user_id=there.who(), role="lab_staff")
    client = sign_in(there)
    assert page_of(there) in client.get(reverse("accounts:preferences")).text
    client.post(reverse("accounts:switch"), {"membership": str(both.pk)})
    assert "/people/organisations/" not in client.get(reverse("accounts:preferences")).text


def test_the_particulars_are_changed_and_the_place_in_the_hierarchy_is_not(world: World, sign_in: SignIn) -> None:
    client, page, before = sign_in(world.admin), page_of(world.admin), lab(world.admin)
    given = typed(
        client,
        page,
        name="Renamed laboratory",
        address="1 Street\r\nTown",
        accreditation="M 123",
        time_zone="Europe/Brussels",
        staff_names="roles",
        languages=["nl", "fr"],
        audit_months="72",
        kind="network",
        country="DE",
    )
    assert client.post(page, given).headers["Location"] == page
    now = lab(world.admin)
    assert (now.name, now.address, now.accreditation) == ("Renamed laboratory", "1 Street\nTown", "M 123")
    assert (now.time_zone, now.staff_names, now.audit_months) == ("Europe/Brussels", "roles", 72)
    assert now.languages == ["fr", "nl"]
    assert (now.kind, now.country, now.language) == (before.kind, before.country, before.language)
    entry = AuditEvent.objects.get(action="organisation.edited", object_id=str(now.pk))
    assert set(entry.facts["fields"]) == {
        "name",
        "address",
        "accreditation",
        "time_zone",
        "staff_names",
        "audit_months",
        "languages",
    }


@pytest.mark.parametrize(("field", "text"), [("name", ""), ("audit_months", "59"), ("short_name", " ")])
def test_what_cannot_be_is_refused_at_its_field_and_the_rest_is_kept(
    world: World, sign_in: SignIn, field: str, text: str
) -> None:
    client, page = sign_in(world.admin), page_of(world.admin)
    refused = client.post(page, typed(client, page, accreditation="Kept 7", **{field: text}))
    assert refused.status_code == 422
    assert field in refused.context["form"].errors and 'value="Kept 7"' in refused.text
    assert lab(world.admin).accreditation != "Kept 7"


def test_a_name_that_another_organisation_has_is_refused_at_the_name(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), page_of(world.admin)
    refused = client.post(page, typed(client, page, name=lab(world.expert_admin).name))
    assert refused.status_code == 422
    assert "name" in refused.context["form"].errors


def test_of_two_administrators_at_once_neither_loses_what_they_typed(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), page_of(world.admin)
    mine = typed(client, page, address="My street")
    Organisation.objects.filter(pk=world.admin.lab()).update(address="Their street", staff_names="roles")
    answer = client.post(page, mine)
    assert answer.status_code == 409
    assert "My street</textarea>" in answer.text
    assert "<dd>Their street</dd>" in answer.text and "<dd>By role alone</dd>" in answer.text
    assert lab(world.admin).address == "Their street"
    again = answer.context["form"]
    assert client.post(page, {name: again[name].value() for name in again.fields}).status_code == 302
    assert lab(world.admin).address == "My street"


def test_saving_something_else_keeps_what_was_said_before(world: World, sign_in: SignIn) -> None:
    Organisation.objects.filter(pk=world.admin.lab()).update(languages=["fr", "nl"], staff_names="roles")
    client, page = sign_in(world.admin), page_of(world.admin)
    assert client.post(page, typed(client, page, accreditation="M 124")).status_code == 302
    now = lab(world.admin)
    assert (now.languages, now.staff_names, now.accreditation) == (["fr", "nl"], "roles", "M 124")
