"""Searching as people do it: what each finds by name, number and words, and that the keys are what actions left."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from cases.finding import typed
from cases.models import Case, Patient
from consult.desk.search.kinds import search
from consult.reports.finding import find_reports
from core.actor import Actor
from core.search.keep import differences
from core.search.models import SearchKey
from tests.cast import CANARY, STATES, World
from tests.desk.searching import found, states_of

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
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


def _number(world: World, state: str) -> str:
    return world.request(state).number
