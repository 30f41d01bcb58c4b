"""A membership is one period: who comes back begins another, and one with a first day ahead opens nothing before it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import policy
from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.end_membership import end_membership
from accounts.actions.invite import invite
from accounts.actors import for_member, memberships_of
from accounts.first_day import begins, day_of
from accounts.links import invitation_url
from accounts.models import Expertise, Invitation, Membership, Organisation
from accounts.standing_in import who_is_told
from consult.requests.queries import asked_by
from core import clock
from core.actor import Actor, Door, system
from core.errors import Conflict, Invalid
from core.jobs import run
from core.web.dates import clinical_date
from tests.cast import World, client_for
from tests.desk.test_navigation import active
from tests.reports import pages

WEEK, YEAR = timedelta(days=7), timedelta(days=365)
At = Callable[[datetime], None]
SignIn = Callable[[Actor], Client]


def today(world: World) -> date:
    """The day that it is in the asking laboratory."""
    return day_of(Organisation.objects.get(pk=world.admin.lab()), clock.now())


def invited(world: World, who: str, admin: str = "admin", **more: object) -> Invitation:
    """An invitation of somebody of the cast into the laboratory of this administrator, as a pathologist."""
    person = world.user(who)
    given: dict[str, object] = {
        "role": "pathologist",
        "registration_number": "REG-again",
        "registration_body": "Register",
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
    }
    administrator = world.people[admin]
    return invite(actor=administrator, organisation_id=administrator.lab(), **given | more)  # type: ignore[arg-type]  # its own arguments


def accepted(world: World, who: str, admin: str = "admin", **more: object) -> Membership:
    """The membership that comes of accepting it."""
    invitation = invited(world, who, admin, **more)
    accept_invitation(actor=system("tests", Door.COMMAND), invitation_id=invitation.pk, password="")
    return Membership.objects.filter(user=world.user(who)).order_by("-id")[0]


def ended_a_year_ago(world: World, who: str) -> Membership:
    """This person's membership, which ended then."""
    key, at = world.people[who].acting(), clock.now()
    Membership.objects.filter(pk=key).update(valid_from=at - 3 * YEAR, valid_until=at - YEAR)
    return Membership.objects.get(pk=key)


# Coming back


def test_who_comes_back_begins_another_period_and_the_gap_stays_on_record(world: World) -> None:
    former = ended_a_year_ago(world, "asker")
    Membership.objects.filter(pk=former.pk).update(
        deputy=world.colleague.membership, weekly_capacity=3, languages=["nl"]
    )
    Expertise.objects.get_or_create(membership=former, organ_system="skin")
    period = (former.valid_from, former.valid_until)
    now = clock.now()
    made = accepted(world, "asker")
    former.refresh_from_db()
    assert made.pk != former.pk
    assert (former.valid_from, former.valid_until) == period
    assert made.valid_from >= now and made.valid_until is None
    assert (made.deputy_id, made.weekly_capacity, made.languages) == (None, None, [])
    assert not made.expertise.exists()
    assert (former.registration_number, made.registration_number) == ("REG-asker", "REG-again")
    assert [each.pk for each in memberships_of(world.user("asker"))] == [made.pk]


def test_who_comes_back_reads_what_they_asked_and_signed_before(world: World) -> None:
    report = pages.write(world)
    expert = client_for(world.expert)
    pages.sign(expert, report, pages.preview(expert, report))
    for who, admin in (("asker", "admin"), ("expert", "expert_admin")):
        end_membership(actor=world.people[admin], membership_id=world.people[who].acting())
        accepted(world, who, admin)
    back = World.load(world.name)
    asker, expert = client_for(back.asker), client_for(back.expert)
    for state in ("draft", "answered", "closed"):
        page = asker.get(reverse("requests:detail", args=[world.request(state).pk]), follow=True)
        assert page.status_code == 200, state
    for client in (asker, expert):
        assert client.get(reverse("reports:detail", args=[report.pk])).status_code == 200
    assert who_is_told(world.request("answered").requester) == {world.asker.who()}, "the answer reaches them again"


def test_who_comes_back_finds_in_their_lists_what_they_asked_before(world: World) -> None:
    def tabs() -> dict[str, int | None]:
        shown = client_for(World.load(world.name).asker).get(reverse("requests:mine"), {"view": "answered"})
        assert world.request("answered").number in shown.text
        return {str(each["label"]): each["count"] for each in shown.context["tabs"]}

    before = tabs()
    end_membership(actor=world.admin, membership_id=world.asker.acting())
    accepted(world, "asker")
    assert tabs() == before | {"Drafts": 0}, "the draft was discarded when they left"
    client = client_for(World.load(world.name).asker)
    home = client.get("/", {"view": "asked"}).text
    assert "has signed the opinion. Read it" in home
    assert world.request("acknowledged").number in home.split('id="live-list"')[1]
    listed = {each["number"] for each in client.get("/api/v1/requests").json()["results"]}
    assert world.request("closed").number in listed
    request = world.request("answered")
    for name, key in (("requests:detail", request.pk), ("reports:detail", request.report_id)):
        assert active(client, reverse(name, args=[key])) == ["My requests"], name


