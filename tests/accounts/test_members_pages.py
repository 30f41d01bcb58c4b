"""The pages on which an administrator looks after the people of the own laboratory: what they are, and how they go."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.work import WorkFields, enter_absence, plan_work
from accounts.models import AddressChange, Membership, User
from core import clock
from core.actor import Actor
from core.web.dates import clinical_date
from tests.access.row import of_token
from tests.accounts.test_reauthentication import stale
from tests.cast import PASSWORD, World, local_day, outsider
from tests.emergency.helping import join

SignIn = Callable[[Actor], Client]


def typed(client: Client, page: str, **changes: object) -> dict[str, object]:
    """What the form on this page would send, with these changes."""
    form = client.get(page).context["form"]
    given = {name: form[name].value() for name in form.fields}
    day = given.pop("last_day", None)
    if "last_day" in form.fields:
        day = changes.pop("last_day", day)
        given |= days(day if isinstance(day, date) else None)
    return {name: "" if value is None else value for name, value in (given | changes).items()}


def days(day: date | None) -> dict[str, object]:
    return {f"last_day_{part}": getattr(day, part) if day else "" for part in ("day", "month", "year")}


def of(world: World, who: str) -> Membership:
    return Membership.objects.select_related("organisation").get(pk=world.people[who].acting())


def membership_page(world: World, who: str) -> str:
    return reverse("accounts:membership", args=[world.people[who].acting()])


def person_page(world: World, who: str) -> str:
    return reverse("accounts:person", args=[world.people[who].who()])


def test_an_administrator_finds_everything_about_a_member_from_the_list(world: World, sign_in: SignIn) -> None:
    expert, deputy = world.expert.acting(), world.expert_colleague.acting()
    Membership.objects.filter(pk=expert).update(registration_number="SE-4711", registration_body="HOSP")
    plan_work(
        actor=world.expert, membership_id=expert, fields=WorkFields(languages=["sv"], weekly_capacity=6, deputy=deputy)
    )
    off = local_day() + timedelta(days=10)
    enter_absence(actor=world.expert, membership_id=expert, first_day=off, last_day=off)
    client = sign_in(world.expert_admin)
    listed = client.get(reverse("accounts:people")).text
    assert "Pathologist" in listed
    assert "administration" not in listed.split("<main")[1].split("</main>")[0]
    assert f'href="{person_page(world, "expert")}"' in listed
    page = client.get(person_page(world, "expert")).text
    name = User.objects.get(pk=world.expert_colleague.who()).printed_name
    for words in ("Pathologist", "SE-4711", "HOSP", "Svenska", "<dd>6</dd>", name, f"{clinical_date(off)} to "):
        assert words in page, words
    links = {
        membership_page(world, "expert"),
        reverse("accounts:work", args=[expert]),
        reverse("accounts:end_membership", args=[expert]),
        reverse("accounts:correct_person", args=[world.expert.who()]),
        reverse("accounts:deactivate", args=[world.expert.who()]),
    }
    for link in links:
        assert f'href="{link}"' in page
        assert client.get(link).status_code == 200


def test_role_number_last_day_and_subspecialties_are_changed_on_one_page(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    last = local_day() + timedelta(days=40)
    given = typed(
        client,
        page,
        role="trainee",
        registration_number="77",
        registration_body="HOSP",
        organ_systems=["breast"],
        last_day=last,
        open_work_seen="on",
    )
    assert client.post(page, given).headers["Location"] == person_page(world, "expert")
    found = of(world, "expert")
    assert (found.role, found.registration_number, found.registration_body) == ("trainee", "77", "HOSP")
    assert [each.organ_system for each in found.expertise.all()] == ["breast"]
    assert found.last_day == last
    midnight = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo("Europe/Stockholm")) + timedelta(days=1)
    assert found.valid_until == midnight, "the last day is whole, where the laboratory is"
    assert client.post(page, typed(client, page, last_day=None)).status_code == 302
    assert of(world, "expert").valid_until is None


def test_a_role_without_a_register_keeps_no_number_of_the_one_before(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    number = f">{of(world, 'expert').registration_number}<"
    assert number in client.get(person_page(world, "expert")).text
    assert client.post(page, typed(client, page, role="secretary", open_work_seen="on")).status_code == 302
    found = of(world, "expert")
    assert (found.role, found.registration_number, found.registration_body) == ("secretary", "", "")
    listed = client.get(reverse("admin:accounts_membership_changelist")).text
    assert number not in client.get(person_page(world, "expert")).text + listed


def test_saving_something_else_does_not_move_an_end_in_the_middle_of_a_day(world: World, sign_in: SignIn) -> None:
    end = clock.now() + timedelta(days=9)
    Membership.objects.filter(pk=world.expert.acting()).update(valid_until=end)
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    given = typed(client, page, registration_number="78", registration_body="HOSP")
    assert client.post(page, given).status_code == 302
    assert (of(world, "expert").valid_until, of(world, "expert").registration_number) == (end, "78")


@pytest.mark.parametrize("last", [date(2020, 1, 1), date(9999, 12, 31)])
def test_a_last_day_that_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    world: World, sign_in: SignIn, last: date
) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    answer = client.post(page, typed(client, page, registration_number="79", last_day=last))
    assert answer.status_code == 422
    assert "last_day" in answer.context["form"].errors
    assert 'value="79"' in answer.text and f'value="{last.year}"' in answer.text
    assert of(world, "expert").valid_until is None


@pytest.mark.parametrize("route", ["accounts:membership", "accounts:correct_person"])
def test_who_was_away_proves_who_they_are_first(world: World, sign_in: SignIn, own_cache: None, route: str) -> None:
    client = sign_in(world.expert_admin)
    key = world.expert.acting() if route == "accounts:membership" else world.expert.who()
    page = reverse(route, args=[key])
    changes = {"registration_number": "80"} if route == "accounts:membership" else {"given_name": "Eighty"}
    given = typed(client, page, **changes)
    stale(client)
    assert 'name="password"' in client.get(page).text
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert f'value="{next(iter(changes.values()))}"' in refused.text
    assert (of(world, "expert").registration_number, world.user("expert").given_name) != ("80", "Eighty")
    assert client.post(page, given | {"password": PASSWORD}).status_code == 302
    assert of(world, "expert").registration_number == "80" or world.user("expert").given_name == "Eighty"


def test_of_two_administrators_at_once_neither_loses_what_they_typed(world: World, sign_in: SignIn) -> None:
    other = join(world, "second-admin", "lab_admin", world.expert_admin)
    first, second, page = sign_in(world.expert_admin), sign_in(other), membership_page(world, "expert")
    mine = typed(second, page, registration_number="22", registration_body="HOSP", organ_systems=["skin"])
    assert first.post(page, typed(first, page, registration_number="11", registration_body="HOSP")).status_code == 302
    answer = second.post(page, mine)
    assert answer.status_code == 409
    assert 'value="22"' in answer.text, "what was typed is kept"
    assert "<dd>11</dd>" in answer.text, "and what stands now is said beside it"
    assert of(world, "expert").registration_number == "11"
    again = answer.context["form"]
    sent = {name: again[name].value() for name in again.fields if name != "last_day"} | days(None)
    assert second.post(page, sent).status_code == 302, "saved knowingly"
    found = of(world, "expert")
    assert (found.registration_number, [each.organ_system for each in found.expertise.all()]) == ("22", ["skin"])


def test_of_two_who_correct_a_name_at_once_the_second_is_told(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), reverse("accounts:correct_person", args=[world.staff.who()])
    given = typed(client, page, family_name="Typed-Name")
    User.objects.filter(pk=world.staff.who()).update(family_name="Faster-Name")
    answer = client.post(page, given)
    assert answer.status_code == 409
    assert 'value="Typed-Name"' in answer.text and "<dd>Faster-Name</dd>" in answer.text
    assert world.user("staff").family_name == "Faster-Name"


def test_the_last_administrator_neither_steps_down_nor_leaves_by_mistake(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), membership_page(world, "admin")
    assert "changed by another administrator" in client.get(page).text
    tomorrow = local_day() + timedelta(days=1)
    for change in ({"role": "lab_staff"}, {"last_day": tomorrow}):
        refused = client.post(page, typed(client, page, **change))
        assert refused.status_code == 403
        assert "Ask another administrator" in refused.text
    own = person_page(world, "admin")
    for route, key in (("end_membership", world.admin.acting()), ("deactivate", world.admin.who())):
        link = reverse(f"accounts:{route}", args=[key])
        assert link not in client.get(own).text
        assert client.get(link).status_code == 403, "no button that is refused"
        assert client.post(link).status_code == 403
    found = of(world, "admin")
    assert (found.role, found.valid_until, world.user("admin").is_active) == ("lab_admin", None, True)


def test_before_a_membership_ends_its_page_says_what_becomes_of_the_open_work(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert_admin)
    page = reverse("accounts:end_membership", args=[world.expert.acting()])
    number = world.request("accepted").number
    assert f"Request {number} ends and goes back to who asked: there is no deputy" in client.get(page).text
    assert f'href="{reverse("accounts:work", args=[world.expert.acting()])}"' in client.get(page).text
    Membership.objects.filter(pk=world.expert.acting()).update(deputy=world.expert_colleague.acting())
    name = world.user("expert_colleague").printed_name
    assert f"Request {number} goes to the deputy, {name}" in client.get(page).text
    assert of(world, "expert").valid_until is None, "looking ends nothing"
    answer = client.post(page, follow=True)
    assert answer.redirect_chain == [(reverse("accounts:people"), 302)]
    assert person_page(world, "expert") not in answer.text
    assert not Membership.objects.not_ended().filter(pk=world.expert.acting()).exists()
    assert client.post(page).status_code == 404


def test_a_role_that_no_longer_signs_asks_whether_the_open_work_was_seen(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    number = world.request("accepted").number
    choose = f'href="{reverse("accounts:work", args=[world.expert.acting()])}"'
    box = 'type="checkbox" name="open_work_seen"'
    assert box not in client.get(page).text, "nothing is asked before it would move"
    given = typed(client, page, role="lab_staff", registration_number="4712", organ_systems=["breast"])
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert f"Request {number} ends and goes back to who asked: there is no deputy" in refused.text
    assert choose in refused.text and box in refused.text and 'value="4712"' in refused.text
    assert world.request("draft").number not in refused.text
    assert (of(world, "expert").role, world.request("accepted").status) == ("pathologist", "accepted")
    Membership.objects.filter(pk=world.expert.acting()).update(deputy=world.expert_colleague.acting())
    handed = client.post(page, given).text
    assert f"Request {number} goes to the deputy" in handed and choose not in handed
    assert client.post(page, given | {"open_work_seen": "on"}).status_code == 302
    assert of(world, "expert").role == "lab_staff"
    assert world.request("accepted").expert_id == world.expert_colleague.acting()


def test_after_a_lost_race_the_open_work_is_to_be_seen_again(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    given = typed(client, page, role="lab_staff", open_work_seen="on")
    Membership.objects.filter(pk=world.expert.acting()).update(registration_number="faster")
    again = client.post(page, given)
    assert again.status_code == 409
    form = again.context["form"]
    sent = {name: form[name].value() for name in form.fields if name != "last_day"} | days(None)
    sent = {name: "" if value is None else value for name, value in sent.items()}
    assert client.post(page, sent).status_code == 422
    assert of(world, "expert").role == "pathologist"


def test_who_has_nothing_open_changes_role_without_a_box(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert_colleague")
    assert "What becomes of the open work" not in client.get(page).text
    assert client.post(page, typed(client, page, role="lab_staff")).status_code == 302
    assert of(world, "expert_colleague").role == "lab_staff"


def test_beside_the_last_day_stands_what_becomes_of_the_open_work(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    shown = client.get(page).text
    assert "When the last day has passed" in shown
    assert f"Request {world.request('accepted').number} ends and goes back to who asked" in shown
    last = local_day() + timedelta(days=40)
    assert client.post(page, typed(client, page, last_day=last)).status_code == 302


def test_who_stays_in_another_role_keeps_a_page(world: World, sign_in: SignIn) -> None:
    both = Membership.objects.create(user_id=world.staff.who(), organisation_id=world.admin.lab(), role="secretary")
    answer = sign_in(world.admin).post(reverse("accounts:end_membership", args=[both.pk]))
    assert answer.headers["Location"] == person_page(world, "staff")


def test_a_name_is_corrected_and_a_new_address_waits_for_its_owner(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.admin), reverse("accounts:correct_person", args=[world.staff.who()])
    old = world.user("staff").email
    given = typed(client, page, title="Dr", family_name="Newname", email="new.staff@north.example")
    assert client.post(page, given).status_code == 302
    person = world.user("staff")
    assert (person.title, person.family_name, person.email) == ("Dr", "Newname", old)
    assert AddressChange.objects.get(person=person).new_email == "new.staff@north.example"
    assert "new.staff@north.example" in client.get(person_page(world, "staff")).text
    refused = client.post(page, typed(client, page, email=world.user("asker").email, given_name="Kept"))
    assert refused.status_code == 422
    assert "email" in refused.context["form"].errors and 'value="Kept"' in refused.text


def test_the_account_of_somebody_of_two_laboratories_is_no_one_administrators(
    world: World, mirror: World, sign_in: SignIn
) -> None:
    Membership.objects.create(user_id=world.staff.who(), organisation_id=mirror.admin.lab(), role="lab_staff")
    client = sign_in(world.admin)
    page = client.get(person_page(world, "staff")).text
    assert "belongs to another laboratory as well" in page
    for route in ("correct_person", "deactivate"):
        link = reverse(f"accounts:{route}", args=[world.staff.who()])
        assert link not in page
        assert client.get(link).status_code == client.post(link).status_code == 403
    assert world.user("staff").is_active
    assert client.get(membership_page(world, "staff")).status_code == 200, "the membership here is"


def test_a_person_is_deactivated_after_the_page_that_says_what_ends(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), reverse("accounts:deactivate", args=[world.expert.who()])
    assert f"Request {world.request('accepted').number}" in client.get(page).text
    assert world.user("expert").is_active
    assert client.post(page).headers["Location"] == reverse("accounts:people")
    assert not world.user("expert").is_active
    assert not Membership.objects.not_ended().filter(user=world.expert.who()).exists()


def test_an_outside_expert_becomes_nothing_else(world: World, sign_in: SignIn) -> None:
    Membership.objects.filter(pk=world.expert.acting()).update(role="outside_expert")
    client, page = sign_in(world.expert_admin), membership_page(world, "expert")
    assert [value for value, _label in client.get(page).context["form"].fields["role"].choices] == ["outside_expert"]
    assert client.post(page, typed(client, page, role="pathologist")).status_code == 422
    assert of(world, "expert").role == "outside_expert"


def test_the_admin_site_leads_to_what_is_done_in_the_app_alone(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)
    token = of_token(world)["token_id"]
    agreement = world.agreement("confirmed").pk
    member, ours = world.asker.acting(), world.admin.lab()
    beside = {
        reverse("admin:accounts_agreement_changelist"): reverse("accounts:propose_agreement"),
        reverse("admin:accounts_agreement_change", args=[agreement]): reverse("accounts:agreement", args=[agreement]),
        reverse("admin:accounts_machinetoken_changelist"): reverse("accounts:tokens"),
        reverse("admin:accounts_machinetoken_change", args=[token]): reverse("accounts:token", args=[token]),
        reverse("admin:accounts_membership_changelist"): reverse("accounts:people"),
        reverse("admin:accounts_membership_change", args=[member]): reverse("accounts:work", args=[member]),
        reverse("admin:accounts_user_change", args=[world.asker.who()]): person_page(world, "asker"),
        reverse("admin:accounts_organisation_change", args=[ours]): reverse("accounts:organisation", args=[ours]),
        reverse("admin:basis_legalrule_changelist"): reverse("basis:rules"),
    }
    for page, there in beside.items():
        assert f'href="{there}"' in client.get(page).text, page
        assert client.get(there).status_code == 200, there
    nobodys = outsider("platform@installation.example").get(reverse("admin:basis_legalrule_changelist")).text
    assert f'href="{reverse("basis:rules")}"' not in nobodys, "who reads no rules in the app is not sent there"


def begins_later(world: World, who: str) -> Membership:
    """A second place of somebody of the cast, in the answering laboratory, from next week on."""
    return Membership.objects.create(
        user=world.user(who),
        organisation_id=world.expert_admin.lab(),
        role="lab_staff",
        valid_from=clock.now() + timedelta(days=7),
    )


def test_somebody_whose_first_day_is_ahead_is_listed_and_their_pages_lead_back_to_the_list(
    world: World, sign_in: SignIn
) -> None:
    client, people, made = sign_in(world.expert_admin), reverse("accounts:people"), begins_later(world, "stranger")
    stranger, page = world.user("stranger"), reverse("accounts:membership", args=[made.pk])
    listed = client.get(people).text
    assert f'<a href="{page}">{stranger.printed_name}</a>' in listed
    assert f"from {clinical_date(made.first_day)}" in listed
    assert person_page(world, "stranger") not in listed, "they have none here yet"
    assert stranger.email not in listed, "how they sign in is nothing to this laboratory yet"
    assert page in client.get(people, {"name": stranger.family_name}).text
    assert page not in client.get(people, {"name": stranger.email}).text
    assert page not in sign_in(world.admin).get(people).text, "another laboratory is not told"
    shown = client.get(page)
    assert f"from {clinical_date(made.first_day)}" in shown.text and "since" not in shown.text
    assert shown.context["back"] == people
    saved = client.post(page, typed(client, page, registration_number="5", registration_body="HOSP"), follow=True)
    assert saved.status_code == 200 and f"The membership of {stranger.printed_name} is saved." in saved.text
    assert client.get(reverse("accounts:end_membership", args=[made.pk])).context["back"] == people


def test_who_works_here_and_begins_in_another_role_has_one_row_and_a_page(world: World, sign_in: SignIn) -> None:
    client, made = sign_in(world.expert_admin), begins_later(world, "expert")
    page = reverse("accounts:membership", args=[made.pk])
    listed = client.get(reverse("accounts:people"))
    assert page not in listed.text
    row = listed.text.split(person_page(world, "expert"))[1].split("</tr>")[0]
    assert f"from {clinical_date(made.first_day)}" in row
    assert client.get(page).context["back"] == person_page(world, "expert")
    assert client.post(page, typed(client, page)).headers["Location"] == person_page(world, "expert")


def test_why_an_account_is_not_the_administrators_to_change_is_said_as_it_is(world: World, sign_in: SignIn) -> None:
    client, page = sign_in(world.expert_admin), person_page(world, "expert")
    User.objects.filter(pk=world.expert.who()).update(is_platform_admin=True)
    shown = client.get(page).text
    assert "This person runs the installation" in shown and "another laboratory" not in shown
    for name in ("accounts:correct_person", "accounts:deactivate"):
        refused = client.get(reverse(name, args=[world.expert.who()]))
        assert refused.status_code == 403 and "This person runs the installation" in refused.text, name
    User.objects.filter(pk=world.expert.who()).update(is_platform_admin=False)
    Membership.objects.create(user=world.user("expert"), organisation_id=world.asker.lab(), role="secretary")
    shown = client.get(page).text
    assert "This person belongs to another laboratory" in shown and "runs the installation" not in shown
