"""The admin site answers about what its pages show, and about no other column of the same rows."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from config.admin import site
from tests.cast import World, client_for


def asks(client: Client, model: str, **lookups: str) -> int:
    """The status of a list that is narrowed by these lookups in its address."""
    return client.get(reverse(f"admin:{model}_changelist"), lookups).status_code


@pytest.mark.parametrize(
    ("who", "model", "lookup", "value"),
    [
        ("admin", "accounts_user", "password__startswith", "scrypt$"),
        ("admin", "accounts_user", "session_epoch__gt", "0"),
        ("admin", "accounts_machinetoken", "secret_hash__startswith", "a"),
        ("admin", "accounts_identityprovider", "secret__startswith", "gAAAA"),
        ("auditor", "workflow_timelineentry", "reason__icontains", "elsewhere"),
        ("admin", "workflow_timelineentry", "reason__startswith", "A"),
        ("admin", "workflow_timelineentry", "facts__slides", "1"),
        ("officer", "audit_auditevent", "patient__gt", "00000000-0000-0000-0000-000000000000"),
        ("admin", "notifications_notification", "subject__gt", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_an_address_asks_nothing_of_a_column_that_is_not_shown(
    world: World, who: str, model: str, lookup: str, value: str
) -> None:
    assert asks(client_for(world.people[who]), model, **{lookup: value}) == 400


def test_what_a_list_offers_can_still_be_chosen(world: World) -> None:
    client = client_for(world.admin)
    for model, lookups in (
        ("accounts_user", {"is_active__exact": "1"}),
        ("accounts_user", {"role": "pathologist"}),
        ("accounts_membership", {"role__exact": "pathologist", "in_force": "yes"}),
        ("audit_auditevent", {"outcome__exact": "denied"}),
        ("emergency_emergencyaccess", {"status__exact": "running", "started_at__year": "2030"}),
    ):
        assert asks(client, model, **lookups) == 200, model


@pytest.mark.ci
def test_every_filter_of_every_list_opens(world: World) -> None:
    opened = [link for who in ("admin", "officer") for link in _offered(client_for(world.people[who]))]
    assert len(opened) > 40


def _offered(client: Client) -> Iterator[str]:
    """Two addresses that each filter of each list leads to, opened."""
    request = client.get(reverse("admin:index")).wsgi_request
    for model, page in site._registry.items():
        if not page.has_view_permission(request):
            continue
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        changes = client.get(base).context["cl"]
        for spec in changes.filter_specs:
            choices = list(spec.choices(changes))
            for choice in (choices[min(1, len(choices) - 1)], choices[-1]):
                link = base + choice["query_string"]
                assert client.get(link).status_code == 200, link
                yield link