def test_who_comes_back_finds_in_their_lists_what_they_signed_before(world: World) -> None:
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    accepted(world, "expert", "expert_admin")
    done = client_for(World.load(world.name).expert).get("/", {"view": "done"}).text.split('id="live-list"')[1]
    for state in ("answered", "acknowledged", "closed"):
        assert world.request(state).number in done, state


def test_one_who_belongs_to_two_laboratories_has_the_lists_of_the_one_they_act_for(world: World) -> None:
    there = Membership.objects.create(user=world.user("asker"), organisation_id=world.expert.lab(), role="pathologist")
    elsewhere = for_member(there.pk, Door.WEB)
    assert asked_by(world.asker).exists()
    assert not asked_by(elsewhere).exists()
    request = world.request("answered")
    assert active(client_for(elsewhere), reverse("requests:detail", args=[request.pk])) == ["Worklist"]


def test_a_deputy_who_has_left_does_not_stand_in_again_by_coming_back(world: World) -> None:
    Membership.objects.filter(pk=world.asker.acting()).update(deputy=world.colleague.membership)
    end_membership(actor=world.admin, membership_id=world.colleague.acting())
    made = accepted(world, "colleague")
    end_membership(actor=world.admin, membership_id=world.asker.acting())
    asker = Membership.objects.get(pk=world.asker.acting())
    assert asker.deputy_id != made.pk
    assert world.staff.who() not in who_is_told(asker)


def test_a_role_of_before_is_given_again_and_one_of_now_is_not(world: World) -> None:
    former = ended_a_year_ago(world, "colleague")
    made = accepted(world, "colleague", role="lab_staff")
    fields = MembershipFields("pathologist", "REG-again", "Register")
    change_membership(actor=world.admin, membership_id=made.pk, fields=fields)
    assert set(Membership.objects.filter(user=world.colleague.who()).values_list("pk", "role")) == {
        (former.pk, "pathologist"),
        (made.pk, "pathologist"),
    }
    other = accepted(world, "colleague", role="secretary")
    with pytest.raises(Invalid) as refused:
        change_membership(actor=world.admin, membership_id=other.pk, fields=fields)
    assert set(refused.value.fields) == {"role"}


