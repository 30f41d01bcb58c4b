"""The admin site about people who have left, or belong elsewhere too: of the other place it tells nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
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


@pytest.mark.parametrize(("still", "words"), [(True, "does not belong to your laboratory alone"), (False, "has left")])
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
    assert said == {("-: This person has left your laboratory.",)}


def test_ending_the_own_membership_is_refused_before_it_is_asked(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    lists = reverse("admin:accounts_membership_changelist")
    asked = {"action": "end_memberships", "_selected_action": [str(world.admin.membership)]}
    answer = sign_in(world.admin).post(lists, asked, follow=True)
    assert answer.redirect_chain
    assert "Ask another administrator" in answer.content.decode()
