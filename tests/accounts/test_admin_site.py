"""The admin site: the own laboratory's people and their doings, changed by actions, everything else to read."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts.actions.invite import invite
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.models import Invitation, Membership, Organisation, User
from config.admin import site
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.ids import new_id
from core.jobs.models import Job, State
from notifications.actions.notify import notify
from notifications.models import Notification
from tests.cast import CANARY, World, outsider

PLATFORM = "platform@installation.example"
OURS = ["organisation", "user", "membership", "expertise", "invitation"]


def change(model: str, row: object) -> str:
    """The address of a row's page."""
    return reverse(f"admin:accounts_{model}_change", args=[row])


@pytest.mark.parametrize("who", ["asker", "staff", "clinician"])
def test_only_administrators_come_in(world: World, sign_in: Callable[[Actor], Client], who: str) -> None:
    client = sign_in(world.people[who])
    assert client.get("/admin/login/").status_code == 403
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 403


def test_a_stranger_is_sent_to_the_one_page_for_signing_in(world: World) -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.ci
@pytest.mark.parametrize("email", ["admin@north.example", PLATFORM])
def test_every_list_and_every_row_opens_and_names_no_patient(world: World, email: str) -> None:
    client = outsider(email)
    assert client.get("/admin/").status_code == 200
    opened = 0
    for model, page in site._registry.items():
        if not page.has_view_permission(_request(client)):
            continue
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = client.get(reverse(f"{base}_changelist"), {"q": "x"})
        assert listed.status_code == 200, base
        html = client.get(reverse(f"{base}_changelist")).content.decode()
        assert CANARY not in html, base
        row = page.get_queryset(_request(client)).first()
        if row is not None:
            answer = client.get(reverse(f"{base}_change", args=[row.pk]))
            assert answer.status_code == 200, base
            assert CANARY not in answer.content.decode(), base
            opened += 1
    assert opened >= len(OURS)


def _request(client: Client) -> HttpRequest:
    """The request as the admin's methods see it."""
    return client.get("/admin/").wsgi_request


def test_an_administrator_sees_the_own_laboratory_only(
    world: World, mirror: World, sign_in: Callable[[Actor], Client]
) -> None:
    client = sign_in(world.admin)
    assert client.get(change("membership", world.asker.membership)).status_code == 200
    for model, row in (
        ("membership", mirror.asker.membership),
        ("user", mirror.asker.person),
        ("organisation", mirror.asker.organisation),
        ("membership", world.expert.membership),
    ):
        answer = client.get(change(model, row))
        assert answer.status_code == 302, model
        assert answer["Location"] == reverse("admin:index")
    audit = client.get(reverse("admin:audit_auditevent_changelist")).content.decode()
    assert "North Asker" in audit
    assert "South Asker" not in audit
    assert "North Expert" not in audit


def test_another_laboratorys_administrator_changes_nothing_of_ours(
    world: World, mirror: World, sign_in: Callable[[Actor], Client]
) -> None:
    foreign = sign_in(mirror.admin)
    foreign.post(change("user", world.asker.person), {"given_name": "X", "family_name": "Y", "email": "x@y.example"})
    assert world.user("asker").family_name == "Asker"
    foreign.post(
        reverse("admin:accounts_membership_changelist"),
        {"action": "end_memberships", "_selected_action": [str(world.asker.membership)], "confirmed": "1"},
    )
    assert Membership.objects.active().filter(pk=world.asker.acting()).exists()


def test_a_name_is_corrected_through_the_action(world: World, sign_in: Callable[[Actor], Client]) -> None:
    given = {"title": "Prof", "given_name": "North", "family_name": "Asker-Bergh", "email": "asker@north.example"}
    answer = sign_in(world.admin).post(change("user", world.asker.person), given)
    assert answer.status_code == 302
    assert world.user("asker").printed_name == "Prof North Asker-Bergh"
    row = AuditEvent.objects.get(action="person.edited", object_id=str(world.asker.person))
    assert row.person == world.admin.person
    assert sorted(row.facts["fields"]) == ["family_name", "title"]
    assert row.door == "admin"