def test_nobody_has_one_role_twice_at_a_time(world: World) -> None:
    with pytest.raises(Invalid, match="already"):
        invited(world, "colleague")
    end_membership(actor=world.admin, membership_id=world.colleague.acting())
    invitation = invited(world, "colleague")
    Membership.objects.create(user=world.user("colleague"), organisation_id=world.asker.lab(), role="pathologist")
    with pytest.raises(Conflict, match="already"):
        accept_invitation(actor=system("tests", Door.COMMAND), invitation_id=invitation.pk, password="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=world.user("colleague"), organisation_id=world.asker.lab(), role="pathologist")


# A last day, and a first one after it


def test_somebody_with_a_last_day_is_invited_for_the_time_after_it(world: World) -> None:
    last = clock.now() + 2 * WEEK
    Membership.objects.filter(pk=world.colleague.acting()).update(valid_until=last)
    for too_early in (None, today(world) + WEEK):
        with pytest.raises(Invalid, match="already"):
            invited(world, "colleague", first_day=too_early)
    made = accepted(world, "colleague", first_day=today(world) + 4 * WEEK)
    assert [each.pk for each in memberships_of(world.user("colleague"))] == [world.colleague.membership]
    fields = MembershipFields("pathologist", "REG-colleague", "Register", valid_until=clock.now() + 5 * WEEK)
    with pytest.raises(Invalid) as refused:
        change_membership(actor=world.admin, membership_id=world.colleague.acting(), fields=fields)
    assert set(refused.value.fields) == {"valid_until"}
    before = MembershipFields("pathologist", "REG-again", "Register", first_day=today(world) + WEEK)
    with pytest.raises(Invalid) as refused:
        change_membership(actor=world.admin, membership_id=made.pk, fields=before)
    assert set(refused.value.fields) == {"first_day"}


@pytest.mark.parametrize("days", [-1, 400])
def test_a_first_day_lies_within_a_year(world: World, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        invited(world, "stranger", first_day=today(world) + timedelta(days=days))
    assert set(refused.value.fields) == {"first_day"}


def test_before_the_first_day_a_membership_opens_nothing(world: World, at: At) -> None:
    first = today(world) + WEEK
    made = accepted(world, "stranger", first_day=first)
    stranger = world.user("stranger")
    midnight = begins(made.organisation, first, clock.now())
    assert made.valid_from == midnight
    assert made.pk not in {each.pk for each in memberships_of(stranger)}
    assert made.pk not in set(policy.experts(world.expert, lab=world.asker.lab()).values_list("pk", flat=True))
    assert stranger not in policy.present_people(world.admin)
    listed = client_for(world.admin).get(reverse("admin:accounts_user_changelist")).content.decode()
    row = next(each for each in listed.split("<tr") if str(stranger.pk) in each)
    assert f"Nasking, from {clinical_date(first)}" in row
    assert stranger.email not in row, "how they sign in is still the other laboratory's"
    at(midnight)
    assert made.pk in {each.pk for each in memberships_of(stranger)}
    assert stranger in policy.present_people(world.admin)


def test_one_that_ends_before_it_has_begun_is_never_in_force(world: World, at: At) -> None:
    made = accepted(world, "stranger", first_day=today(world) + WEEK)
    first, at_the_other = made.valid_from, client_for(world.stranger)
    end_membership(actor=world.admin, membership_id=made.pk)
    assert at_the_other.get("/api/v1/me").status_code == 200, "their sessions at the other laboratory go on"
    with pytest.raises(Conflict):
        end_membership(actor=world.admin, membership_id=made.pk)
    assert not Membership.objects.not_ended().filter(pk=made.pk).exists()
    at(first)
    assert not Membership.objects.active().filter(pk=made.pk).exists()


# At the doors


def test_the_page_takes_a_first_day_and_every_word_of_it_reaches_the_invited(world: World, sign_in: SignIn) -> None:
    given = {
        "given_name": "Nora",
        "family_name": "Newcomer",
        "email": "nora@north.example",
        "role": "lab_staff",
        "language": "en-gb",
        "organisation": str(world.admin.organisation),
    }
    admin, path = sign_in(world.admin), reverse("accounts:invite")

    def on(day: date) -> dict[str, str]:
        return given | {f"first_day_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}

    refused = admin.post(path, on(today(world) - WEEK))
    assert refused.status_code == 422
    assert refused.context["form"].errors["first_day"] == ["Choose today or a later day."]
    assert 'value="nora@north.example"' in refused.content.decode()
    first = today(world) + WEEK
    assert admin.post(path, on(first)).status_code == 302
    assert f"from {clinical_date(first)}" in admin.get(path).content.decode()
    run.drain()
    assert f"Your first day is {clinical_date(first)}." in next(
        each.body for each in mail.outbox if each.to == ["nora@north.example"]
    )
    link = "/" + invitation_url(Invitation.objects.get(email="nora@north.example").pk).split("/", 3)[3]
    visitor = Client()
    assert clinical_date(first) in visitor.get(link).content.decode()
    answer = visitor.post(link, {"password": "a long sentence nobody knows"}, follow=True)
    words = f"Your first day at North asking laboratory is {clinical_date(first)}"
    assert words in answer.content.decode()
    membership = Membership.objects.get(user__email="nora@north.example")
    assert membership.valid_from == begins(membership.organisation, first, clock.now())
    assert visitor.get("/api/v1/me").status_code == 403, "they belong to no laboratory yet"


def test_the_first_day_of_one_that_has_not_begun_is_corrected_on_the_admin_site(world: World, sign_in: SignIn) -> None:
    made = accepted(world, "stranger", role="secretary", first_day=today(world) + WEEK)
    client, path = sign_in(world.admin), reverse("admin:accounts_membership_change", args=[made.pk])
    given = {"role": "secretary", "registration_number": "", "registration_body": "", "organ_systems": []}
    given |= {"valid_until_0": "", "valid_until_1": ""}
    assert f'value="{today(world) + WEEK:%Y-%m-%d}"' in client.get(path).content.decode()
    answer = client.post(path, given | {"first_day": f"{today(world) - WEEK:%Y-%m-%d}"})
    assert answer.context["adminform"].form.errors["first_day"] == ["Choose today or a later day."]
    later = today(world) + 3 * WEEK
    assert client.post(path, given | {"first_day": f"{later:%Y-%m-%d}"}).status_code == 302
    made.refresh_from_db()
    assert made.valid_from == begins(made.organisation, later, clock.now())
    found = client.get(reverse("admin:accounts_membership_changelist"), {"in_force": "later"}).context["cl"]
    assert [each.pk for each in found.result_list] == [made.pk]
    assert client.post(path, given | {"first_day": f"{today(world):%Y-%m-%d}"}).status_code == 302
    assert Membership.objects.active().filter(pk=made.pk).exists(), "from this moment on"
    assert 'name="first_day"' not in client.get(path).content.decode(), "it stays on record now"
    with pytest.raises(Invalid) as refused:
        fields = MembershipFields("secretary", first_day=later)
        change_membership(actor=world.admin, membership_id=made.pk, fields=fields)
    assert set(refused.value.fields) == {"first_day"}


def test_a_last_day_lies_after_the_first(world: World) -> None:
    made = accepted(world, "stranger", role="secretary", first_day=today(world) + 2 * WEEK)
    fields = MembershipFields("secretary", valid_until=clock.now() + WEEK)
    with pytest.raises(Invalid) as refused:
        change_membership(actor=world.admin, membership_id=made.pk, fields=fields)
    assert set(refused.value.fields) == {"valid_until"}
