"""Every look at pixels is on record, whoever fetches them: the viewer, or a script with nothing but a session's cookie.

The real tile process's application and authority, beside the viewer's own telling through pages and API.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import RedisError

from accounts import actors
from accounts.models import Membership
from cases import looks
from cases.models import Share, Slide
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from slides import sitting
from slides.actions.open import fetched, opened
from slides.models import SlideImage, SlideOpening
from slides.queries import slide_for_tiles
from slides.states import Status
from slides.tiles import authority
from slides.tiles.app import TileApplication
from slides.tiles.authority import DjangoAuthority
from tests.cast import World
from tests.emergency.helping import call
from tests.workflow.test_races import together

pytestmark = pytest.mark.ci
SignIn = Callable[[Actor], Client]


@dataclass
class Script:
    """A program that holds a session's cookie; `forget` is what five seconds do."""

    client: Client
    application: TileApplication = field(default_factory=lambda: TileApplication(DjangoAuthority(), "session"))

    @property
    def key(self) -> str:
        return self.client.session.session_key or ""

    def get(self, slide: Slide, part: str = "0/0_0", version: str = "", **headers: str) -> tuple[int, bytes]:
        found = SlideImage.objects.filter(slide=slide).values_list("content_version", flat=True).first() or "0" * 16
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/tiles/{slide.pk}/{version or found}/{part}.jpg",
            "HTTP_COOKIE": f"session={self.key}",
            **headers,
        }
        heard: list[str] = []
        body = b"".join(self.application(environ, lambda status, given: heard.append(status)))
        return int(heard[0][:3]), body

    def tile(self, slide: Slide, **headers: str) -> int:
        """The status; pixels come with a 200 and with nothing else."""
        self.application.forget_permissions()
        status, body = self.get(slide, **headers)
        assert body.startswith(b"\xff\xd8") if status == 200 else body == b""
        return status


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own, which stays: what has not been committed is seen on no other."""
    monkeypatch.setattr(authority, "close_old_connections", lambda: None)


@pytest.fixture
def slide(world: World) -> Slide:
    """A slide with pixels that the expert may look at."""
    return world.slides("sent")[0]


@pytest.fixture
def script(world: World, sign_in: SignIn) -> Script:
    """The expert's session in the hands of a program."""
    return Script(sign_in(world.expert))


def rows(slide: Slide, *, outcome: str = "success") -> list[AuditEvent]:
    """What the record says of looks at the slide, oldest first."""
    return list(AuditEvent.objects.filter(object_id=str(slide.pk), outcome=outcome).order_by("at", "pk"))


def acts(slide: Slide) -> list[str]:
    return [f"{row.action} {row.door}" for row in rows(slide)]


def tell(client: Client, what: str, slide: Slide) -> int:
    return client.post(reverse(f"slides:{what}", args=[slide.pk])).status_code