def test_a_taken_address_is_an_error_of_the_form(world: World, sign_in: Callable[[Actor], Client]) -> None:
    given = {"title": "Dr", "given_name": "North", "family_name": "Kept", "email": "COLLEAGUE@north.example"}
    answer = sign_in(world.admin).post(change("user", world.asker.person), given)
    assert answer.status_code == 200
    assert "Kept" in answer.content.decode()
    assert world.user("asker").family_name == "Asker"


def test_subspecialties_are_set_on_the_membership(world: World, sign_in: Callable[[Actor], Client]) -> None:
    given = {
        "role": "pathologist",
        "registration_number": "REG-2",
        "registration_body": "Register",
        "organ_systems": ["skin", "breast"],
        "valid_until_0": "",
        "valid_until_1": "",
    }
    answer = sign_in(world.admin).post(change("membership", world.asker.membership), given)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    membership = Membership.objects.get(pk=world.asker.acting())
    assert sorted(membership.expertise.values_list("organ_system", flat=True)) == ["breast", "skin"]
    assert membership.registration_number == "REG-2"


def test_memberships_end_and_people_leave_from_the_lists(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.admin)
    lists = reverse("admin:accounts_membership_changelist")
    chosen = [str(world.staff.membership), str(world.admin.membership)]
    asked = {"action": "end_memberships", "_selected_action": chosen}
    assert "Nothing is open" in client.post(lists, asked).content.decode()
    assert Membership.objects.active().filter(pk=world.staff.acting()).exists(), "nothing before it is confirmed"
    answer = client.post(lists, asked | {"confirmed": "1"}, follow=True)
    html = answer.content.decode()
    assert "Done for 1 row." in html
    assert "Ask another administrator" in html
    assert not Membership.objects.active().filter(pk=world.staff.acting()).exists()
    people = reverse("admin:accounts_user_changelist")
    asked = {"action": "deactivate_people", "_selected_action": [str(world.clinician.person)]}
    assert world.user("clinician").printed_name in client.post(people, asked).content.decode()
    assert User.objects.get(pk=world.clinician.who()).is_active, "nothing before it is confirmed"
    client.post(people, asked | {"confirmed": "1"})
    assert not User.objects.get(pk=world.clinician.who()).is_active


@pytest.mark.parametrize(
    ("noun", "action", "of"),
    [("membership", "end_memberships", "membership"), ("user", "deactivate_people", "person")],
    ids=["membership", "person"],
)
def test_before_somebody_leaves_the_page_says_what_becomes_of_the_open_work(
    world: World, sign_in: Callable[[Actor], Client], noun: str, action: str, of: str
) -> None:
    client, number = sign_in(world.expert_admin), world.request("accepted").number
    lists = reverse(f"admin:accounts_{noun}_changelist")
    asked = {"action": action, "_selected_action": [str(getattr(world.expert, of))]}
    assert f"Request {number} ends and goes back to who asked" in client.post(lists, asked).content.decode()
    Membership.objects.filter(pk=world.expert.acting()).update(deputy=world.expert_colleague.membership)
    name = world.user("expert_colleague").printed_name
    assert f"Request {number} goes to the deputy, {name}" in client.post(lists, asked).content.decode()
    client.post(lists, asked | {"confirmed": "1"})
    assert world.request("accepted").expert_id == world.expert_colleague.membership


