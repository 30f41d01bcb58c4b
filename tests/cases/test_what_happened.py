"""What the case page tells of the steps of other rooms: the own laboratory reads all that was done about its case."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.end_membership import end_membership
from accounts.models import Membership
from cases import page_hooks
from cases.actions.close import close
from consult.reports.actions.receive import receive
from core.actor import Actor
from core.workflow import events
from slides.actions.take_off import take_off
from tests.cast import World

SignIn = Callable[[Actor], Client]


def happened(client: Client, world: World, state: str) -> list[str]:
    answer = client.get(reverse("cases:detail", args=[world.case(state).pk]))
    return [line.title for line in answer.context["happened"].lines]


WHOLE = ["Request sent", "Request accepted", "Opinion signed", "Request closed"]


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("draft", []),
        ("closed", WHOLE),
        ("declined", ["Request sent", "Request declined"]),
        ("withdrawn", ["Request sent", "Request withdrawn"]),
    ],
)
def test_the_own_laboratory_reads_what_came_of_its_questions_oldest_first(
    world: World, sign_in: SignIn, state: str, steps: list[str]
) -> None:
    number = world.request(state).number
    assert happened(sign_in(world.staff), world, state) == [
        "Case registered",
        "Own report received",
        *[f"{step}: {number}" for step in steps],
    ]


def test_images_and_newer_versions_of_the_own_report_stand_there_too(world: World, sign_in: SignIn) -> None:
    case, seen, slide = world.case("sent"), world.seen("sent"), world.slides("sent")[0]
    receive(actor=world.asker, case_id=case.pk, seen=seen, diagnosis="Spitz.", reason="Levels", after_version=1)
    take_off(actor=world.staff, slide_id=slide.pk, seen=seen, reason="Of another case")
    assert happened(sign_in(world.staff), world, "sent")[1:] == [
        "Own report received",
        "Image linked: A1-HE",
        f"Request sent: {world.request('sent').number}",
        "Newer version of the own report received",
        "Image taken off its slide: A1-HE",
    ]


def test_who_goes_on_for_an_expert_and_that_nobody_does_is_told_too(world: World, sign_in: SignIn) -> None:
    expert = Membership.objects.filter(pk=world.expert.acting())
    expert.update(deputy=world.expert_colleague.acting())
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    end_membership(actor=world.expert_admin, membership_id=world.expert_colleague.acting())
    number = world.request("sent").number
    assert happened(sign_in(world.staff), world, "sent")[-2:] == [
        f"Handed over to the deputy: {number}",
        f"The expert takes no more consultations: {number}",
    ]


def test_the_expert_reads_of_the_case_alone(world: World, sign_in: SignIn) -> None:
    assert happened(sign_in(world.expert), world, "answered") == ["Case registered"]


def test_the_newest_steps_of_all_rooms_are_told_together(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(actor=world.staff, case_id=world.case("answered").pk, seen=None)
    monkeypatch.setattr(events, "MOST", 2)
    client, number = sign_in(world.staff), world.request("answered").number
    assert happened(client, world, "answered") == [f"Opinion signed: {number}", "Case closed"]
    assert (
        b"Earlier steps are in the record"
        in client.get(reverse("cases:detail", args=[world.case("answered").pk])).content
    )


def test_which_steps_of_which_rooms_are_told() -> None:
    assert {noun: set(steps.icons) for noun, steps in page_hooks.shown_steps().items()} == {
        "emergency": {"open", "end", "run_out", "review", "send_letter"},
        "exclusion": {"keep_out", "let_in"},
        "image": {"link", "expect", "take_off"},
        "legal_fact": {"informed", "consent", "refusal", "block", "protected", "cleared", "withdraw", "end"},
        "objection": {"object", "lift"},
        "report": {"receive", "receive_again"},
        "request": {
            *("send", "accept", "take_over", "hand_over", "decline", "expert_left", "withdraw", "answer", "close")
        },
    }