@pytest.fixture
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not answer; the sessions are read from elsewhere."""

    def gone(*args: object, **kwargs: object) -> None:
        raise RedisError

    for room in (sitting, looks):
        monkeypatch.setattr(room, "cache", SimpleNamespace(get=gone, set=gone, touch=gone, add=gone))


@contextmanager
def nothing_can_be_recorded() -> Iterator[None]:
    """The database refuses rows of the record, as one that is read only."""

    def refuse(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if sql.startswith('INSERT INTO "audit_auditevent"'):
            raise OperationalError("cannot execute INSERT in a read-only transaction")
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        yield


def test_a_script_with_only_a_cookie_leaves_the_row_that_a_page_leaves(
    world: World, slide: Slide, script: Script
) -> None:
    headers = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 192.0.2.7", "HTTP_X_REQUEST_ID": "a-request-of-its-own"}
    for _ in range(3):
        assert script.tile(slide, **headers) == 200
    (row,) = rows(slide)
    share = Share.objects.get(case=slide.case_id)
    assert (row.action, row.object_kind, row.case, row.share) == ("slide.opened", "slide", slide.case_id, share.pk)
    assert (row.patient, row.owner) == (slide.case.patient_id, world.asker.organisation)
    expert = world.expert
    assert (row.person, row.membership, row.role) == (expert.person, expert.membership, expert.role)
    assert (row.organisation, row.person_name) == (expert.organisation, expert.name)
    assert (row.door, row.session, row.purpose) == ("tiles", actors.session_digest(script.key), "TREAT")
    assert (row.address, row.request_id) == ("192.0.2.7", "a-request-of-its-own")
    assert not SlideOpening.objects.exists(), "what was fetched was on no screen"


def test_without_a_share_it_was_the_own_laboratorys_slide(world: World, slide: Slide, sign_in: SignIn) -> None:
    assert Script(sign_in(world.asker)).tile(slide) == 200
    (row,) = rows(slide)
    assert (row.person, row.share, row.case) == (world.asker.person, None, slide.case_id)


@pytest.mark.parametrize("is_dead", [False, True])
def test_viewer_and_tiles_together_leave_one_row(slide: Slide, script: Script, is_dead: bool, request: Any) -> None:
    if is_dead:
        request.getfixturevalue("no_cache")
    assert (script.tile(slide), tell(script.client, "opened", slide), script.tile(slide)) == (200, 204, 200)
    assert acts(slide) == ["slide.opened tiles"]
    assert SlideOpening.objects.get().slide_id == slide.pk, "the viewer alone says that it was drawn"


def test_where_the_browser_kept_the_tiles_the_viewer_leaves_the_row(slide: Slide, script: Script) -> None:
    assert (tell(script.client, "opened", slide), script.tile(slide)) == (204, 200)
    assert acts(slide) == ["slide.opened web"]
    assert tell(script.client, "closed", slide) == 204
    assert script.client.post(reverse("api-slide-opened", args=[slide.pk])).status_code == 200
    assert acts(slide) == ["slide.opened web", "slide.closed web", "slide.opened api"]


@pytest.mark.commits
def test_closed_and_opened_again_is_a_look_of_its_own(world: World, slide: Slide, script: Script) -> None:
    for _ in range(2):
        assert (script.tile(slide), tell(script.client, "opened", slide), script.tile(slide)) == (200, 204, 200)
        assert tell(script.client, "closed", slide) == 204
    assert acts(slide) == ["slide.opened tiles", "slide.closed web"] * 2


@pytest.mark.commits
def test_within_a_sitting_the_tile_process_asks_what_it_asked_before_and_nothing_more(
    world: World, slide: Slide, script: Script
) -> None:
    with CaptureQueriesContext(connection) as permission:
        slide_for_tiles(script.key, str(slide.pk))
    assert script.tile(slide) == 200
    for part in ("0/0_0", "0/1_0"):
        script.application.forget_permissions()
        with CaptureQueriesContext(connection) as steady:
            assert script.application._permits.get(script.key, str(slide.pk))
            assert script.get(slide, part, SlideImage.objects.get(slide=slide).content_version)[0] == 200
        # Two are the test's own, that look the version up.
        assert len(steady) - 2 <= len(permission), [each["sql"] for each in steady.captured_queries]
    assert len(rows(slide)) == 1


@pytest.mark.commits
def test_of_two_tile_processes_and_a_viewer_at_once_one_leaves_the_row(
    world: World, slide: Slide, sign_in: SignIn
) -> None:
    for who in (world.expert, world.asker):
        key = sign_in(who).session.session_key or ""
        decision = slide_for_tiles(key, str(slide.pk))
        actor = decision.actor
        assert actor is not None
        by_tile = partial(fetched, actor=actor, slide_id=slide.pk, share=decision.share)
        by_viewer = partial(opened, actor=actor, slide_id=slide.pk)
        asked: list[Callable[[], object]] = [by_tile, by_tile, by_viewer, by_tile]
        assert together(*asked) == [None] * len(asked)
    assert [row.person for row in rows(slide)] == [world.expert.person, world.asker.person]


def test_a_slide_left_alone_for_half_an_hour_is_looked_at_anew(
    world: World, slide: Slide, script: Script, at: Callable[[Any], None]
) -> None:
    start = clock.now()
    for minutes, count in ((0, 1), (15, 1), (29, 1), (31, 2), (32, 2)):
        at(start + timedelta(minutes=minutes))
        world.user("expert").sign_ins.update(active_at=clock.now())  # at work, on other pages
        assert script.tile(slide) == 200
        assert len(rows(slide)) == count, minutes


@pytest.mark.commits
def test_a_sitting_lasts_as_long_as_its_tiles_are_asked_for(
    world: World, slide: Slide, script: Script, at: Callable[[Any], None]
) -> None:
    """An hour here for the record; the half hour of the cache begins anew with each question."""
    key = cache.make_key(f"sitting:{actors.session_digest(script.key)}:{world.expert.membership}:{slide.pk}")
    assert script.tile(slide) == 200
    with redis.Redis.from_url(settings.REDIS_URL) as store:
        store.expire(key, 60)
        at(clock.now() + timedelta(hours=1))
        world.user("expert").sign_ins.update(active_at=clock.now())
        assert script.tile(slide) == 200
        assert store.ttl(key) > 1_700
    assert len(rows(slide)) == 1


def test_another_session_and_another_membership_look_for_themselves(
    world: World, slide: Slide, script: Script, sign_in: SignIn
) -> None:
    assert (script.tile(slide), Script(sign_in(world.expert)).tile(slide)) == (200, 200)
    assert len(rows(slide)) == 2
    other = Membership.objects.create(
        user=world.user("expert"), organisation_id=world.stranger.lab(), role="pathologist"
    )
    session = script.client.session
    session[actors.ACTING] = str(other.pk)
    session.save()
    assert (script.tile(slide), tell(script.client, "opened", slide)) == (200, 204)
    assert [row.membership for row in rows(slide)][2:] == [other.pk]
    assert rows(slide)[-1].organisation == world.stranger.organisation


@pytest.mark.commits
def test_what_an_emergency_opens_is_looked_at_in_that_emergency(world: World, slide: Slide, script: Script) -> None:
    assert script.tile(slide) == 200
    access = call(world, world.expert)
    assert script.tile(slide) == 200
    first, second = rows(slide)
    assert (first.purpose, second.purpose) == ("TREAT", "ETREAT")
    assert second.share == Share.objects.get(source_id=access.pk).pk


def test_what_is_in_lists_or_shows_nothing_leaves_no_row(world: World, slide: Slide, script: Script) -> None:
    assert script.get(slide, "thumbnail")[0] == 200
    assert script.get(slide, "0/99_99")[0] == 404
    assert script.get(slide, version="f" * 16)[0] == 404
    SlideImage.objects.filter(slide=slide).update(status=Status.UNREADABLE)
    assert script.tile(slide) == 404, "seen, and not refused: there is no image"
    script.client.logout()
    assert script.tile(slide) == 401
    assert rows(slide) == rows(slide, outcome="denied") == []


def test_where_the_record_cannot_be_kept_no_pixels_are_sent(slide: Slide, script: Script) -> None:
    with nothing_can_be_recorded():
        assert script.tile(slide) == 503
        assert script.tile(slide) == 503, "the first attempt is nobody's row"
        assert script.get(slide, "thumbnail")[0] == 200
    assert script.tile(slide) == 200
    assert acts(slide) == ["slide.opened tiles"]


def test_a_refusal_is_on_record_once_and_names_the_case_to_its_laboratory(
    world: World, slide: Slide, sign_in: SignIn
) -> None:
    stranger = Script(sign_in(world.stranger))
    for _ in range(3):
        assert stranger.tile(slide, HTTP_X_FORWARDED_FOR="192.0.2.7") == 404
    (row,) = rows(slide, outcome="denied")
    assert (row.action, row.reason, row.object_kind) == ("access.denied", "not-found", "tiles")
    assert (row.person, row.membership) == (world.stranger.person, world.stranger.membership)
    assert (row.case, row.owner) == (slide.case_id, world.asker.organisation), "as of a refused page"
    assert row.facts == {"method": "GET", "status": 404, "ids": {"slide_id": str(slide.pk)}}
    assert (row.door, row.address, row.session) == ("tiles", "192.0.2.7", actors.session_digest(stranger.key))
    assert len(row.request_id) == 32
    page = stranger.client.get(reverse("slides:view", args=[slide.pk]))
    assert page.status_code == 404
    of_page = AuditEvent.objects.filter(outcome="denied", door="web").get()
    assert (of_page.case, of_page.patient, of_page.owner) == (row.case, row.patient, row.owner)


@pytest.mark.commits
def test_refusals_that_cost_nothing_more_are_kept_apart_by_slide(world: World, slide: Slide, sign_in: SignIn) -> None:
    stranger, other = Script(sign_in(world.stranger)), world.slides("sent")[1]
    assert (stranger.tile(slide), stranger.tile(other), stranger.tile(slide)) == (404, 404, 404)
    assert [len(rows(each, outcome="denied")) for each in (slide, other)] == [1, 1]


def test_access_that_ends_under_an_open_viewer_and_comes_back(world: World, slide: Slide, script: Script) -> None:
    assert script.tile(slide) == 200
    share = Share.objects.filter(case=slide.case_id)
    until = share.get().valid_until
    grants = share.get().grants
    grants.update(valid_until=clock.now() - timedelta(seconds=1))
    assert (script.tile(slide), script.tile(slide)) == (404, 404)
    (row,) = rows(slide, outcome="denied")
    assert row.facts["by"] == "page", "nobody tried: what was open went on asking"
    grants.update(valid_until=until)
    assert script.tile(slide) == 200
    assert acts(slide) == ["slide.opened tiles"] * 2


def test_access_that_ends_between_the_question_and_the_pixels(
    world: World, slide: Slide, script: Script, sign_in: SignIn
) -> None:
    decision = slide_for_tiles(script.key, str(slide.pk))
    Share.objects.get(case=slide.case_id).grants.update(valid_until=clock.now() - timedelta(seconds=1))
    assert DjangoAuthority().fetched(decision, str(slide.pk), {"REMOTE_ADDR": "192.0.2.8"}) == 404
    assert rows(slide) == []
    (row,) = rows(slide, outcome="denied")
    assert row.address == "192.0.2.8"


def test_who_opens_more_than_anybody_reads_is_held_back_here_too(
    world: World, slide: Slide, script: Script, own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LIMITS", ((3_600, 0),))
    assert (script.tile(slide), script.tile(slide)) == (429, 429)
    assert rows(slide) == []
    (row,) = rows(slide, outcome="denied")
    assert (row.reason, row.case) == ("too-many-requests", slide.case_id)
