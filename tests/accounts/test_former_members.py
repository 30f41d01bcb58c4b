"""Who worked in a laboratory once, as its administrator reads it: what they were there, and nothing of today."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.actions.end_membership import end_membership
from accounts.models import Membership
from core import clock
from core.actor import Actor
from core.web.dates import clinical_date
from tests.cast import World

SignIn = Callable[[Actor], Client]
PEOPLE = reverse("accounts:people")


def test_who_has_left_is_listed_with_the_last_day_and_without_an_address_or_a_page(
    world: World, sign_in: SignIn
) -> None:
    client, left = sign_in(world.admin), world.user("clinician")
    assert "Former members" not in client.get(PEOPLE).text
    ended = end_membership(actor=world.admin, membership_id=world.clinician.acting())
    assert ended.last_day is not None
    listed = client.get(PEOPLE).text
    former = listed.partition("Former members")[2]
    assert left.printed_name in former and "Clinician" in former
    assert f"until {clinical_date(ended.last_day)}" in former
    assert left.email not in listed
    assert reverse("accounts:person", args=[left.pk]) not in listed
    assert left.printed_name in client.get(PEOPLE, {"name": left.family_name}).text
    assert "Former members" not in client.get(PEOPLE, {"name": left.email}).text
    assert left.printed_name not in sign_in(world.expert_admin).get(PEOPLE).text


def test_who_stays_in_another_role_is_no_former_member(world: World, sign_in: SignIn) -> None:
    Membership.objects.create(
        user=world.user("clinician"),
        organisation_id=world.admin.lab(),
        role="secretary",
        valid_from=clock.now().replace(year=2020),
        valid_until=clock.now().replace(year=2021),
    )
    assert "Former members" not in sign_in(world.admin).get(PEOPLE).text
