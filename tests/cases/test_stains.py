"""A stain is called what it is, in every language, and the stains for the overview come first."""

import pytest

from cases.access.view import case_view
from cases.models import Slide
from cases.queries import material
from core import terms
from slides.tray import slide_tray, slides_of
from tests.cast import World


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
    assert [slide.label for slide in slides_of(slide_tray(world.staff, early.case_id))] == wanted
    view = case_view(world.staff, world.case("sent"))
    assert [slide.label for part in material(world.staff, view) for b in part.blocks for slide in b.slides] == wanted
