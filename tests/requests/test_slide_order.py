"""The slides stand in one order on every page: part, block, the overview stain first, and A2 before A10."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cases.models import Block, Share, Slide
from consult.requests.actions.send import send
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
    assert [each.slide.label for each in looks(world.expert.person, request)] == WANTED
    assert labels_on(" ".join(without_image(shared_slides(request)))) == WANTED


def test_the_api_and_the_admin_site_have_it_too(world: World, sign_in: SignIn) -> None:
    request = with_all_slides(world, "draft")
    send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("draft"))
    answer = sign_in(world.asker).get(reverse("api-request", args=[request.pk])).json()
    assert [Slide.objects.get(pk=key).label for key in answer["slides"]] == WANTED
    Membership.objects.create(user=world.user("asker"), organisation_id=world.asker.lab(), role="lab_admin")
    client = sign_in(world.asker)
    for name, key in (
        ("requests_consultrequest", request.pk),
        ("cases_share", Share.objects.get(case=request.case).pk),
    ):
        page = text_of(client, reverse(f"admin:{name}_change", args=[key]))
        assert ", ".join(WANTED) in page, name
