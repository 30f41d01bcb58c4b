"""An image on the wrong slide: its laboratory takes it off, nobody sees it any more, and the record keeps it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cases.actions.close import close
from cases.models import Slide
from consult.requests.checks import before_signing
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.jobs.models import Job, State
from core.workflow.models import TimelineEntry
from slides.actions import take_off as taking_off
from slides.actions.link import link
from slides.actions.open import opened
from slides.models import SlideImage
from slides.queries import image_hashes, opened_slides, slide_for_tiles
from tests.cast import Answer, World

SignIn = Callable[[Actor], Client]
BODY = {"seen_case": "1", "seen_patient": "1", "reason": "Belongs to N-other"}


@pytest.fixture
def slide(world: World) -> Slide:
    """A slide that is shared with the expert and has a ready image."""
    slide = world.slides("sent")[0]
    SlideImage.objects.filter(slide=slide).update(
        status="ready", content_version="c" * 16, sha256="d" * 64, problem="", progress=100
    )
    return slide


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was told to the tile processes."""
    told: list[Any] = []
    monkeypatch.setattr(taking_off, "announce", told.append)
    return told


def url(slide: Slide) -> str:
    return reverse("slides:take_off", args=[slide.pk])


def test_the_slide_is_without_an_image_and_the_record_keeps_it(
    world: World,
    sign_in: SignIn,
    slide: Slide,
    announced: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    before = SlideImage.objects.get(slide=slide)
    staff, expert = sign_in(world.staff), sign_in(world.expert)
    assert slide_for_tiles(expert.session.session_key or "", str(slide.pk)).status == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post(url(slide), BODY)
    assert answer["Location"] == f"{reverse('cases:detail', args=[slide.case_id])}#material"
    assert slide_for_tiles(expert.session.session_key or "", str(slide.pk)).status == 404
    assert announced == [[slide.case_id]], "the tile processes forget at once who might see it"
    assert expert.get(reverse("slides:meta", args=[slide.pk])).json()["status"] == "glass"
    assert image_hashes([slide.pk]) == {}
    kept = SlideImage.objects.get(pk=before.pk)
    assert (kept.status, kept.slide, kept.taken_from) == ("taken_off", None, slide)
    assert (kept.path, kept.sha256) == (before.path, "d" * 64)
    assert kept.source.exists(), "the file stays for the record"
    entry = TimelineEntry.objects.get(noun_id=kept.pk, action="take_off")
    assert (entry.case, entry.person, entry.reason) == (slide.case_id, world.staff.person, "Belongs to N-other")
    event = AuditEvent.objects.get(object_id=str(kept.pk), action="image.taken_off")
    assert (event.person, event.facts["sha256"], event.facts["label"]) == (world.staff.person, "d" * 64, slide.label)


def test_what_happened_stands_on_the_case_page_of_its_own_laboratory_only(
    world: World, sign_in: SignIn, slide: Slide
) -> None:
    sign_in(world.staff).post(url(slide), BODY)
    address = reverse("cases:detail", args=[slide.case_id])
    page = sign_in(world.asker).get(address).content.decode()
    assert "Image taken off its slide: A1-HE" in page
    assert "Belongs to N-other" in page
    assert "N-other" not in sign_in(world.expert).get(address).content.decode()


def test_the_slide_can_be_given_another_image_and_nobody_has_opened_that_one(
    world: World, sign_in: SignIn, slide: Slide
) -> None:
    first = SlideImage.objects.get(slide=slide)
    expert = world.expert.person
    opened(actor=world.expert, slide_id=slide.pk)
    assert opened_slides(expert, [slide.pk]) == {slide.pk}
    sign_in(world.staff).post(url(slide), BODY)
    second = link(actor=world.staff, slide_id=slide.pk, seen=None, path=first.path)
    SlideImage.objects.filter(pk=second.pk).update(status="ready", content_version="e" * 16, sha256="f" * 64)
    assert opened_slides(expert, [slide.pk]) == set(), "who saw the wrong image has not seen this one"
    opened(actor=world.expert, slide_id=slide.pk)
    assert opened_slides(expert, [slide.pk]) == {slide.pk}
    assert SlideImage.objects.filter(taken_from=slide).count() == 1


def test_who_signs_is_told_that_an_image_they_opened_is_not_there_any_more(world: World, sign_in: SignIn) -> None:
    """The opinion may rest on the wrong image: it has to be confirmed that the signer knows."""
    slide, report = world.slides("accepted")[0], world.report("accepted")
    first = {"status": "ready", "content_version": "c" * 16, "sha256": "d" * 64}
    SlideImage.objects.create(slide=slide, path="a.svs", linked_at=clock.now(), **first)
    expert, preview = sign_in(world.expert), reverse("reports:preview", args=[report.pk])
    expert.post(reverse("slides:opened", args=[slide.pk]))
    words = "has another image now, or none"
    assert words not in expert.get(preview).content.decode()
    sign_in(world.staff).post(url(slide), BODY)
    assert words in expert.get(preview).content.decode()
    checks = {check.code: check.blocks for check in before_signing(world.expert, report)}
    assert checks["images_replaced"] is False, "known and confirmed, the opinion can be signed"
    assert checks["slides_not_opened"] is False, "and the slide without an image is named"
    SlideImage.objects.create(slide=slide, path="b.svs", linked_at=clock.now(), **(first | {"sha256": "f" * 64}))
    expert.post(reverse("slides:opened", args=[slide.pk]))
    assert words in expert.get(preview).content.decode(), "also when the new one was opened: the text may be older"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"reason": "  "}, 422, "Say why it is taken off."),
        ({"seen_patient": "2"}, 409, "was corrected after you opened this page"),
        ({"seen_case": "2"}, 409, "was corrected after you opened this page"),
    ],
)
def test_without_a_reason_or_from_an_outdated_screen_nothing_happens_and_it_is_said(
    world: World, sign_in: SignIn, slide: Slide, change: dict[str, str], status: int, words: str
) -> None:
    answer = sign_in(world.staff).post(url(slide), {**BODY, **change})
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert "ZWARTKOPMEES" in page, "whose slide it is"
    assert 'name="seen_patient" value="1"' in page, "what is sent next is what is shown now"
    if "reason" not in change:
        assert BODY["reason"] in page
    assert SlideImage.objects.get(slide=slide).status == "ready"


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("admin", 404), ("expert", 403), ("expert_colleague", 404)]
)
@pytest.mark.parametrize("reason", ["Wrong", ""])
def test_others_take_nothing_off(
    world: World, sign_in: SignIn, slide: Slide, who: str, status: int, reason: str
) -> None:
    assert sign_in(world.people[who]).post(url(slide), {**BODY, "reason": reason}).status_code == status
    assert SlideImage.objects.get(slide=slide).status == "ready"


