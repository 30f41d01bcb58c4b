"""The admin site offers nobody a list that stays empty for their role, and privacy officers the audit."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.actors import for_member
from accounts.models import Membership
from accounts.roles import Role
from config.admin import site
from core.actor import Actor, Door
from tests.cast import World, client_for, outsider

AUDIT = "admin:audit_auditevent_changelist"
RULES = "admin:basis_legalrule_changelist"
CLINICAL = ("cases", "slides", "requests", "reports")


def privacy_officer(world: World, who: str = "staff") -> Client:
    """This person, but as the laboratory's privacy officer."""
    pk = world.people[who].membership
    assert pk
    Membership.objects.filter(pk=pk).update(role=Role.PRIVACY_OFFICER)
    return client_for(for_member(pk, Door.WEB))


def offered(client: Client) -> set[str]:
    """The rooms on the first page of the admin site."""
    return {room["app_label"] for room in client.get("/admin/").context["app_list"]}


def test_administrators_are_offered_no_list_that_stays_empty(world: World, sign_in: Callable[[Actor], Client]) -> None:
    for client in (sign_in(world.admin), outsider("platform@installation.example")):
        rooms = offered(client)
        assert {"accounts", "audit"} <= rooms
        assert not rooms & set(CLINICAL)


def test_an_administrator_who_works_with_cases_too_is_offered_them(world: World) -> None:
    colleague = world.user("colleague")
    own = Membership.objects.get(pk=world.colleague.membership or "")
    Membership.objects.create(user=colleague, organisation=own.organisation, role=Role.LAB_ADMIN)
    assert {"cases", "requests"} <= offered(client_for(world.colleague))


def test_a_privacy_officer_reads_the_own_audit_and_rules_and_nothing_else(world: World, mirror: World) -> None:
    client = privacy_officer(world)
    assert offered(client) == {"audit", "basis"}
    page = client.get(reverse(AUDIT))
    html = page.content.decode()
    assert "North Asker" in html
    assert "North Expert" not in html
    assert "South Asker" not in html
    assert "You work under another role" not in html
    row = page.context["cl"].result_list[0]
    assert client.get(reverse("admin:audit_auditevent_change", args=[row.pk])).status_code == 200
    assert reverse("desk:audit") in client.get(reverse("accounts:preferences")).content.decode()
    for model in site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert base in {AUDIT, RULES} or client.get(reverse(base)).status_code == 403, base
    assert client.get(reverse("accounts:invite")).status_code == 403


def test_who_is_privacy_officer_no_longer_reads_nothing(world: World) -> None:
    client = privacy_officer(world)
    assert client.get(reverse(AUDIT)).status_code == 200
    Membership.objects.filter(pk=world.staff.membership or "").update(role=Role.LAB_STAFF)
    assert client.get(reverse(AUDIT)).status_code == 302
