"""The pages of a request after the signature repeat what was signed; before it they say what nobody can open."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from slides.models import SlideImage, SlideOpening
from tests.cast import World

SignIn = Callable[[Actor], Client]


def test_the_answer_says_how_sure_and_the_acknowledgement_repeats_the_answer(world: World, sign_in: SignIn) -> None:
    request, client = world.request("answered"), sign_in(world.asker)
    page = client.get(reverse("requests:detail", args=[request.pk])).content.decode()
    answer = page[page.index("opinion-title") : page.index("question-title")]
    assert "<dd>Definite</dd>" in answer
    form = client.get(reverse("requests:act", args=[request.pk, "acknowledge"])).content.decode()
    assert "Yes, a Spitz naevus. Spitz naevus. Definite." in form


def test_what_is_opened_after_the_signature_does_not_change_what_was_signed(world: World, sign_in: SignIn) -> None:
    request, slide = world.request("answered"), world.slides("answered")[0]
    SlideImage.objects.create(
        slide=slide, path="a.svs", status="ready", content_version="c" * 16, sha256="a" * 64, linked_at=clock.now()
    )
    SlideOpening.objects.create(
        slide=slide, person_id=world.expert.who(), sha256="a" * 64, first_at=clock.now(), last_at=clock.now()
    )
    page = sign_in(world.asker).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "When it was signed 0 of 1 slides were opened" in page
    assert "opened by the expert" not in page


@pytest.mark.parametrize("page", ["readiness", "check"])
def test_before_sending_the_slides_that_nobody_can_open_are_named(world: World, sign_in: SignIn, page: str) -> None:
    request, slides = world.request("draft"), world.slides("draft")
    SlideImage.objects.create(
        slide=slides[0], path="a.svs", status="unreadable", problem="truncated", linked_at=clock.now()
    )
    text = sign_in(world.asker).get(reverse(f"requests:{page}", args=[request.pk])).content.decode()
    assert f"{slides[0].label} (cannot be shown)" in text
    assert "bi-exclamation-triangle-fill" in text
