"""Searching as people do it: what each finds, what nobody finds, and where what was typed must never be."""

import base64
import json
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from redis.exceptions import RedisError

from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from accounts.models import User
from cases import hooks
from cases.access.grants import reconcile
from cases.access.lock import Seen
from cases.actions.correct import correct_patient
from cases.actions.edit import edit
from cases.actions.fields import CaseFields, IdentifierFields, PatientFields
from cases.finding import find_cases, find_patients, typed
from cases.hooks import DenialSpec, ShareSpec
from cases.models import Case, Patient
from consult.desk.search import limit
from consult.desk.search.kinds import search
from consult.reports.finding import find_reports
from consult.requests.actions.accept import accept
from consult.requests.actions.edit import Draft
from consult.requests.actions.edit import edit as edit_request
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from consult.requests.finding import find_requests
from core import clock
from core.actor import Actor, system
from core.audit.models import AuditEvent
from core.ids import new_id
from core.search.keep import differences, refresh
from core.search.models import SearchKey
from tests.cast import CANARY, STATES, World, sign_opinion

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]


def found(actor: Actor, text: str) -> dict[str, set[str]]:
    """The titles that the actor finds, by kind, pages aside."""
    groups = search(actor, text, by="test", size=40)
    return {group.kind.name: {hit.title for hit in group.hits} for group in groups if group.kind.name != "page"}


def states_of(actor: Actor, text: str, world: World) -> dict[str, set[str]]:
    """The states of the world's cases and requests that the actor finds."""
    cases = {view.id for view in find_cases(actor, typed(text), size=40).things}
    requests = {row.request.pk for row in find_requests(actor, typed(text), size=40).things}
    return {
        "case": {state for state in STATES if world.case(state).pk in cases},
        "request": {state for state in STATES if world.request(state).pk in requests},
    }


OPEN = {"sent", "asked", "accepted", "waiting", "answered", "acknowledged"}
KEPT = {"accepted", "waiting", "answered", "acknowledged", "closed"}


@pytest.mark.parametrize(
    ("who", "cases", "requests"),
    [
        ("asker", set(STATES), set(STATES)),
        ("colleague", set(STATES), set(STATES) - {"draft"}),
        ("staff", set(STATES), set(STATES) - {"draft"}),
        ("expert", OPEN, OPEN | {"closed"}),
        ("expert_colleague", set(), KEPT),
        ("expert_admin", set(), set()),
        ("clinician", set(), set()),
        ("admin", set(), set()),
        ("stranger", set(), set()),
    ],
)
def test_who_finds_a_patient_by_name(world: World, who: str, cases: set[str], requests: set[str]) -> None:
    seen = states_of(world.people[who], CANARY[:7].upper(), world)
    assert seen["request"] == requests
    assert seen["case"] >= cases - {"answered", "acknowledged"} and seen["case"] <= cases


def test_the_other_world_finds_nothing_of_this_one(world: World, mirror: World) -> None:
    assert states_of(mirror.asker, "N-sent", world) == {"case": set(), "request": set()}
    assert found(mirror.asker, "north-sent-1") == {}


@pytest.mark.parametrize("text", ["north-sent-1", "NORTHSENT1", "north sent 1"])
def test_a_patients_number_finds_patient_case_and_request_however_it_is_spelled(world: World, text: str) -> None:
    title = f"{CANARY.upper()}, Given sent"
    assert found(world.asker, text) == {"patient": {title}, "case": {"N-sent"}, "request": {_number(world, "sent")}}


def test_a_patients_number_must_be_whole_and_an_accession_number_only_begun(world: World) -> None:
    assert "patient" not in found(world.asker, "north-sen-")
    assert found(world.asker, "n-ans")["case"] == {"N-answered"}


def test_both_laboratories_find_the_request_by_the_answering_laboratorys_number(world: World) -> None:
    request = world.request("answered")
    number = request.answering_accession_number
    assert number
    for who in ("asker", "expert", "expert_colleague"):
        assert found(world.people[who], number)["request"] == {request.number}
    assert found(world.stranger, number) == {}


