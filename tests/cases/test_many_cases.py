"""Nobody leafs through a laboratory's cases faster than a person reads; what is open stays open."""

import json
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import RedisError

from cases import looks
from cases.models import Case
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]


def own_cases(world: World) -> list[str]:
    cases = Case.objects.filter(organisation=world.asker.organisation).order_by("pk")
    return [f"/cases/{case.pk}/" for case in cases[:4]]


def test_too_many_different_cases_are_refused_with_when_to_come_back_and_recorded_once(
    world: World, sign_in: SignIn, own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LIMITS", ((3_600, 2),))
    first, second, third, fourth = own_cases(world)
    client = sign_in(world.asker)
    assert [client.get(page).status_code for page in (first, second, first, second)] == [200] * 4
    refused = [client.get(page) for page in (third, fourth, third)]
    assert [answer.status_code for answer in refused] == [429, 429, 429]
    assert 0 < int(refused[0]["Retry-After"]) <= 3_600
    assert "You opened very many cases in a short time" in refused[0].text
    api = client.get(third.replace("/cases/", "/api/v1/cases/").rstrip("/"))
    assert api.status_code == 429 and json.loads(api.content)["title"]
    assert client.get(first).status_code == 200, "what is open already is not closed"
    rows = AuditEvent.objects.filter(person=world.asker.person, reason="too-many-requests")
    assert [str(row.case) for row in rows] == [third.split("/")[2]]
    assert sign_in(world.colleague).get(third).status_code == 200, "it is one person who is held back"


def test_a_cache_that_does_not_answer_holds_nobody_back(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise RedisError

    client = sign_in(world.asker)
    monkeypatch.setattr(looks, "LIMITS", ((3_600, 0),))
    monkeypatch.setattr(cache, "add", gone)
    assert client.get(own_cases(world)[0]).status_code == 200