def test_a_slide_without_an_image_says_so(world: World, sign_in: SignIn) -> None:
    bare = world.slides("accepted")[0]
    assert sign_in(world.staff).post(url(bare), BODY).status_code == 409


def test_a_closed_case_is_no_reason_to_keep_showing_the_wrong_image(
    world: World, sign_in: SignIn, slide: Slide
) -> None:
    close(actor=world.staff, case_id=slide.case_id, seen=None)
    page = sign_in(world.staff).get(reverse("cases:detail", args=[slide.case_id])).content.decode()
    assert f'action="{url(slide)}"' in page
    assert sign_in(world.staff).post(url(slide), BODY).status_code == 302
    assert not SlideImage.objects.filter(slide=slide).exists()


def test_the_way_to_it_is_at_the_slide_for_those_who_may(world: World, sign_in: SignIn, slide: Slide) -> None:
    address = reverse("cases:detail", args=[slide.case_id])
    assert f'action="{url(slide)}"' in sign_in(world.staff).get(address).content.decode()
    assert url(slide) not in sign_in(world.expert).get(address).content.decode()


@pytest.mark.parametrize("status", ["waiting", "preparing", "unreadable"])
def test_an_image_that_is_not_ready_can_be_taken_off_too(
    world: World, sign_in: SignIn, slide: Slide, status: str
) -> None:
    image = SlideImage.objects.get(slide=slide)
    SlideImage.objects.filter(slide=slide).update(status=status)
    Job.objects.filter(subject=image.pk).update(state=State.WAITING)
    assert sign_in(world.staff).post(url(slide), BODY).status_code == 302
    assert not Job.objects.filter(subject=image.pk, state=State.WAITING).exists(), "it is not prepared any more"


def _api(client: Client, slide: UUID, body: dict[str, Any]) -> Answer:
    return client.post(
        reverse("api-slide-take-off", args=[slide]),
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": f"off-{json.dumps(body)}"},
    )


def test_the_api_takes_off_with_what_reading_gave(world: World, sign_in: SignIn, slide: Slide) -> None:
    staff = sign_in(world.staff)
    seen = staff.get(reverse("api-slide", args=[slide.pk])).json()["seen"]
    stale = _api(staff, slide.pk, {"seen": {**seen, "patient": 9}, "reason": "Wrong case"})
    assert stale.status_code == 409
    assert _api(staff, slide.pk, {"seen": seen}).status_code in {400, 422}
    done = _api(staff, slide.pk, {"seen": seen, "reason": "Wrong case"})
    assert (done.status_code, done.json()["status"]) == (200, "glass")
    assert TimelineEntry.objects.get(action="take_off", case=slide.case_id).reason == "Wrong case"


def test_the_viewer_hears_of_it_with_the_next_heartbeat(world: World, sign_in: SignIn, slide: Slide) -> None:
    expert, address = sign_in(world.expert), reverse("slides:heartbeat", args=[slide.pk])
    assert expert.post(address).headers["Image-Version"] == "c" * 16
    sign_in(world.staff).post(url(slide), BODY)
    assert expert.post(address).headers["Image-Version"] == "none"


def test_the_admin_site_keeps_it_with_the_slide_that_it_was_on_and_prepares_it_no_more(
    world: World, sign_in: SignIn, slide: Slide
) -> None:
    image = SlideImage.objects.get(slide=slide)
    sign_in(world.staff).post(url(slide), BODY)
    own = Membership.objects.get(pk=world.asker.acting())
    Membership.objects.create(user_id=world.asker.who(), organisation=own.organisation, role="lab_admin")
    admin, address = sign_in(world.asker), reverse("admin:slides_slideimage_changelist")
    listed = admin.get(address, {"q": slide.label})
    assert image in listed.context["cl"].result_list
    assert "Taken off its slide" in listed.content.decode()
    page = admin.get(reverse("admin:slides_slideimage_change", args=[image.pk])).content.decode()
    assert slide.label in page
    again = {"action": "try_again", "_selected_action": [str(image.pk)]}
    assert "This is not possible now." in admin.post(address, again, follow=True).content.decode()
