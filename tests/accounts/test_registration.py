"""The number in the professional register: whoever signs has one, by whatever way they came."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.models import Membership
from core.actor import Actor
from core.errors import Invalid
from tests.cast import World


@pytest.mark.parametrize(
    ("number", "register", "missing"),
    [
        ("", "", {"registration_number", "registration_body"}),
        ("19912345601", "", {"registration_body"}),
        ("", "BIG", {"registration_number"}),
        (" \u200b", "BIG", {"registration_number"}),
    ],
)
def test_nobody_becomes_a_pathologist_without_number_and_register(
    world: World, number: str, register: str, missing: set[str]
) -> None:
    fields = MembershipFields("pathologist", number, register)
    with pytest.raises(Invalid) as refused:
        change_membership(actor=world.admin, membership_id=world.staff.acting(), fields=fields)
    assert set(refused.value.fields) == missing
    assert Membership.objects.get(pk=world.staff.acting()).role == "lab_staff"


def test_a_pathologist_keeps_number_and_register(world: World) -> None:
    with pytest.raises(Invalid):
        change_membership(
            actor=world.admin, membership_id=world.colleague.acting(), fields=MembershipFields("pathologist")
        )
    assert Membership.objects.get(pk=world.colleague.acting()).registration_number == "REG-colleague"


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("<script>alert(1)</script>", False),
        ("19912345601; BIG", False),
        ("4711_2", False),
        ("1-23456-78/900.A", True),
        ("ÅÄ 12", True),
    ],
)
def test_a_number_holds_what_registers_give_out_by_every_door(
    world: World, sign_in: Callable[[Actor], Client], number: str, is_one: bool
) -> None:
    client = sign_in(world.admin)
    page = reverse("accounts:membership", args=[world.staff.acting()])
    form = client.get(page).context["form"]
    given = {"version": form["version"].value(), "role": "trainee", "registration_number": number}
    changed = client.post(page, given)
    person = {"given_name": "Ada", "family_name": "New", "email": "ada@elsewhere.example", "language": "nl"}
    member = {"role": "pathologist", "registration_body": "BIG", "organisation": world.admin.lab()}
    invited = client.post(reverse("accounts:invite"), person | member | {"registration_number": number})
    outside = {"works_at": "Elsewhere", "country": "DE", "registration_body": "BIG", "reason": "The only one."}
    proposed = sign_in(world.asker).post(
        reverse("requests:propose_outside_expert", args=[world.request("draft").pk]),
        person | outside | {"email": "eva@elsewhere.example", "registration_number": number},
    )
    answers = (changed, invited, proposed)
    assert [answer.status_code for answer in answers] == ([302] * 3 if is_one else [422] * 3)
    for answer in answers if not is_one else ():
        assert set(answer.context["form"].errors) == {"registration_number"}
        assert "Use letters, digits, spaces" in answer.text
        assert answer.context["form"]["registration_number"].value() == number, "what was typed is kept"


def test_a_missing_number_is_said_together_with_what_else_is_wrong(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    client = sign_in(world.admin)
    invited = client.post(reverse("accounts:invite"), {"role": "pathologist", "email": "nowhere"})
    errors = set(invited.context["form"].errors)
    assert {"given_name", "family_name", "email", "registration_number", "registration_body"} <= errors
    page = reverse("accounts:membership", args=[world.staff.acting()])
    no_day = {"last_day_day": "31", "last_day_month": "2", "last_day_year": "2030"}
    changed = client.post(page, {"role": "pathologist", **no_day})
    assert set(changed.context["form"].errors) == {"last_day", "registration_number", "registration_body"}


def test_who_does_not_sign_needs_none(world: World) -> None:
    change_membership(actor=world.admin, membership_id=world.staff.acting(), fields=MembershipFields("trainee"))
    assert Membership.objects.get(pk=world.staff.acting()).role == "trainee"


def test_the_form_says_it_at_each_field_and_keeps_what_was_typed(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    given = {
        "role": "pathologist",
        "registration_number": "",
        "registration_body": "",
        "organ_systems": ["skin"],
        "valid_until_0": "2031-05-05",
        "valid_until_1": "12:00",
    }
    page = reverse("admin:accounts_membership_change", args=[world.staff.membership])
    client = sign_in(world.admin)
    answer = client.post(page, given)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert set(errors) == {"registration_number", "registration_body"}
    html = answer.content.decode()
    assert "printed under every signature" in html
    assert 'value="2031-05-05"' in html
    answer = client.post(page, given | {"registration_number": "19912345601", "registration_body": "BIG"})
    assert answer.status_code == 302
    membership = Membership.objects.get(pk=world.staff.acting())
    assert (membership.role, membership.registration_number, membership.registration_body) == (
        "pathologist",
        "19912345601",
        "BIG",
    )
