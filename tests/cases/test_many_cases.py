"""Nobody, and no machine, leafs through cases and patients faster than a person reads; what is open stays open."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from redis.exceptions import RedisError

from cases import looks
from cases.models import Case, Patient
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.accounts.machine_tokens import machine_client, made_token
from tests.cast import CANARY, Answer, World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
JSON = "application/json"


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
    monkeypatch.setattr(looks, "PATIENT_LIMITS", ((3_600, 0),))
    monkeypatch.setattr(cache, "add", gone)
    monkeypatch.setattr(cache, "get_many", gone)
    assert client.get(own_cases(world)[0]).status_code == 200
    assert client.get(reverse("cases:list")).status_code == 200


def test_a_token_is_held_back_as_a_person_is(world: World, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "LIMITS", ((3_600, 2),))
    token, text = made_token(world, "cases:read")
    client = machine_client(text)
    pages = [page.replace("/cases/", "/api/v1/cases/").rstrip("/") for page in own_cases(world)]
    answers = [client.get(page) for page in (*pages[:3], pages[0], pages[3])]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 200, 429]
    assert json.loads(answers[2].content)["title"].startswith("You opened very many cases")
    row = AuditEvent.objects.get(reason="too-many-requests")
    assert (row.role, row.person_name, row.outcome) == ("machine", token.name, "denied")
    other = machine_client(made_token(world, "cases:read", name="Other")[1])
    assert other.get(pages[3]).status_code == 200, "it is one token that is held back"


def register_of(world: World) -> list[str]:
    found = Patient.objects.filter(organisation=world.asker.organisation).order_by("pk")
    return [str(key) for key in found.values_list("pk", flat=True)]


def hits(kind: str, text: str = CANARY) -> Callable[[Client], Answer]:
    """A search among things of one kind: of several, one that is counted would hide another that is not."""
    return lambda client: client.post(reverse("api-search"), {"text": text, "kinds": [kind]}, JSON)


LISTS: dict[str, Callable[[Client], Answer]] = {
    "register": lambda client: client.get(reverse("api-patients")),
    "cases": lambda client: client.get(reverse("cases:list")),
    "cases in the API": lambda client: client.get(reverse("api-cases")),
    "requests": lambda client: client.get(reverse("requests:mine")),
    "requests in the API": lambda client: client.get(reverse("api-requests")),
    "worklist": lambda client: client.get(reverse("desk:home")),
    "hits of all kinds": lambda client: client.post(reverse("api-search"), {"text": CANARY}, JSON),
    "hits among patients": hits("patient"),
    "hits among cases": hits("case"),
    "hits among requests": hits("request"),
    "hits among reports": hits("report", "melanocytic"),
    "number": lambda client: client.post(
        reverse("api-patients-search"), {"number": "north-sent-1"}, "application/json"
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_each_patient_of_a_list_is_counted_once(
    world: World, sign_in: SignIn, own_cache: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    client = sign_in(world.asker)
    monkeypatch.setattr(looks, "PATIENT_LIMITS", ((3_600, 0),))
    refused = LISTS[name](client)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3_600
    assert CANARY not in refused.text
    monkeypatch.setattr(looks, "PATIENT_LIMITS", ((3_601, len(register_of(world))),))
    assert [LISTS[name](client).status_code for _ in range(3)] == [200] * 3, "the same patients again are not more"


def test_too_many_different_patients_are_refused_in_words_and_recorded_once(
    world: World, sign_in: SignIn, own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "PATIENT_LIMITS", ((3_600, 2),))
    first, second, third, fourth = (reverse("cases:patient", args=[key]) for key in register_of(world)[:4])
    client = sign_in(world.asker)
    assert [client.get(page).status_code for page in (first, second, first)] == [200] * 3
    refused = [client.get(page) for page in (third, fourth)]
    assert [answer.status_code for answer in refused] == [429, 429]
    assert "You looked at very many patients in a short time" in refused[0].text
    assert client.get(first).status_code == 200, "what was shown already is not taken away"
    assert AuditEvent.objects.filter(person=world.asker.person, reason="too-many-requests").count() == 1
    assert sign_in(world.colleague).get(third).status_code == 200, "it is one person who is held back"


@pytest.mark.parametrize("model", ["patient", "patientidentifier"])
def test_the_admin_site_counts_them_too(
    world: World, sign_in: SignIn, own_cache: None, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    user = world.user("staff")
    user.is_platform_admin = True
    user.save()
    client = sign_in(world.staff)
    patient = Patient.objects.filter(pk=register_of(world)[0]).prefetch_related("identifiers").get()
    row = patient.pk if model == "patient" else patient.identifiers.all()[0].pk
    pages = [reverse(f"admin:cases_{model}_changelist"), reverse(f"admin:cases_{model}_change", args=[row])]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    monkeypatch.setattr(caches["default"], "key_prefix", str(uuid4()))
    monkeypatch.setattr(looks, "PATIENT_LIMITS", ((3_600, 0),))
    assert [client.get(page).status_code for page in pages] == [429, 429]
