"""A case that is changed after its request was sent: both sides read what is different, and both are told."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from consult.requests.models import ConsultRequest
from core.actor import Actor
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.cast import CANARY, World
from tests.requests.changes import (
    BLOCKING,
    CHANGES,
    CORRECTED,
    NEW_HISTORY,
    NEW_NUMBER,
    WARNING,
    Changing,
    change_side,
    confirm,
    move,
    relabel,
    rewrite,
)
from tests.requests.screen import act_url, text_of

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
# By kind: the sentence, and something of what was sent and of what is now.
SHOWN = {
    "other_patient": ("moved to another patient", "Given accepted", "Given declined"),
    "accession_number_changed": ("accession number of the case was changed", "N-accepted", NEW_NUMBER),
    "patient_corrected": ("record was corrected", CANARY.upper(), CORRECTED.upper()),
    "material_corrected": ("Parts, blocks or slides were corrected", "A1-HE", "X0-HE"),
    "history_edited": ("clinical details were edited", "Growing lesion", NEW_HISTORY),
}


@pytest.fixture
def accepted(world: World) -> ConsultRequest:
    """The request that the expert works on."""
    return world.request("accepted")


def page_of(client: Client, request: ConsultRequest, name: str = "detail") -> str:
    """The request's page, or its workbench (read)."""
    return text_of(client, reverse(f"requests:{name}", args=[request.pk]))


@pytest.mark.parametrize("name", ["detail", "read"])
@pytest.mark.parametrize("who", ["asker", "staff", "expert"])
@pytest.mark.parametrize("kind", CHANGES)
def test_both_sides_read_what_was_sent_and_what_is_now(
    world: World, sign_in: SignIn, accepted: ConsultRequest, kind: str, who: str, name: str
) -> None:
    client = sign_in(world.people[who])
    assert "cs-compare" not in page_of(client, accepted, name)
    CHANGES[kind](world, accepted)
    page = page_of(client, accepted, name)
    note = page[page.index("cs-note cs-note--") :].split("</table>")[0]
    sentence, sent, now = SHOWN[kind]
    assert sentence in note
    rows = note[note.index("<tbody") :]
    assert rows.index(sent) < rows.index(now)
    assert ("cs-note--danger" in note) == (kind == "other_patient")


@pytest.mark.parametrize("kind", CHANGES)
def test_the_notice_says_whose_turn_it_is(world: World, sign_in: SignIn, accepted: ConsultRequest, kind: str) -> None:
    CHANGES[kind](world, accepted)
    asking, asked = page_of(sign_in(world.asker), accepted), page_of(sign_in(world.expert), accepted)
    assert "Confirm the request as it is now, or withdraw it." in asking
    assert f'hx-get="{act_url(accepted, "confirm_identity")}"' in asking
    assert act_url(accepted, "confirm_identity") not in asked
    assert (f"{world.asker.name} has to confirm or withdraw the request" in asked) == (kind in BLOCKING)
    assert (f"{world.asker.name} has been asked to confirm the request" in asked) == (kind in WARNING)


@every_change
def test_the_notice_goes_once_it_is_confirmed(
    world: World, sign_in: SignIn, accepted: ConsultRequest, change: Changing
) -> None:
    change(world, accepted)
    confirm(world.asker, accepted)
    for who in ("asker", "expert"):
        assert "cs-compare" not in page_of(sign_in(world.people[who]), accepted)


def test_a_corrected_side_is_shown(world: World, sign_in: SignIn, accepted: ConsultRequest) -> None:
    change_side(world, accepted)
    page = page_of(sign_in(world.expert), accepted, "read")
    table = page[page.index("cs-compare") : page.index("</table>")]
    assert table.index("left arm") < table.index("right arm")


def test_a_slide_that_is_not_shared_concerns_nobody(world: World, sign_in: SignIn, accepted: ConsultRequest) -> None:
    relabel(world, accepted, 1)
    run.drain()
    assert "cs-compare" not in page_of(sign_in(world.expert), accepted)
    assert not Notification.objects.filter(kind__startswith="request.changed").exists()


