"""Going: whoever leaves is out at once, with what they could see."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.actions.deactivate import deactivate
from accounts.actions.edit_person import edit_person
from accounts.actions.end_membership import end_membership
from accounts.actors import actor_for
from accounts.models import Membership
from cases.access.queries import visible_cases
from cases.models import CaseGrant
from core import clock
from core.actor import Actor, Door, system
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden
from tests.cast import World


def test_a_leavers_session_ends_with_the_next_page(world: World, sign_in: Callable[[Actor], Client]) -> None:
    expert = sign_in(world.expert)
    page = reverse("accounts:preferences")
    assert expert.get(page).status_code == 200
    assert world.expert.membership
    end_membership(actor=world.expert_admin, membership_id=world.expert.membership)
    answer = expert.get(page)
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]
    assert expert.get("/api/v1/me").status_code == 401
    assert sessions.person_of(expert.session.session_key or "") is None


def test_the_grants_of_a_leaver_are_taken_back(world: World) -> None:
    case = world.case("accepted")
    assert visible_cases(world.expert).filter(pk=case.pk).exists()
    assert world.expert.membership
    end_membership(actor=world.expert_admin, membership_id=world.expert.membership)
    assert not visible_cases(world.expert).filter(pk=case.pk).exists()
    assert not CaseGrant.objects.filter(user_id=world.expert.person, revoked_at__isnull=True).exists()


def test_ending_one_of_two_memberships_leaves_the_other(
    world: World, mirror: World, sign_in: Callable[[Actor], Client]
) -> None:
    expert = world.user("expert")
    other = Membership.objects.create(user=expert, organisation_id=mirror.stranger.lab(), role="pathologist")
    assert world.expert.membership
    end_membership(actor=world.expert_admin, membership_id=world.expert.membership)
    client = sign_in(actor_for(world.user("expert"), None, door=Door.WEB))
    assert client.get("/api/v1/me").json()["actor"]["membership"] == str(other.pk)


def test_a_deactivated_person_cannot_sign_in(world: World) -> None:
    colleague = world.user("colleague")
    deactivate(actor=world.admin, person_id=colleague.pk)
    assert not Membership.objects.active().filter(user=colleague).exists()
    client = Client()
    client.post(
        reverse("account_login"),
        {"login": colleague.email, "password": "correct horse battery staple"},
        headers={"X-Forwarded-For": "192.0.2.11"},
    )
    assert "_auth_user_id" not in client.session
    with pytest.raises(Conflict):
        deactivate(actor=system("tests", Door.COMMAND), person_id=colleague.pk)
    with pytest.raises(Forbidden, match="not belong"):
        deactivate(actor=world.admin, person_id=colleague.pk)
    assert AuditEvent.objects.filter(action="person.deactivated", object_id=str(colleague.pk)).count() == 1


def test_an_administrator_decides_over_the_own_laboratory_only(world: World, mirror: World) -> None:
    assert world.asker.membership and world.asker.person
    with pytest.raises(Hidden):
        end_membership(actor=mirror.admin, membership_id=world.asker.membership)
    with pytest.raises(Hidden):
        deactivate(actor=mirror.admin, person_id=world.asker.person)
    with pytest.raises(Hidden):
        change_membership(
            actor=world.expert_admin, membership_id=world.asker.membership, fields=MembershipFields("clinician")
        )
    for nobody in (world.asker, world.staff):
        with pytest.raises(Hidden):
            end_membership(actor=nobody, membership_id=world.asker.membership)


def test_somebody_of_two_laboratories_is_not_one_administrators_to_deactivate_or_rename(
    world: World, mirror: World
) -> None:
    asker = world.user("asker")
    Membership.objects.create(user=asker, organisation_id=mirror.stranger.lab(), role="pathologist")
    with pytest.raises(Forbidden):
        deactivate(actor=world.admin, person_id=asker.pk)
    with pytest.raises(Forbidden):
        edit_person(
            actor=world.admin, person_id=asker.pk, title="", given_name="A", family_name="B", email="taken@x.example"
        )


def test_nobody_ends_the_membership_they_act_under(world: World) -> None:
    assert world.admin.membership and world.admin.person
    with pytest.raises(Forbidden):
        end_membership(actor=world.admin, membership_id=world.admin.membership)
    with pytest.raises(Forbidden):
        deactivate(actor=world.admin, person_id=world.admin.person)


def test_a_membership_with_a_last_day_to_come_is_ended_and_one_that_has_ended_is_not(world: World) -> None:
    key = world.colleague.acting()
    Membership.objects.filter(pk=key).update(valid_until=clock.now() + timedelta(days=7))
    end_membership(actor=world.admin, membership_id=key)
    assert not Membership.objects.not_ended().filter(pk=key).exists()
    with pytest.raises(Conflict, match="ended already"):
        end_membership(actor=world.admin, membership_id=key)


def test_another_role_shows_at_the_next_page(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.colleague)
    assert world.colleague.membership
    change_membership(
        actor=world.admin, membership_id=world.colleague.membership, fields=MembershipFields(role="clinician")
    )
    assert client.get("/api/v1/me").json()["actor"]["role"] == "clinician"
    row = AuditEvent.objects.get(action="membership.changed", object_id=str(world.colleague.membership))
    assert (row.facts["role_from"], row.facts["role_to"]) == ("pathologist", "clinician")
