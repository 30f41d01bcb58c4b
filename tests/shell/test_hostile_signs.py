"""Signs that look like digits, and one that no database keeps, at the doors that read them by themselves."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from config.admin import site
from tests.cast import World, client_for, outsider
from tests.shell.test_headers import undone

LOOKS_LIKE_A_DIGIT = "\N{SUPERSCRIPT TWO}"  # str.isdigit says yes, int says no
ENDLESS = "9" * 5_000  # more digits than int reads
READERS = ("officer", "admin", "platform")


@pytest.mark.parametrize("tag", [LOOKS_LIKE_A_DIGIT, ENDLESS], ids=["superscript", "endless"])
def test_a_condition_that_is_no_number_is_refused_in_words(world: World, tag: str) -> None:
    request = world.request("sent")
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{tag}"'}
    client = client_for(world.asker)
    api = reverse("api-request-withdraw", args=[request.pk])
    body = json.dumps({"reason": "x", "seen": {"case": 1, "patient": 1}})
    with undone():
        assert client.post(api, body, "application/json", headers=headers).status_code < 500
    page = reverse("requests:act", args=[request.pk, "withdraw"])
    with undone():
        assert client.post(page, {"reason": "x"}, headers=headers).status_code < 500


@pytest.mark.parametrize("count", [LOOKS_LIKE_A_DIGIT, ENDLESS], ids=["superscript", "endless"])
def test_a_number_of_rows_that_is_none_is_no_rows(world: World, count: str) -> None:
    client = client_for(world.staff)
    page = client.get(reverse("cases:new")).content.decode()
    prefixes = {name.split("-")[0] for name in page.split('name="') if "-TOTAL_FORMS" in name[:60]}
    assert prefixes
    for prefix in prefixes:
        for step in ("register", f"remove:{prefix}-{count}"):
            form = {f"{each}-TOTAL_FORMS": count if step == "register" else "1" for each in prefixes}
            with undone():
                assert client.post(reverse("cases:new"), {**form, "step": step}).status_code < 500


def test_a_name_that_no_database_keeps_finds_nobody(world: World) -> None:
    with undone():
        assert client_for(world.admin).get(reverse("accounts:people"), {"name": "\0"}).status_code < 500


@pytest.mark.ci
def test_no_list_of_the_admin_site_breaks_on_it(world: World) -> None:
    """Each list as the first of those sees it who may: `make test-deep` asks as all of them."""
    broken, seen = [], set[str]()
    for who in READERS:
        client = _client(world, who)
        lists = _lists(client) - seen
        broken += [fault for each in sorted(lists) for fault in _broken(client, each)]
        seen |= lists
    assert broken == []
    assert len(seen) == len(site._registry)


@pytest.mark.deep
@pytest.mark.parametrize("who", READERS)
def test_no_list_of_the_admin_site_breaks_on_it_for_anybody(world: World, who: str) -> None:
    client = _client(world, who)
    assert [fault for each in sorted(_lists(client)) for fault in _broken(client, each)] == []


def _client(world: World, who: str) -> Client:
    return outsider("platform@installation.example") if who == "platform" else client_for(world.people[who])


def _lists(client: Client) -> set[str]:
    """Of the models that this person may look at."""
    request = client.get(reverse("admin:index")).wsgi_request
    seen = [model._meta for model, page in site._registry.items() if page.has_view_permission(request)]
    return {reverse(f"admin:{each.app_label}_{each.model_name}_changelist") for each in seen}


def _broken(client: Client, base: str) -> list[str]:
    """What a list answers with a fault of ours."""
    found = []
    searched = client.post(base, {"q": "\0"})
    with undone():
        if searched.status_code >= 500 or client.get(f"{base}?q=~").status_code >= 500:
            found.append(f"{base} search")
    names = [spec for spec in client.get(base).context["cl"].filter_specs]
    parameters = [name for spec in names for name in spec.expected_parameters()]
    for name in [*parameters, "\0", "o", "p", "all"]:
        for value in ("\0", LOOKS_LIKE_A_DIGIT, ENDLESS):
            with undone():
                if client.get(base, {name: value}).status_code >= 500:
                    found.append(f"{base} {name!a}={value[:3]!a}")
    return found