@pytest.mark.parametrize("state", ["answered", "acknowledged", "closed"])
def test_after_the_signature_another_patient_still_shows_and_an_edit_does_not(
    world: World, sign_in: SignIn, state: str
) -> None:
    client, request = sign_in(world.asker), world.request(state)
    rewrite(world, request)
    assert "cs-compare" not in page_of(client, request)
    move(world, request)
    page = page_of(client, request)
    assert "The signed opinion names what was sent." in page
    assert act_url(request, "confirm_identity") not in page


@every_change
def test_both_sides_are_told_without_a_name(world: World, accepted: ConsultRequest, change: Changing) -> None:
    change(world, accepted)
    run.drain()
    told = Notification.objects.filter(subject=accepted.pk, kind__startswith="request.changed")
    assert {each.kind: each.recipient_id for each in told} == {
        "request.changed_for_requester": world.asker.person,
        "request.changed_for_expert": world.expert.person,
    }
    for each in told:
        assert world.staff.name in each.sentence
        assert accepted.number in each.sentence
        assert not [word for word in (CANARY, CORRECTED, NEW_NUMBER, "Given") if word in each.sentence]


def test_the_job_is_made_with_the_change_and_holds_no_patient(world: World, accepted: ConsultRequest) -> None:
    move(world, accepted)
    job = Job.objects.get(kind="requests.tell_of_change")
    assert (job.subject, list(job.payload)) == (accepted.pk, ["membership"])


def test_who_changed_it_is_not_told_of_it(world: World, accepted: ConsultRequest) -> None:
    mine = World(world.name, {**world.people, "staff": world.asker})
    move(mine, accepted)
    run.drain()
    told = Notification.objects.filter(kind__startswith="request.changed")
    assert [each.recipient_id for each in told] == [world.expert.person]


def test_each_change_is_told_once_and_what_concerns_no_request_is_not(world: World, accepted: ConsultRequest) -> None:
    told = Notification.objects.filter(kind="request.changed_for_expert")
    counts = []
    steps: tuple[Callable[[], object], ...] = (
        lambda: rewrite(world, accepted, accepted.case.history, "urgent"),  # the details stay
        lambda: rewrite(world, accepted),
        lambda: rewrite(world, accepted, priority="urgent"),  # told already
        lambda: move(world, accepted),
    )
    for step in steps:
        step()
        run.drain()
        counts.append(told.count())
    assert counts == [0, 1, 1, 2]


def test_both_sides_are_told_when_it_is_put_back_after_the_signature(world: World) -> None:
    request = world.request("answered")
    first = request.case.patient_id

    def told() -> list[str]:
        run.drain()
        rows = Notification.objects.filter(subject=request.pk, kind__startswith="request.changed")
        return [each.kind.removeprefix("request.changed_") for each in rows.order_by("created_at", "pk")]

    move(world, request)
    assert told() == ["after_signature"] * 2
    move(world, request, to=first)
    assert told() == [*["after_signature"] * 2, *["back"] * 2]
    rewrite(world, request)
    assert len(told()) == 4, "told once"
    move(world, request)
    assert told()[4:] == ["after_signature"] * 2, "and again when it is wrong again"


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_nobody_is_told_of_a_request_that_ended_without_an_opinion(world: World, state: str) -> None:
    move(world, world.request(state))
    run.drain()
    assert not Notification.objects.filter(kind__startswith="request.changed").exists()


def test_the_api_shows_the_expert_the_same(world: World, sign_in: SignIn, accepted: ConsultRequest) -> None:
    rewrite(world, accepted)
    read = sign_in(world.expert).get(f"/api/v1/requests/{accepted.pk}").json()
    assert json.dumps(read["differences"][0]["changes"][0]["now"]) == json.dumps(NEW_HISTORY)
    assert "confirm_identity" not in read["actions"]
