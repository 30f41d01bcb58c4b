"""Every shared slide that was not looked at is named before signing, confirmed by the signer, and on the report."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Slide
from consult.reports.queries import paper
from consult.requests.models import RequestSlide
from core import clock
from core.actor import Actor
from slides.models import SlideImage, SlideOpening
from tests.cast import World
from tests.reports.pages import preview, sign, write

pytestmark = pytest.mark.usefixtures("own_cache")  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]
STATES = {
    "opened": {"status": "ready", "content_version": "c" * 16, "sha256": "a" * 64},
    "not_opened": {"status": "ready", "content_version": "c" * 16, "sha256": "b" * 64},
    "unreadable": {"status": "unreadable", "problem": "truncated"},
    "not_ready": {"status": "preparing"},
}
NAMED = "Slides opened: 1 of 5. Not opened: X-none (no image), X-not_opened, X-not_ready (being prepared), "
NAMED += "X-unreadable (cannot be shown)."


@pytest.fixture
def five(world: World) -> None:
    """The accepted request shares five slides, one of each kind; the expert has opened the one."""
    first = world.slides("accepted")[0]
    request = world.request("accepted")
    RequestSlide.objects.filter(request=request).delete()
    for name in ("none", *STATES):
        slide = Slide.objects.create(
            case=first.case, specimen=first.specimen, block=first.block, label=f"X-{name}", stain=first.stain
        )
        RequestSlide.objects.create(request=request, slide=slide)
        if name in STATES:
            SlideImage.objects.create(slide=slide, path=f"{name}.svs", linked_at=clock.now(), **STATES[name])
        if name == "opened":
            SlideOpening.objects.create(
                slide=slide, person_id=world.expert.who(), sha256="a" * 64, first_at=clock.now(), last_at=clock.now()
            )


@pytest.mark.usefixtures("five")
def test_the_preview_and_the_dialog_name_each_slide_and_why_it_was_not_opened(world: World, sign_in: SignIn) -> None:
    report, expert = write(world), sign_in(world.expert)
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    listed = page[page.index("Before you sign") : page.index("Who signs")]
    assert NAMED in listed
    assert "Nothing stands against signing" not in page
    assert NAMED in page[page.index('id="sign-dialog"') :]


def test_a_slide_without_image_is_said_too_and_must_be_confirmed(world: World, sign_in: SignIn) -> None:
    """Glass or a description is normal; that nothing was looked at must be known all the same."""
    report, expert = write(world), sign_in(world.expert)
    held = preview(expert, report)
    label = world.slides("accepted")[0].label
    refused = expert.post(reverse("reports:sign", args=[report.pk]), {**held, "password": "any"})
    assert refused.status_code == 422
    assert f"Slides opened: 0 of 1. Not opened: {label} (no image)." in refused.content.decode()
    assert not report.versions.exists()
    assert sign(expert, report, held).status_code == 302


@pytest.mark.usefixtures("five")
def test_the_report_says_of_each_slide_what_became_of_it(world: World, sign_in: SignIn) -> None:
    report, expert = write(world), sign_in(world.expert)
    assert sign(expert, report, preview(expert, report)).status_code == 302
    printed = paper(report, report.versions.get().tree)["slides"]
    assert printed["summary"] == "1 of 5 slides were opened."
    said = {row["cells"][0]: (row["cells"][3], row["cells"][4]) for row in printed["rows"]}
    assert said == {
        "X-none": ("no image", "–"),
        "X-not_opened": ("not opened", "bbbb bbbb bbbb bbbb"),
        "X-not_ready": ("image not ready", "–"),
        "X-opened": ("opened", "aaaa aaaa aaaa aaaa"),
        "X-unreadable": ("image could not be shown", "–"),
    }


@pytest.mark.usefixtures("five")
def test_an_image_that_fails_after_the_preview_is_shown_again_before_anything_is_signed(
    world: World, sign_in: SignIn
) -> None:
    report, expert = write(world), sign_in(world.expert)
    held = preview(expert, report)
    SlideImage.objects.filter(slide__label="X-not_opened").update(status="unreadable")
    assert sign(expert, report, held).status_code == 409
    assert not report.versions.exists()
