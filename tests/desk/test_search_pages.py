"""The pages and the API of the search: what they answer, how often, and where what was typed must never be."""

import base64
import json
import logging
import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings
from redis.exceptions import RedisError

from cases.finding import find_cases, find_patients, typed
from consult.desk.search import limit
from consult.desk.search.kinds import search
from consult.requests.finding import find_requests
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import CANARY, STATES, World
from tests.desk.searching import found

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]


def test_pages_of_one_kind_hold_everything_once_and_in_order(world: World) -> None:
    for finder in (find_patients, find_cases, find_requests):
        whole = [_id(each) for each in finder(world.asker, typed(CANARY), size=40).things]
        seen, after = [], None
        for _ in range(20):
            page = finder(world.asker, typed(CANARY), size=3, after=after)
            seen += [_id(each) for each in page.things]
            after = page.after
            if after is None:
                break
        assert seen == whole and len(whole) == len(set(whole)) == len(STATES)


def _id(thing: object) -> object:
    return getattr(thing, "id", None) or thing.request.pk  # type: ignore[attr-defined]


def test_a_search_without_scripts_leads_to_results_that_can_be_gone_back_to(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.asker)
    answer = client.post("/search/", {"text": CANARY})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert f"{CANARY.upper()}, Given withdrawn" in page and "N-withdrawn" in page
    assert re.search(r"<title>(.*?)</title>", page, re.S)[1].strip() == "Search - Consilium"  # type: ignore[index]
    more = client.get(answer["Location"] + "?kind=patient")
    assert more.status_code == 200 and CANARY in more.content.decode()
    assert client.get(answer["Location"] + "?kind=patient&page=99").content.decode().count("cs-found")
    other = sign_in(world.colleague).get(answer["Location"]).content.decode()
    assert CANARY.lower() not in other.lower() and "not kept any more" in other


