"""The admin site about people who have left, or belong elsewhere too: of the other place it tells nothing."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AddressChange, Expertise, Membership, User
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.audit.record import record
from core.web.dates import clinical_date
from notifications.models import Notification
from tests.cast import World, outsider

PEOPLE = reverse("admin:accounts_user_changelist")


def belongs(world: World, *, still: bool) -> Membership:
    """The expert's membership in the asking laboratory, which goes on, or which ended a year ago."""
    at = clock.now()
    return Membership.objects.create(
        user=world.user("expert"),
        organisation_id=world.asker.lab(),
        role="secretary",
        valid_from=at - timedelta(days=3 * 365),
        valid_until=None if still else at - timedelta(days=365),
    )


def deactivating(*people: Actor) -> dict[str, object]:
    """What the list sends for these people."""
    return {"action": "deactivate_people", "_selected_action": [str(each.who()) for each in people]}


@pytest.mark.parametrize(
    ("still", "words"),
    [(True, "belongs to another laboratory as well"), (False, "does not belong to your laboratory now")],
)
def test_nothing_of_another_laboratorys_work_is_told_before_it_is_refused(
    world: World, sign_in: Callable[[Actor], Client], still: bool, words: str
) -> None:
    belongs(world, still=still)
    Membership.objects.filter(pk=world.expert.acting()).update(deputy=world.expert_colleague.membership)
    number, deputy = world.request("accepted").number, world.user("expert_colleague").printed_name
    client = sign_in(world.admin)
    answer = client.post(PEOPLE, deactivating(world.expert), follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain, "there is nothing to confirm"
    assert words in html
    assert number not in html
    assert deputy not in html
    assert AuditEvent.objects.filter(outcome="denied", person=world.admin.who()).count() == 1
    with_another = client.post(PEOPLE, deactivating(world.expert, world.staff)).content.decode()
    assert words in with_another
    assert f'value="{world.staff.who()}"' in with_another, "who can be deactivated still is"
    assert f'value="{world.expert.who()}"' not in with_another
    assert number not in with_another
    assert User.objects.filter(pk=world.expert.who(), is_active=True).exists()


def test_whoever_runs_the_installation_reads_all_that_would_end(world: World) -> None:
    belongs(world, still=True)
    page = outsider("platform@installation.example").post(PEOPLE, deactivating(world.expert)).content.decode()
    assert f"Request {world.request('accepted').number} ends and goes back" in page


def test_whether_somebody_who_left_works_elsewhere_makes_no_difference(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    """One sentence for those who have gone, whether they belong to another laboratory now, to none, or are closed."""
    client, said = sign_in(world.admin), set()
    for who in ("expert", "clinician", "staff"):
        person = world.user(who)
        if who == "expert":
            belongs(world, still=False)
        else:
            Membership.objects.filter(user=person).update(valid_until=clock.now())
        User.objects.filter(pk=person.pk).update(is_active=who != "staff")
        answer = client.post(PEOPLE, deactivating(world.people[who]), follow=True)
        said.add(tuple(str(each).replace(person.printed_name, "-") for each in answer.context["messages"]))
    assert said == {("-: This person does not belong to your laboratory now.",)}


def test_ending_the_own_membership_is_refused_before_it_is_asked(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    lists = reverse("admin:accounts_membership_changelist")
    asked = {"action": "end_memberships", "_selected_action": [str(world.admin.membership)]}
    answer = sign_in(world.admin).post(lists, asked, follow=True)
    assert answer.redirect_chain
    assert "Ask another administrator" in answer.content.decode()


@pytest.fixture
def left(world: World) -> User:
    """The expert, who left the asking laboratory a year ago and signs in at the answering one every day."""
    belongs(world, still=False)
    person = world.user("expert")
    User.objects.filter(pk=person.pk).update(last_login=clock.now() - timedelta(days=2), language="sv")
    AddressChange.objects.create(
        person=person,
        old_email=person.email,
        new_email="waiting@elsewhere.example",
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )
    return User.objects.get(pk=person.pk)


def told(html: str, person: User) -> list[str]:
    """What a page says of how and where this person signs in now."""
    assert person.last_login
    signs = {
        "address": person.email,
        "waiting address": "waiting@elsewhere.example",
        "last sign-in": clinical_date(person.last_login),
        "day of joining": clinical_date(person.date_joined),
        "language": "Svenska",
        "the other laboratory": "Nanswering",
    }
    return [name for name, words in signs.items() if words in html]


def row(html: str, person: User) -> str:
    """This person's row of the list."""
    return next(each for each in html.split("<tr") if str(person.pk) in each)


def test_who_has_left_stands_there_by_name_and_by_what_they_were(
    world: World, left: User, sign_in: Callable[[Actor], Client]
) -> None:
    client = sign_in(world.admin)
    last = (clock.now() - timedelta(days=365)).astimezone(ZoneInfo("Europe/Amsterdam"))
    ended = f"Nasking, until {clinical_date(last)}"
    shown = row(client.get(PEOPLE).content.decode(), left)
    assert left.printed_name in shown
    assert ended in shown
    assert told(shown, left) == []
    assert 'alt="True"' not in shown and 'alt="False"' not in shown, "nor whether the account is open"
    page = reverse("admin:accounts_user_change", args=[left.pk])
    html = client.get(page).content.decode()
    assert left.printed_name in html
    assert ended in html
    assert told(html, left) == []
    given = {"title": "", "given_name": "Renamed", "family_name": "Expert", "email": "mine@north.example"}
    assert client.post(page, given).status_code == 403
    assert User.objects.get(pk=left.pk).given_name != "Renamed"
    assert not AddressChange.objects.filter(new_email="mine@north.example").exists()


def test_the_way_to_somebodys_page_is_shown_where_there_is_one(
    world: World, left: User, sign_in: Callable[[Actor], Client]
) -> None:
    client, words = sign_in(world.admin), "The person’s page in Consilium"
    ahead = world.user("stranger")
    week = clock.now() + timedelta(days=7)
    Membership.objects.create(user=ahead, organisation_id=world.admin.lab(), role="pathologist", valid_from=week)
    for person, status in ((left, 404), (ahead, 404), (world.user("colleague"), 200)):
        assert client.get(reverse("accounts:person", args=[person.pk])).status_code == status
        page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
        assert page.status_code == 200
        assert (words in page.text) == (status == 200)


def test_whoever_runs_the_installation_sees_how_everybody_signs_in(world: World, left: User) -> None:
    client = outsider("platform@installation.example")
    shown = row(client.get(PEOPLE).content.decode(), left)
    assert {"address", "the other laboratory"} <= set(told(shown, left))
    page = client.get(reverse("admin:accounts_user_change", args=[left.pk])).content.decode()
    assert {"address", "waiting address", "the other laboratory"} <= set(told(page, left))


@pytest.mark.parametrize("noun", ["accounts_user", "accounts_membership", "accounts_expertise"])
def test_nobody_is_found_by_an_address_that_is_not_shown(
    world: World, left: User, sign_in: Callable[[Actor], Client], noun: str
) -> None:
    for membership in Membership.objects.filter(organisation=world.asker.organisation):
        Expertise.objects.get_or_create(membership=membership, organ_system="skin")
    client, lists = sign_in(world.admin), reverse(f"admin:{noun}_changelist")

    def found(term: str) -> int:
        return len(client.get(lists, {"q": term}).context["cl"].result_list)

    assert found(left.family_name) == 1, "by name"
    assert found(left.email) == 0
    assert found(left.email[:4] + "@") == 0
    assert found(world.user("colleague").email) == 1, "who belongs here is found by the address"


def test_the_record_and_what_was_told_are_not_found_by_such_an_address(
    world: World, left: User, sign_in: Callable[[Actor], Client]
) -> None:
    told_them = Notification.objects.filter(recipient=left).first()
    assert told_them
    when = clock.now() - timedelta(days=2 * 365)
    Notification.objects.filter(pk=told_them.pk).update(created_at=when)
    client = sign_in(world.admin)
    notified = reverse("admin:notifications_notification_changelist")
    assert [each.pk for each in client.get(notified, {"q": left.family_name}).context["cl"].result_list]
    assert not client.get(notified, {"q": left.email}).context["cl"].result_list
    record(world.admin, "person.edited", object_kind="person", object_id=left.pk)
    audit = reverse("admin:audit_auditevent_changelist")
    assert not client.get(audit, {"q": left.email}).context["cl"].result_list
    assert client.get(audit, {"q": str(left.pk)}).context["cl"].result_list


@pytest.mark.parametrize("mark", ["is_active__exact", "is_platform_admin__exact"])
def test_no_filter_and_no_order_tells_of_the_account_of_who_left(
    world: World, left: User, sign_in: Callable[[Actor], Client], mark: str
) -> None:
    client = sign_in(world.admin)
    for value in "01":
        found = client.get(PEOPLE, {mark: value}).context["cl"].result_list
        assert left.pk not in {each.pk for each in found}
    assert client.get(PEOPLE, {"is_active__exact": "1"}).context["cl"].result_list
    for column in ("2", "4", "5", "6"):  # address, language, active, last signed in
        orders = []
        for email, is_active in (("aaa@x.example", True), ("zzz@x.example", False)):
            at = clock.now() - timedelta(days=1 if is_active else 900)
            User.objects.filter(pk=left.pk).update(
                email=email, is_active=is_active, last_login=at, language="fr" if is_active else "sv"
            )
            orders.append([each.pk for each in client.get(PEOPLE, {"o": column}).context["cl"].result_list])
        assert orders[0] == orders[1], column


def test_of_somebody_of_two_laboratories_the_administrator_sees_the_own_one(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    belongs(world, still=True)
    client, person = sign_in(world.admin), world.user("expert")
    shown = row(client.get(PEOPLE).content.decode(), person)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
    for html in (shown, page):
        assert person.email in html, "they sign in here too"
        assert "Nasking" in html
        assert "Nanswering" not in html


def test_the_page_names_who_would_leave_which_role_once(world: World, sign_in: Callable[[Actor], Client]) -> None:
    lists = reverse("admin:accounts_membership_changelist")
    asked = {"action": "end_memberships", "_selected_action": [str(world.colleague.membership)]}
    html = sign_in(world.admin).post(lists, asked).content.decode()
    name = world.user("colleague").printed_name
    item = next(each for each in html.split("<li>") if each.startswith(name))
    assert item.split("<")[0] == f"{name}, Pathologist, Nasking"


def test_a_role_that_no_longer_signs_asks_there_too_whether_the_open_work_was_seen(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    expert, number = Membership.objects.filter(pk=world.expert.acting()), world.request("accepted").number
    page, client = (
        reverse("admin:accounts_membership_change", args=[world.expert.acting()]),
        sign_in(world.expert_admin),
    )
    given = {"role": "lab_staff", "valid_until_0": "", "valid_until_1": ""}
    errors = client.post(page, given).context["adminform"].form.errors
    assert number in errors["open_work_seen"][0]
    assert expert.get().role == "pathologist"
    assert client.post(page, given | {"open_work_seen": "on"}).status_code == 302
    assert expert.get().role == "lab_staff"