def test_a_request_is_found_by_its_number_and_its_question(world: World) -> None:
    request = world.request("sent")
    assert found(world.expert, request.number)["request"] == {request.number}
    assert request.number in found(world.expert, "spitz naev")["request"]
    assert "request" not in found(world.expert, "spitz melanoma")


def test_signed_reports_are_found_by_what_they_say_by_those_who_may_read_them(world: World) -> None:
    report = world.report("answered")
    text = next(section.text for section in report.versions.get().tree.sections)
    for who, finds in (("asker", True), ("expert", True), ("expert_colleague", True), ("stranger", False)):
        keys = {each.version.report_id for each in find_reports(world.people[who], typed(text), size=40).things}
        assert (report.pk in keys) is finds, who


def test_a_draft_of_a_report_is_found_by_nobody(world: World) -> None:
    report = world.report("accepted")
    type(report).objects.filter(pk=report.pk).update(draft={"diagnosis": "quokka"})
    assert found(world.expert, "quokka") == {}


def test_people_are_found_by_name_laboratory_and_subspecialty_and_lead_to_their_page(
    world: World, sign_in: SignIn
) -> None:
    assert "Dr North Expert" in found(world.clinician, "north exp")["person"]
    assert "Dr North Expert" in found(world.clinician, "answering skin exp")["person"]
    assert "person" not in found(world.clinician, "breast expert")
    page = sign_in(world.clinician).get(f"/people/colleagues/{world.expert.membership}/")
    assert "Dr North Expert" in page.content.decode()
    User.objects.filter(pk=world.expert.who()).update(is_active=False)
    assert "Dr North Expert" not in found(world.clinician, "north exp").get("person", set())
    assert sign_in(world.clinician).get(f"/people/colleagues/{world.expert.membership}/").status_code == 404


def test_pages_are_offered_to_those_alone_who_may_open_them(world: World, sign_in: SignIn) -> None:
    for actor in world.people.values():
        client = sign_in(actor)
        for group in search(actor, "", by="test", size=5):
            for hit in group.hits:
                assert client.get(hit.url).status_code == 200, (actor.name, hit.url)
    assert "New case" in {hit.title for group in search(world.staff, "new", by="test", size=5) for hit in group.hits}
    assert not {hit.title for group in search(world.clinician, "new ca", by="test", size=5) for hit in group.hits}


def test_pages_are_found_in_the_readers_language(world: World, sign_in: SignIn) -> None:
    User.objects.filter(pk=world.staff.who()).update(language="nl")
    answer = sign_in(world.staff).post("/search/palette/", {"text": "nieuwe ca"}).content.decode()
    assert "/cases/new/" in answer


# Whoever may not know the patient


