"""What a search keeps from whoever may not know the patient or the case, and how soon that changes."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from cases import hooks, looks
from cases.access.grants import reconcile
from cases.access.lock import Seen
from cases.actions.correct import correct_patient
from cases.actions.edit import edit
from cases.actions.fields import CaseFields, IdentifierFields, PatientFields
from cases.finding import find_cases, typed
from cases.hooks import DenialSpec, ShareSpec
from cases.models import Case
from consult.desk.search.kinds import search
from consult.reports.finding import find_reports
from consult.requests.actions.accept import accept
from consult.requests.actions.edit import Draft
from consult.requests.actions.edit import edit as edit_request
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from core import clock
from core.actor import Actor, system
from core.errors import TooMany
from core.ids import new_id
from core.search.keep import refresh
from core.search.models import SearchKey
from tests.cast import CANARY, World, local_day, sign_opinion
from tests.desk.searching import found, states_of

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]


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


def test_a_hidden_patient_counts_among_those_shown(
    world: World, pseudonymised: Case, own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "PATIENT_LIMITS", ((3_600, 0),))
    with pytest.raises(TooMany, match="very many patients"):
        search(world.stranger, "pigmented", by="test", size=5)


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
    today = local_day()
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
