"""A stain is called what it is, in every language, and the stains for the overview come first."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from cases.access.view import case_view
from cases.codes import resolve
from cases.material import build
from cases.models import Slide
from cases.notation import parse
from cases.queries import material
from core import terms
from core.actor import Actor
from slides.tray import slide_tray, slides_of
from tests.cast import World

SignIn = Callable[[Actor], Client]


@pytest.mark.parametrize("language", ["en", "nl", "fr", "sv"])
def test_a_slide_without_saffron_is_never_called_one_with_it(language: str) -> None:
    assert "HES" not in terms.item("stains", "HE").labels[language]
    assert "HES" in terms.item("stains", "HES").labels[language]


@pytest.mark.parametrize("language", ["en", "nl", "fr", "sv"])
def test_no_two_stains_are_called_the_same(language: str) -> None:
    labels = [item.labels[language] for item in terms.items("stains")]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("stain", ["HE", "HES"])
def test_the_overview_stands_before_the_other_stains(world: World, stain: str) -> None:
    early, late = world.slides("sent")
    Slide.objects.filter(pk=early.pk).update(stain="CD3", block=late.block)
    Slide.objects.filter(pk=late.pk).update(stain=stain)
    wanted = [late.label, early.label]
    view = case_view(world.staff, world.case("sent"))
    assert [slide.label for slide in slides_of(slide_tray(world.staff, view))] == wanted
    assert [slide.label for part in material(world.staff, view) for b in part.blocks for slide in b.slides] == wanted


@pytest.mark.parametrize("typed", ["CK5", "ck 5", "CK5/6", "CK 5/6"])
def test_ck5_and_ck5_6_are_two_antibodies_and_each_stays_what_was_typed(typed: str) -> None:
    code = resolve("stains", typed)
    assert code
    wanted = "CK5/6" if "6" in typed else "CK5"
    assert terms.label("stains", code) == wanted
    (row,), problems = parse(f"A1 {typed}")
    made = build([replace(row, type="excision")]).fields.slides[0]
    assert problems == [] and made.label == f"A1-{wanted.replace('/', '-')}-1", "the label of the slide says so too"


def test_a_slide_stored_under_the_old_code_is_still_called_ck5_6_and_nobody_gets_that_code_any_more(
    world: World, sign_in: SignIn
) -> None:
    assert "CK5" not in terms.codes("stains")
    slide = world.slides("sent")[0]
    Slide.objects.filter(pk=slide.pk).update(stain="CK5")
    assert Slide.objects.get(pk=slide.pk).get_stain_display() == "CK5/6"
    page = sign_in(world.staff).get(reverse("cases:detail", args=[slide.case_id])).content.decode()
    assert "CK5/6" in page