@pytest.fixture
def pseudonymised(world: World, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case shared with the stranger without who the patient is; its text names the patient and the numbers."""
    case = world.case("draft")
    edit(
        actor=world.asker,
        case_id=case.pk,
        version=case.version,
        seen=Seen(1, 1),
        fields=CaseFields(
            case.accession_number,
            "skin",
            history=f"Mrs {CANARY}, born 05-11-1956, number north-draft-1, {case.accession_number}: pigmented lesion.",
        ),
    )
    now = clock.now()
    share = ShareSpec(
        case=case.pk,
        source_kind="test",
        source_id=new_id(),
        purpose="TREAT",
        valid_from=now,
        valid_until=now + timedelta(hours=1),
        people=frozenset({world.stranger.who()}),
        slides=frozenset(),
        shows_identity=False,
    )
    monkeypatch.setattr(hooks, "_shares", [*hooks._shares, lambda ids: [share] if case.pk in ids else []])
    _reconciled([case])
    return case


def _reconciled(cases: list[Case]) -> None:
    reconcile([case.pk for case in cases], actor=system("test"))
    refresh("case", [case.pk for case in cases])


def test_a_hidden_patient_is_found_by_the_text_and_shown_under_the_pseudonym(
    world: World, pseudonymised: Case, sign_in: SignIn
) -> None:
    found_cases = find_cases(world.stranger, typed("pigmented lesion"), size=5).things
    assert [view.id for view in found_cases] == [pseudonymised.pk]
    page = sign_in(world.stranger).post("/search/palette/", {"text": "pigmented"}).content.decode()
    assert found_cases[0].name in page
    assert CANARY.lower() not in page.lower() and "draft" not in page and "11" not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize(
    ("hidden", "absent"),
    [
        (CANARY, "Quwartkopmees"),
        (CANARY[:5], "Quwar"),
        ("Given draft", "Geven draft"),
        ("north-draft-1", "north-draft-2"),
        ("N-draft", "N-drift"),
        ("05-11-1956", "06-12-1957"),
        ("1956", "1957"),
        (f"{CANARY} pigmented", "Quwartkopmees pigmented"),
    ],
)
def test_what_is_hidden_and_what_does_not_exist_give_the_same_bytes(
    world: World, pseudonymised: Case, sign_in: SignIn, hidden: str, absent: str
) -> None:
    client = sign_in(world.stranger)
    for address, content in (
        ("/search/palette/", lambda text: {"data": {"text": text}}),
        ("/api/v1/search", lambda text: {"data": json.dumps({"text": text}), "content_type": "application/json"}),
    ):
        one, other = (client.post(address, **content(text)) for text in (hidden, absent))
        assert one.status_code == other.status_code == 200
        assert one.content == other.content


def test_hidden_names_are_no_candidates_either(world: World, pseudonymised: Case) -> None:
    keys = set(
        SearchKey.objects.filter(scope=world.stranger.who(), about=pseudonymised.pk).values_list("key", flat=True)
    )
    assert "pigmented" in keys
    assert not {key for key in keys if key.startswith((CANARY.lower()[:5], "#", "=", "given", "draft", "1"))}


def test_a_request_under_a_pseudonym_is_found_by_it_and_by_no_name_on_the_answering_side(world: World) -> None:
    request, seen = world.request("draft"), world.seen("draft")
    request = edit_request(
        actor=world.asker, request_id=request.pk, version=request.version, seen=seen, draft=Draft(is_pseudonymised=True)
    )
    request = send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
    request = accept(
        actor=world.expert, request_id=request.pk, version=request.version, seen=seen, accession_number="EXP-501"
    )
    for who in ("expert", "expert_colleague"):
        actor = world.people[who]
        for text in (f"{CANARY} draft", "north-draft-1", "N-draft", "given draft"):
            assert states_of(actor, text, world) == {"case": set(), "request": set()}, (who, text)
        for text in (request.pseudonym, "EXP-501", request.number):
            groups = search(actor, text, by="test", size=5, kinds=["request"])
            assert [hit.key for group in groups for hit in group.hits] == [request.pk], (who, text)
            assert groups[0].hits[0].is_pseudonymised and CANARY.upper() not in str(groups)
        hidden = [world.expert.lab(), world.expert.who()]
        rows = SearchKey.objects.filter(about=request.case_id, scope__in=hidden)
        assert not rows.filter(key__in=[CANARY.lower(), "#NORTHDRAFT1", "=N-DRAFT"]).exists()
    for text in (f"{CANARY} draft", request.pseudonym, "EXP-501"):
        assert "draft" in states_of(world.colleague, text, world)["request"], text
    signed = sign_opinion(world, request, seen)
    reports = search(world.colleague, "naevus", by="test", size=40, kinds=["report"])
    shown = next(hit for hit in reports[0].hits if hit.key == signed.report_id)
    assert shown.details[0] == f"{CANARY.upper()}, Given draft" and not shown.is_pseudonymised


def test_a_denied_case_is_found_by_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.case("sent")
    now = clock.now()
    specs = [DenialSpec(case.pk, each.who(), "conflict", "test", new_id(), now) for each in (world.asker, world.expert)]
    monkeypatch.setattr(hooks, "_denials", [lambda ids: [each for each in specs if each.case in ids]])
    _reconciled([case])
    for actor in (world.asker, world.expert):
        for text in (CANARY, "N-sent", "north-sent-1", "spitz", "growing", "melanocytic", world.request("sent").number):
            assert "sent" not in {state for kind in states_of(actor, text, world).values() for state in kind}
            reports = find_reports(actor, typed(text), size=40).things
            assert case.pk not in {each.version.report.case_id for each in reports}
    assert "sent" in states_of(world.colleague, CANARY, world)["case"]


def test_what_has_expired_is_not_found(world: World, at: Callable[[datetime], None]) -> None:
    assert states_of(world.expert, CANARY, world)["case"]
    at(clock.now() + timedelta(days=800))
    assert states_of(world.expert, CANARY, world)["case"] == set()


def test_after_an_end_without_a_signature_the_answering_side_finds_the_number_alone(world: World) -> None:
    request = world.request("accepted")
    withdraw(
        actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("accepted"), reason="No need"
    )
    for who in ("expert", "expert_colleague"):
        assert states_of(world.people[who], f"{CANARY} accepted", world) == {"case": set(), "request": set()}
        assert states_of(world.people[who], request.number, world) == {"case": set(), "request": {"accepted"}}


def test_who_stands_in_finds_what_waits_and_no_longer_than_that(world: World) -> None:
    plan_work(
        actor=world.expert,
        membership_id=world.expert.acting(),
        fields=WorkFields(deputy=world.expert_colleague.membership),
    )
    assert "sent" not in states_of(world.expert_colleague, CANARY, world)["request"]
    today = clock.now().date()
    absence = enter_absence(
        actor=world.expert, membership_id=world.expert.acting(), first_day=today, last_day=today + timedelta(days=3)
    )
    seen = states_of(world.expert_colleague, f"{CANARY} sent", world)
    assert seen == {"case": {"sent"}, "request": {"sent"}}
    cancel_absence(actor=world.expert, absence_id=absence.pk)
    assert states_of(world.expert_colleague, f"{CANARY} sent", world) == {"case": set(), "request": set()}


def test_a_corrected_name_is_found_by_those_who_may_know_it_and_the_record_keeps_the_old_one(world: World) -> None:
    case = world.case("closed")
    correct_patient(
        actor=world.asker,
        patient_id=case.patient_id,
        version=case.patient.version,
        fields=PatientFields("Vlinderstruik", "Ada", sex="F", identifiers=[IdentifierFields("LOCAL", "new-77")]),
        reason="Misread",
    )
    assert "closed" in states_of(world.asker, "vlinder", world)["case"]
    assert "closed" not in states_of(world.asker, f"{CANARY} closed", world)["case"]
    assert found(world.asker, "NEW77")["patient"] == {"VLINDERSTRUIK, Ada"}
    assert states_of(world.expert_colleague, "vlinder", world) == {"case": set(), "request": set()}
    assert "closed" in states_of(world.expert_colleague, f"{CANARY} closed", world)["request"]


def test_the_keys_are_what_the_actions_left_and_a_command_mends_them(world: World) -> None:
    ids = list(Case.objects.values_list("pk", flat=True))
    assert differences("case", ids) == 0
    assert differences("patient", list(Patient.objects.values_list("pk", flat=True))) == 0
    call_command("search_keys", "--check")
    SearchKey.objects.filter(about=ids[0]).delete()
    assert differences("case", ids) > 0
    with pytest.raises(CommandError):
        call_command("search_keys", "--check")
    call_command("search_keys")
    assert differences("case", ids) == 0


# Pages


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


def _number(world: World, state: str) -> str:
    return world.request(state).number
