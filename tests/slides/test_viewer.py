"""What the viewer is told, by whom a slide is seen, and what opening it leaves behind."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from cases.access.lock import Seen
from cases.models import Slide
from consult.requests.actions.close import close
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from slides.ingest import remarks
from slides.ingest.remarks import SOME_MISSING
from slides.ingest.results import Prepared
from slides.meta import warnings_in_words
from slides.models import SlideImage, SlideOpening
from slides.states import Status
from tests.cast import Answer, World
from tests.slides.conftest import prepared_for

SignIn = Callable[[Actor], Client]
SECRET = "Zwartkopmees-1956-S26-00017.svs"


@pytest.fixture
def show(made: Prepared, made_slide: Path, tmp_path: Path, settings: Any) -> Callable[[Slide], SlideImage]:
    """Give a slide the made image, as ingest leaves it, from a file whose name tells too much."""
    settings.SLIDE_ROOT = tmp_path

    def give(slide: Slide) -> SlideImage:
        image = SlideImage.objects.create(
            slide=slide,
            path=SECRET,
            status=Status.READY,
            content_version=made.version,
            sha256=made.sha256,
            mpp=0.25,
            objective=40.0,
            width=made.levels[0].width,
            height=made.levels[0].height,
            linked_at=timezone.localtime(),
        )
        shutil.copyfile(made_slide, image.source)
        prepared_for(made, image.source, image.prepared_root / made.version)
        return image

    return give


def _meta(client: Client, slide: Slide) -> Answer:
    return client.get(reverse("slides:meta", args=[slide.pk]))


def test_the_meta_tells_levels_scale_and_where_tiles_are_but_no_file(
    world: World, sign_in: SignIn, show: Callable[[Slide], SlideImage], tmp_path: Path
) -> None:
    slide = world.slides("accepted")[0]
    image = show(slide)
    answer = _meta(sign_in(world.expert), slide)
    meta = answer.json()
    assert (meta["levels"][0]["width"], meta["levels"][0]["height"]) == (4096, 4096)
    assert (meta["mpp"], meta["objective"], meta["version"]) == (0.25, 40.0, image.content_version)
    assert meta["tiles"] == f"/tiles/{slide.pk}/{image.content_version}/{{level}}/{{x}}_{{y}}.jpg"
    assert (meta["label"], meta["stain"], meta["part"]) == ("A1-HE", "H&E", "A")
    assert "no profile" in meta["colour"]
    for hidden in ("Zwartkopmees", "S26-00017", ".svs", str(tmp_path)):
        assert hidden not in json.dumps(meta)
    assert answer["Cache-Control"] == "no-store"


def test_a_colour_profile_that_is_not_applied_is_said(
    world: World, sign_in: SignIn, show: Callable[[Slide], SlideImage]
) -> None:
    slide = world.slides("accepted")[0]
    show(slide)
    SlideImage.objects.filter(slide=slide).update(has_icc=True)
    assert "not applied" in _meta(sign_in(world.expert), slide).json()["colour"]


def test_the_expert_sees_the_shared_slide_and_no_other_and_the_laboratory_sees_all(
    world: World, mirror: World, sign_in: SignIn
) -> None:
    shared, kept = world.slides("sent")
    assert _meta(sign_in(world.expert), shared).status_code == 200
    assert _meta(sign_in(world.expert), kept).status_code == 404
    assert _meta(sign_in(world.staff), kept).status_code == 200
    for who in (world.stranger, world.clinician, world.expert_colleague, mirror.asker):
        assert _meta(sign_in(who), shared).status_code == 404


def test_after_closing_the_slide_is_gone_for_the_expert_at_once(world: World, sign_in: SignIn) -> None:
    slide, request = world.slides("acknowledged")[0], world.request("acknowledged")
    expert = sign_in(world.expert)
    assert _meta(expert, slide).status_code == 200
    close(actor=world.asker, request_id=request.pk, version=request.version, seen=Seen(1, 1), use="adopted")
    for name, method in (("meta", "get"), ("view", "get"), ("opened", "post"), ("heartbeat", "post")):
        answer = getattr(expert, method)(reverse(f"slides:{name}", args=[slide.pk]))
        assert answer.status_code == 404, name
    workbench = expert.get(reverse("requests:read", args=[request.pk]))
    assert workbench.status_code == 200, "the laboratory keeps its record"
    assert str(slide.pk) not in workbench.content.decode()
    assert "Is this a Spitz naevus?" in workbench.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"status": "unreadable", "problem": "truncated"}, "copy it from the scanner again"),
        ({"status": "unreadable", "problem": "missing"}, "no longer where it was"),
        ({"status": "preparing", "progress": 40, "step": "Making the overview"}, "Making the overview"),
    ],
)
def test_a_slide_that_cannot_be_shown_says_why(
    world: World, sign_in: SignIn, state: dict[str, Any], words: str
) -> None:
    slide = world.slides("accepted")[0]
    SlideImage.objects.create(slide=slide, path=SECRET, linked_at=timezone.localtime(), **state)
    meta = _meta(sign_in(world.expert), slide).json()
    assert meta["status"] == state["status"]
    assert words in meta["problem"] + meta["step"]
    assert meta["levels"] == []
    assert meta["progress"] == state.get("progress", 0)


def test_what_ingest_remarked_is_said_in_short_and_in_full_in_the_readers_language(
    world: World, sign_in: SignIn, show: Callable[[Slide], SlideImage]
) -> None:
    slide = world.slides("accepted")[0]
    show(slide)
    SlideImage.objects.filter(slide=slide).update(warnings=[SOME_MISSING, "Of another release."])
    assert _meta(sign_in(world.expert), slide).json()["warnings"] == [
        {"short": "parts left out", "text": SOME_MISSING},
        {"short": "Of another release.", "text": "Of another release."},
    ]
    for language in ("nl", "fr", "sv"):
        with translation.override(language):
            for said in warnings_in_words(list(remarks.SHORT)):
                assert said["text"] not in remarks.SHORT, language
                assert said["short"] not in remarks.SHORT.values(), language


def test_every_remark_of_ingest_has_short_words() -> None:
    sentences = {value for name, value in vars(remarks).items() if name.isupper() and isinstance(value, str)}
    assert sentences == set(remarks.SHORT)
    assert all(len(words) < 20 for words in remarks.SHORT.values())


def test_both_pages_with_a_viewer_have_a_place_for_what_was_remarked(world: World, sign_in: SignIn) -> None:
    expert = sign_in(world.expert)
    slide, request = world.slides("accepted")[0], world.request("accepted")
    for address in (reverse("slides:view", args=[slide.pk]), reverse("requests:read", args=[request.pk])):
        page = expert.get(address).content.decode()
        assert "data-warnings" in page, "in short beside the slide"
        assert re.search(r'id="about-slide".*<dl [^>]*data-about></dl>', page), "in full in the panel"


def test_glass_without_pixels_says_so(world: World, sign_in: SignIn) -> None:
    meta = _meta(sign_in(world.expert), world.slides("accepted")[0]).json()
    assert meta["status"] == "glass"
    assert "No image" in meta["status_text"]


def test_opening_and_leaving_a_slide_are_recorded_once_each(world: World, sign_in: SignIn) -> None:
    slide, expert = world.slides("accepted")[0], sign_in(world.expert)
    assert expert.post(reverse("slides:opened", args=[slide.pk])).status_code == 204
    assert expert.post(reverse("slides:closed", args=[slide.pk])).status_code == 204
    assert SlideOpening.objects.get(slide=slide).person_id == world.expert.person
    rows = AuditEvent.objects.filter(object_id=str(slide.pk)).order_by("pk").values_list("action", flat=True)
    assert sorted(rows) == ["slide.closed", "slide.opened"]
    page = expert.get(reverse("requests:read", args=[world.request("accepted").pk])).content.decode()
    assert f'data-slide="{slide.pk}"' in page
    assert "data-opened>" in page.replace(" data-meta", ">")


def test_work_at_the_slide_keeps_the_session_and_writes_no_audit(world: World, sign_in: SignIn) -> None:
    slide, expert = world.slides("accepted")[0], sign_in(world.expert)
    before, rested = AuditEvent.objects.count(), clock.now() - timedelta(minutes=5)
    row = world.user("expert").sign_ins
    row.update(active_at=rested)
    address = reverse("slides:heartbeat", args=[slide.pk])
    assert expert.post(address).status_code == 204
    worked = row.get().active_at
    assert worked > rested, "the session lives on from now"
    expert.post(address)
    assert row.get().active_at == worked, "written at most twice a minute"
    assert AuditEvent.objects.count() == before


def test_the_page_shows_patient_and_tray_and_none_of_what_is_not_shared(world: World, sign_in: SignIn) -> None:
    shared, kept = world.slides("sent")
    page = sign_in(world.expert).get(reverse("slides:view", args=[shared.pk])).content.decode()
    assert "ZWARTKOPMEES" in page
    assert "Growing lesion of the left arm." in page
    assert str(kept.pk) not in page
    assert "<title>N-sent - Consilium</title>" in page.replace("\n", "")


def test_the_workbench_is_for_writing_for_its_author_alone(world: World, sign_in: SignIn) -> None:
    address = reverse("requests:read", args=[world.request("accepted").pk])
    assert 'id="opinion"' in sign_in(world.expert).get(address).content.decode()
    for who in ("asker", "expert_colleague"):
        page = sign_in(world.people[who]).get(address)
        assert page.status_code == 200
        assert 'id="opinion"' not in page.content.decode()
    signed = reverse("requests:read", args=[world.request("answered").pk])
    assert "Yes, a Spitz naevus." in sign_in(world.asker).get(signed).content.decode()


def test_the_number_is_saved_beside_the_text_with_the_versions_on_the_screen(world: World, sign_in: SignIn) -> None:
    request, expert = world.request("accepted"), sign_in(world.expert)
    address = reverse("requests:read", args=[request.pk])
    seen = {"seen_case": 1, "seen_patient": 1}

    def save(number: str, version: int, **more: int) -> Answer:
        body = {**seen, **more, "accession_number": number}
        return expert.post(address, body, headers={"Accept": "application/json", "If-Match": f'"{version}"'})

    assert save("EXP-77", request.version).json()["version"] == request.version + 1
    assert world.request("accepted").answering_accession_number == "EXP-77"
    assert save("EXP-78", request.version).status_code == 409, "another window was faster"
    assert save("EXP-78", request.version + 1, seen_patient=2).status_code == 409, "another patient was on the screen"
    assert save("", request.version + 1).status_code == 422
    assert world.request("accepted").answering_accession_number == "EXP-77"
