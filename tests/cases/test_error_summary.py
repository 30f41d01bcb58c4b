"""Above a form with several rows alike: each line says which row it is about, so that no two read the same."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import Actor
from tests.cast import Answer, World

SignIn = Callable[[Actor], Client]


@pytest.fixture
def staff(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.staff)


def summary(answer: Answer) -> list[str]:
    assert answer.status_code == 422
    return [error["text"] for error in answer.context["errors"]]


def rows(prefix: str, *typed: dict[str, str]) -> dict[str, str]:
    each = {f"{prefix}-{n}-{name}": value for n, row in enumerate(typed) for name, value in row.items()}
    return {f"{prefix}-TOTAL_FORMS": str(len(typed)), f"{prefix}-INITIAL_FORMS": "0", **each}


def test_two_parts_without_a_type_are_told_apart(world: World, staff: Client) -> None:
    seen = world.seen("sent")
    typed = rows("material", {"part": "B", "stain": "HE"}, {"part": ""}, {"part": "C", "stain": "HE"})
    answer = staff.post(
        reverse("cases:add_material", args=[world.case("sent").pk]),
        {**typed, "step": "save", "seen_case": seen.case, "seen_patient": seen.patient},
    )
    assert summary(answer) == [
        "Row 1, part B, Type: Choose one of the specimen types.",
        "Row 3, part C, Type: Choose one of the specimen types.",
    ]


def test_two_incomplete_patient_numbers_are_told_apart(staff: Client) -> None:
    numbers = rows("numbers", {"system": "GB:NHS"}, {"system": "LOCAL"})
    shown = summary(staff.post(reverse("cases:new"), {**numbers, **rows("material", {}), "step": "register"}))
    assert [line for line in shown if "Number" in line] == [
        "Row 1, Number: This field is required.",
        "Row 2, Number: This field is required.",
    ]


def test_two_slides_with_a_wrong_stain_are_told_apart(world: World, staff: Client) -> None:
    address = reverse("cases:correct_material", args=[world.case("sent").pk])
    stains = {f"slides-{slide.pk}-stain": "Fooo" for slide in world.slides("sent")}
    seen = world.seen("sent")
    answer = staff.post(address, {**stains, "seen_case": seen.case, "seen_patient": seen.patient})
    wrong = [line.partition(": ")[0] for line in summary(answer) if "Stain" in line]
    assert wrong == ["Slide A1-HE, Stain", "Slide A2-HE, Stain"]