def test_the_page_of_one_kind_goes_on(world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.desk.views.search.ON_PAGE", 4)
    client = sign_in(world.asker)
    here = client.post("/search/", {"text": CANARY})["Location"] + "?kind=case"
    numbers: list[str] = []
    for page in (1, 2, 3):
        text = client.get(f"{here}&page={page}").content.decode()
        numbers += re.findall(r"<a href=\"/cases/[0-9a-f-]+/\">(N-\w+)</a>", text)
        assert ("page=" + str(page + 1) in text) is (page < 3)
    assert sorted(numbers) == sorted(f"N-{state}" for state in STATES)


@pytest.mark.parametrize("text", ["", " ", "a", "-", "\x00", "é"])
def test_too_short_a_text_says_so_at_the_field(world: World, sign_in: SignIn, text: str) -> None:
    answer = sign_in(world.asker).post("/search/", {"text": text})
    assert answer.status_code == 422
    assert b'aria-invalid="true"' in answer.content or b"at least two" in answer.content
    assert sign_in(world.asker).post("/search/palette/", {"text": text}).status_code == 200


def test_odd_input_is_an_answer_and_no_fault(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.asker)
    for text in ("%_%", "' OR 1=1 --", "x" * 10_000, "\U0001f600 ab", "#north", "=N-", "a\x00b cd", "\u202eab"):
        assert client.post("/search/palette/", {"text": text}).status_code == 200, text
    for after in ("x", "", "W10=", 5, "å", ["x"], {"a": 1}):
        content = json.dumps({"text": "ab", "kinds": ["case"], "after": after})
        assert client.post("/api/v1/search", content, content_type="application/json").status_code == 422, after
    surrogate = '{"text": "\\ud83d ab"}'
    assert client.post("/api/v1/search", surrogate, content_type="application/json").status_code in {200, 422}


def test_the_api_finds_the_same_and_goes_on(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert)
    groups = {group.kind.name: group for group in search(world.expert, CANARY, by="test", size=3)}
    content = {"text": CANARY, "size": 3}
    answer = client.post("/api/v1/search", json.dumps(content), content_type="application/json").json()["results"]
    assert {each["kind"]: [hit["id"] for hit in each["hits"]] for each in answer} == {
        name: [str(hit.key) for hit in group.hits] for name, group in groups.items() if name != "page"
    }
    first = next(each for each in answer if each["kind"] == "request")
    assert CANARY.lower() not in str(base64.urlsafe_b64decode(first["after"])).lower()
    content = {**content, "kinds": ["request"], "after": first["after"]}
    second = client.post("/api/v1/search", json.dumps(content), content_type="application/json").json()["results"][0]
    assert second["hits"] and not {hit["id"] for hit in second["hits"]} & {hit["id"] for hit in first["hits"]}


def test_a_place_given_before_the_secret_key_was_changed_still_leads_on(
    world: World, sign_in: SignIn, settings: Settings
) -> None:
    content = {"text": CANARY, "size": 3, "kinds": ["request"]}
    first = sign_in(world.expert).post("/api/v1/search", content, content_type="application/json").json()["results"][0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one, as after a change"
    content["after"] = first["after"]
    second = sign_in(world.expert).post("/api/v1/search", content, content_type="application/json")
    assert second.status_code == 200, second.content
    shown = {hit["id"] for hit in second.json()["results"][0]["hits"]}
    assert shown and not shown & {hit["id"] for hit in first["hits"]}
    settings.SECRET_KEY_FALLBACKS = []
    client = sign_in(world.expert)
    assert client.post("/api/v1/search", content, content_type="application/json").status_code == 422


# What was typed


def test_what_was_typed_is_in_no_address_no_record_and_no_log(
    world: World, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in(world.asker)
    with caplog.at_level(logging.DEBUG):
        here = client.post("/search/", {"text": CANARY})["Location"]
        pages = [client.get(here), client.get(here + "?kind=case"), client.get(here + "?kind=patient&page=2")]
        palette = client.post("/search/palette/", {"text": CANARY})
        client.post("/api/v1/search", json.dumps({"text": CANARY}), content_type="application/json")
    assert CANARY.lower() not in here.lower()
    for page in (*pages, palette):
        links = "".join(re.findall(r'(?:href|action|data-url|src)="[^"]*"', page.content.decode()))
        assert CANARY.lower() not in links.lower()
        assert page["Cache-Control"] == "no-store"
    logged = "".join(
        record.getMessage() + str(record.__dict__) for record in caplog.records if "sql" not in record.__dict__
    )
    assert CANARY.lower() not in logged.lower()
    rows = AuditEvent.objects.filter(action="search.made")
    assert rows.count() == 5
    assert CANARY.lower() not in json.dumps([row.facts for row in rows]).lower()
    assert rows.latest("at").facts["found"]["case"] == 10


def test_too_many_searches_are_refused_with_when_to_come_back_and_recorded_once(
    world: World, sign_in: SignIn, own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "LIMITS", ((3_600, 3),))
    client = sign_in(world.asker)
    answers = [client.post("/search/palette/", {"text": CANARY}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3_600
    api = client.post("/api/v1/search", json.dumps({"text": CANARY}), content_type="application/json")
    assert api.status_code == 429 and api["Retry-After"] and api.json()["title"]
    here = client.post("/search/", {"text": CANARY})["Location"]
    assert client.get(here).status_code == 429
    assert AuditEvent.objects.filter(action="search.limited", person=world.asker.person).count() == 1
    assert sign_in(world.colleague).post("/search/palette/", {"text": CANARY}).status_code == 200
    assert client.post("/search/palette/", {"text": ""}).status_code == 200


def test_a_cache_that_does_not_answer_stops_nobody(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise RedisError

    monkeypatch.setattr(cache, "add", gone)
    assert found(world.asker, "N-sent")["case"] == {"N-sent"}


def test_a_patient_leads_to_a_page_with_the_cases(world: World, sign_in: SignIn) -> None:
    patient = world.case("sent").patient_id
    page = sign_in(world.colleague).get(f"/cases/patients/{patient}/").content.decode()
    assert "N-sent" in page and CANARY.upper() in page
    assert CANARY.lower() not in page.partition("</title>")[0].lower()
    assert sign_in(world.expert).get(f"/cases/patients/{patient}/").status_code == 404
