"""What the answering side still reads of a request when its case is shared no more and nothing was signed."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.access.lock import Seen
from cases.finding import typed
from cases.objections.actions.lift import lift
from consult.reports.models import Report
from consult.requests.actions.decline import decline
from consult.requests.finding import find_requests
from consult.requests.models import ConsultRequest
from core.actor import Actor
from core.errors import Conflict
from core.jobs import run
from notifications.models import Notification
from tests.cast import World
from tests.objections.test_objections import objects

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
QUESTION, HISTORY = "Is this a Spitz naevus?", "Growing lesion of the left arm."


def addresses(world: World, state: str) -> list[str]:
    request = world.request(state)
    return [
        *(reverse(f"requests:{name}", args=[request.pk]) for name in ("detail", "read")),
        reverse("requests:act", args=[request.pk, "decline"]),
        reverse("api-request", args=[request.pk]),
        reverse("api-requests"),
        reverse("desk:home"),
        reverse("desk:home") + "?view=done",
    ]


def told(client: Client, world: World, state: str) -> list[str]:
    """The addresses at which something is told of the patient or of what was asked."""
    request, number = world.request(state), world.case(state).accession_number
    secrets = (f"Given {state}", f"{world.name}-{state}-1", f'"{number}"', f">{number}<")
    found = []
    for address in addresses(world, state):
        page = client.get(address).content.decode()
        words = (QUESTION, HISTORY) if str(request.pk) in address else ()  # other rows of a list ask the same
        if any(secret.upper() in page.upper() for secret in (*secrets, *words)):
            found.append(address)
    return found


def found(actor: Actor, text: str) -> list[str]:
    return [row.request.number for row in find_requests(actor, typed(text), size=20).things]


@pytest.mark.parametrize("state", ["withdrawn", "declined"])
def test_a_request_that_ended_unsigned_says_only_that_it_was(world: World, sign_in: SignIn, state: str) -> None:
    request = world.request(state)
    assert told(sign_in(world.expert), world, state) == []
    page = sign_in(world.expert).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert (
        request.number in page
        and "Patient not shown any more" in page
        and "Pseudonym" not in page
        and "ended before an opinion was signed" in page
    )
    assert found(world.expert, f"{world.name}-{state}-1") == [] == found(world.expert, f"Given {state}")
    assert found(world.expert, request.number) == [request.number]
    assert f"Given {state}" in sign_in(world.asker).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert found(world.asker, f"{world.name}-{state}-1") == [request.number]


@pytest.mark.parametrize("state", ["sent", "asked", "accepted", "waiting"])
def test_an_objection_withholds_what_is_not_signed_until_it_is_lifted(
    world: World, sign_in: SignIn, state: str
) -> None:
    request = world.request(state)
    readers = [world.expert, world.expert_colleague] if request.answering_organisation_id else [world.expert]
    for reader in readers:
        assert told(sign_in(reader), world, state) != []
    objection = objects(world, state)
    for reader in readers:
        assert told(sign_in(reader), world, state) == [], reader.name
        assert found(reader, f"{world.name}-{state}-1") == []
    page = sign_in(world.expert).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "Its laboratory has stopped sharing this case." in page
    assert "Open the slides and write" not in page and ">Accept" not in page and "Decline" in page
    page = sign_in(world.asker).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "Sharing this case has stopped: Dr North Expert cannot open it." in page
    lift(actor=world.asker, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    for reader in readers:
        assert told(sign_in(reader), world, state) != []
    page = sign_in(world.asker).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "Sharing this case has stopped" not in page


def test_the_own_report_that_was_shared_is_withheld_with_it(world: World, sign_in: SignIn) -> None:
    report = Report.objects.get(case=world.case("accepted"), kind="received")
    addresses = [reverse("reports:detail", args=[report.pk]), reverse("api-report", args=[report.pk])]
    colleague = sign_in(world.expert_colleague)
    assert [colleague.get(each).status_code for each in addresses] == [200, 200]
    objects(world)
    assert [colleague.get(each).status_code for each in addresses] == [404, 404]


@pytest.mark.parametrize("state", ["answered", "acknowledged", "closed"])
def test_what_was_signed_stays_the_record_of_who_answered(world: World, sign_in: SignIn, state: str) -> None:
    objects(world, state)
    for reader in (world.expert, world.expert_colleague):
        assert told(sign_in(reader), world, state) != []
        assert found(reader, f"{world.name}-{state}-1") == [world.request(state).number]


def test_whoever_cannot_open_the_case_any_more_hands_the_request_back(world: World) -> None:
    objects(world)
    request = world.request("accepted")
    decline(actor=world.expert, request_id=request.pk, version=request.version, seen=None, reason="no_capacity")
    request = ConsultRequest.objects.get(pk=request.pk)
    assert request.status == "declined" and request.question == QUESTION
    with pytest.raises(Conflict):
        decline(actor=world.expert, request_id=request.pk, version=request.version, seen=None, reason="no_capacity")


def test_both_sides_hear_of_a_stop_and_of_its_end(world: World) -> None:
    objection = objects(world)
    run.drain()
    lift(actor=world.staff, objection_id=objection.pk, version=1, seen=Seen(1, 1), reason="The patient agrees now")
    run.drain()

    def kinds(actor: Actor) -> list[str]:
        rows = Notification.objects.filter(recipient=actor.person).order_by("created_at", "pk")
        return list(rows.values_list("kind", flat=True))[-2:]

    assert kinds(world.expert) == ["objection.object", "objection.lift"]
    assert kinds(world.asker) == ["request.held", "request.goes_on"]