def test_an_invitation_is_sent_from_the_admin_site_too(
    world: World, mirror: World, sign_in: Callable[[Actor], Client]
) -> None:
    client = sign_in(world.admin)
    given = {
        "organisation": str(world.admin.organisation),
        "role": "lab_staff",
        "title": "",
        "given_name": "Lee",
        "family_name": "Later",
        "email": "lee@north.example",
        "language": "nl",
    }
    assert client.post(reverse("admin:accounts_invitation_add"), given).status_code == 302
    invitation = Invitation.objects.get(email="lee@north.example")
    assert Job.objects.filter(kind="accounts.invitation_mail", subject=invitation.pk).count() == 1
    foreign = given | {"organisation": str(mirror.admin.organisation), "email": "lou@north.example"}
    assert client.post(reverse("admin:accounts_invitation_add"), foreign).status_code == 200
    assert not Invitation.objects.filter(email="lou@north.example").exists()
    withdraw = {"action": "withdraw", "_selected_action": [str(invitation.pk)]}
    client.post(reverse("admin:accounts_invitation_changelist"), withdraw)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_a_laboratorys_administrator_edits_its_address_and_not_its_country(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    lab = Organisation.objects.get(pk=world.admin.lab())
    given = {
        "name": lab.name,
        "short_name": lab.short_name,
        "time_zone": lab.time_zone,
        "language": "nl",
        "languages": ["nl", "fr"],
        "address": "Street 1",
        "accreditation": "",
        "audit_months": "72",
        "staff_names": "roles",
        "country": "BE",
        "kind": "network",
    }
    answer = sign_in(world.admin).post(change("organisation", lab.pk), given)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    lab.refresh_from_db()
    assert (lab.address, lab.country, lab.kind) == ("Street 1", "NL", "lab")
    assert lab.languages == ["fr", "nl"]


def test_history_is_read_only(world: World) -> None:
    client = outsider(PLATFORM)
    assert world.expert.person
    notify(recipient=world.expert.person, kind="request.send", subject=new_id(), occasion="1", number="CR-1")
    for model in (AuditEvent, Notification, Job, apps.get_model("workflow", "TimelineEntry")):
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        assert row is not None
        assert client.get(reverse(f"{base}_add")).status_code == 403, base
        assert client.post(reverse(f"{base}_change", args=[row.pk]), {}).status_code == 403, base
        assert client.post(reverse(f"{base}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403, base
        assert model._default_manager.filter(pk=row.pk).exists()


def test_a_failed_job_is_tried_again_by_the_platform_administrator(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    at = clock.now()
    failed, waiting = (
        Job.objects.create(
            kind="notifications.mail",
            subject=new_id(),
            dedupe_key=f"test-{state}",
            state=state,
            created_at=at,
            due_at=at,
            attempts=12,
        )
        for state in (State.FAILED, State.WAITING)
    )
    lists = reverse("admin:jobs_job_changelist")
    again = {"action": "try_again", "_selected_action": [str(failed.pk), str(waiting.pk)]}
    assert sign_in(world.admin).get(lists).status_code == 403
    sign_in(world.admin).post(lists, again)
    failed.refresh_from_db()
    assert failed.state == State.FAILED
    answer = outsider(PLATFORM).post(lists, again, follow=True)
    assert "Only a failed job can be tried again." in answer.content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.WAITING, 0)
    assert AuditEvent.objects.filter(action="job.retried", object_id=str(failed.pk)).count() == 1


def test_whoever_works_under_another_role_is_told_why_the_lists_are_empty(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    Membership.objects.create(user=world.user("asker"), organisation_id=world.asker.lab(), role="lab_admin")
    page = sign_in(world.asker).get(reverse("admin:accounts_membership_changelist"))
    assert list(page.context["cl"].result_list) == []
    assert "Switch to that of an administrator." in page.content.decode()


@pytest.mark.parametrize(("chosen", "count"), [("open", 0), ("withdrawn", 1), ("used", 0), ("too_old", 0)])
def test_invitations_are_found_by_what_became_of_them(
    world: World, sign_in: Callable[[Actor], Client], chosen: str, count: int
) -> None:
    invitation = invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        role="lab_staff",
        given_name="Lee",
        family_name="Later",
        email="lee@north.example",
    )
    withdraw_invitation(actor=world.admin, invitation_id=invitation.pk)
    page = sign_in(world.admin).get(reverse("admin:accounts_invitation_changelist"), {"state": chosen})
    assert len(page.context["cl"].result_list) == count


def test_countries_and_languages_are_chosen_by_name(world: World) -> None:
    page = outsider(PLATFORM).get(change("organisation", world.admin.organisation)).content.decode()
    assert '<option value="NL" selected>Netherlands</option>' in page
    assert '<option value="nl" selected>Nederlands</option>' in page
    assert '<option value="Europe/Amsterdam" selected>' in page
