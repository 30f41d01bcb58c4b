"""The slides stand in one order on every page: part, block, the overview stain first, and A2 before A10."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Block, Slide
from consult.requests.looks import looks, without_image
from consult.requests.models import ConsultRequest, RequestSlide
from consult.requests.record import slides_as_sent
from consult.requests.views.material import shared_slides
from core.actor import Actor
from tests.cast import World
from tests.requests.screen import text_of

SignIn = Callable[[Actor], Client]
WANTED = ["A1-HE", "A1-CD3", "A2-HE", "A10-HE"]


def with_all_slides(world: World, state: str) -> ConsultRequest:
    """A request that shares WANTED, which the alphabet would put into another order."""
    first, _second = world.slides(state)
    tenth = Block.objects.create(specimen=first.specimen, label="A10")
    for label, stain, block in (("A1-CD3", "CD3", first.block), ("A10-HE", "HE", tenth)):
        Slide.objects.create(case=first.case, specimen=first.specimen, block=block, label=label, stain=stain)
    request = world.request(state)
    for slide in Slide.objects.filter(case=first.case):
        RequestSlide.objects.get_or_create(request=request, slide=slide)
    return request


def labels_on(page: str) -> list[str]:
    """The labels as the page names them in turn."""
    return list(dict.fromkeys(re.findall(r"A\d+-(?:HE|CD3)", page)))


@pytest.mark.parametrize(
    ("state", "name"),
    [("draft", "requests:edit"), ("draft", "requests:check"), ("sent", "requests:detail"), ("sent", "requests:read")],
)
def test_a_page_of_the_request_has_the_order_of_the_case_page(
    world: World, sign_in: SignIn, state: str, name: str
) -> None:
    request, client = with_all_slides(world, state), sign_in(world.asker)
    assert labels_on(text_of(client, reverse("cases:detail", args=[request.case_id]))) == WANTED
    assert labels_on(text_of(client, reverse(name, args=[request.pk]))) == WANTED


def test_what_is_kept_after_the_access_has_ended_has_it_too(world: World, sign_in: SignIn) -> None:
    request = with_all_slides(world, "closed")
    request.as_sent["slides"] = slides_as_sent(request.slides.values_list("slide", flat=True))
    request.save(update_fields=["as_sent"])
    assert labels_on(text_of(sign_in(world.expert), reverse("requests:detail", args=[request.pk]))) == WANTED


def test_what_was_looked_at_is_named_in_it(world: World) -> None:
    request = with_all_slides(world, "accepted")
    shared = list(request.slides.values_list("slide_id", flat=True))
    assert [each.slide.label for each in looks(world.expert.person, shared)] == WANTED
    assert labels_on(" ".join(without_image(shared_slides(request)))) == WANTED
