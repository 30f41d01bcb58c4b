"""The worklist: each view shows what its address says, and nothing that the page of a request hides."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consult.desk.queries import VIEWS
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests
from consult.requests.queries import page
from core.actor import Actor
from core.audit.models import AuditEvent
from core.ids import new_id
from tests.cast import STATES, World
from tests.requests.screen import text_of

SignIn = Callable[[Actor], Client]
HOME = "/"


def shown_in(html: str, world: World) -> set[str]:
    """The states of the world's requests whose numbers stand in the list."""
    rows = html.split('id="live-list"')[1]
    return {state for state in STATES if world.request(state).number in rows}


def copies_of(request: ConsultRequest, number: int) -> None:
    """The same request again and again, one minute older each, so that a list has pages."""
    ConsultRequest.objects.bulk_create(
        ConsultRequest(
            **{
                field.attname: getattr(request, field.attname)
                for field in ConsultRequest._meta.concrete_fields
                if field.attname not in {"id", "number", "created_at", "due_at", "report_id"}
            },
            id=new_id(),
            number=f"{request.number}-{each}",
            created_at=request.created_at - timedelta(minutes=each + 1),
            due_at=request.due_at + timedelta(minutes=each + 1) if request.due_at else None,
        )
        for each in range(number)
    )


@pytest.mark.parametrize(
    ("who", "view", "states"),
    [
        ("expert", "mine", {"sent", "asked", "accepted", "waiting"}),
        ("asker", "asked", {"draft", "sent", "asked", "accepted", "waiting", "answered", "acknowledged"}),
        ("asker", "waiting", {"sent", "accepted"}),
        ("expert", "waiting", {"asked", "waiting"}),
        ("asker", "lab", set(STATES) - {"draft"}),
        ("staff", "lab", set(STATES) - {"draft"}),
        ("expert_colleague", "lab", {"accepted", "waiting", "answered", "acknowledged", "closed"}),
        ("expert", "done", {"answered", "acknowledged", "closed", "declined", "withdrawn"}),
        ("asker", "done", {"answered", "acknowledged", "closed", "declined", "withdrawn"}),
        ("stranger", "lab", set()),
    ],
)
def test_each_view_holds_what_it_says(world: World, sign_in: SignIn, who: str, view: str, states: set[str]) -> None:
    assert shown_in(text_of(sign_in(world.people[who]), f"{HOME}?view={view}"), world) == states


@pytest.mark.parametrize("who", ["asker", "colleague", "staff", "expert", "expert_colleague", "stranger", "clinician"])
def test_no_view_shows_what_the_page_of_a_request_hides(world: World, mirror: World, who: str) -> None:
    for actor in (world.people[who], mirror.people[who]):
        visible = set(visible_requests(actor).values_list("pk", flat=True))
        for view in VIEWS:
            listed = {each.pk for part in view.parts(actor) for each in part}
            found = {each.pk for each in page(actor, view.parts(actor), view.order).requests}
            assert found <= visible
            if actor.role in view.roles:
                assert found == listed & visible


def test_the_first_view_that_holds_something_opens(world: World, sign_in: SignIn) -> None:
    assert shown_in(text_of(sign_in(world.expert), HOME), world) == {"sent", "asked", "accepted", "waiting"}
    assert "draft" in shown_in(text_of(sign_in(world.asker), HOME), world)


def test_a_filter_is_an_address(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert)
    assert shown_in(text_of(client, f"{HOME}?view=mine&status=sent"), world) == {"sent"}
    assert shown_in(text_of(client, f"{HOME}?view=mine&urgent=1"), world) == set()
    assert shown_in(text_of(client, f"{HOME}?view=mine&lab={world.stranger.organisation}"), world) == set()
    organ = world.case("sent").organ_system
    assert "sent" in shown_in(text_of(client, f"{HOME}?view=mine&organ={organ}"), world)


def test_nonsense_in_the_address_is_no_error(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert)
    for query in ("status=nonsense", "lab=nonsense", "organ=nonsense", "view=nonsense"):
        assert client.get(f"{HOME}?{query}").status_code == 200, query


def test_pages_follow_each_other_without_gap_or_repeat(world: World, sign_in: SignIn) -> None:
    copies_of(world.request("sent"), 120)
    actor, seen = world.expert, []
    view = next(view for view in VIEWS if view.name == "mine")
    after = None
    while True:
        found = page(actor, view.parts(actor), view.order, after=after)
        seen += [each.pk for each in found.requests]
        assert found.after is None or found.after != after, "the next page is the same again"
        after = found.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 124
    assert seen == sorted(seen, key=lambda pk: (ConsultRequest.objects.get(pk=pk).due_at, pk))


def test_the_page_has_a_way_to_the_next(world: World, sign_in: SignIn) -> None:
    copies_of(world.request("sent"), 60)
    client = sign_in(world.expert)
    html = text_of(client, f"{HOME}?view=mine")
    address = html.split('id="page-next"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    second = text_of(client, address)
    assert 'id="page-next"' not in second
    assert 'id="page-first"' in second


@pytest.mark.parametrize(("who", "view"), [("expert", "mine"), ("asker", "lab"), ("asker", "waiting")])
def test_the_number_of_queries_does_not_grow_with_the_rows(world: World, sign_in: SignIn, who: str, view: str) -> None:
    client = sign_in(world.people[who])
    text_of(client, f"{HOME}?view={view}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        text_of(client, f"{HOME}?view={view}")
    copies_of(world.request("sent"), 40)
    with CaptureQueriesContext(connection) as many:
        text_of(client, f"{HOME}?view={view}")
    assert len(many) == len(few)
    assert len(many) <= 40


def test_listing_leaves_one_row_with_its_filter(world: World, sign_in: SignIn) -> None:
    text_of(sign_in(world.expert), f"{HOME}?view=mine&status=sent")
    row = AuditEvent.objects.filter(action="request.listed", person=world.expert.person).latest("at")
    assert row.facts["list"] == "worklist.mine"
    assert row.facts["status"] == "sent"
    assert row.facts["rows"] == 1


@pytest.mark.parametrize("who", ["clinician", "admin"])
def test_a_role_without_requests_reads_what_it_can_do(world: World, sign_in: SignIn, who: str) -> None:
    page = text_of(sign_in(world.people[who]), HOME)
    assert "live-list" not in page
    assert reverse("accounts:preferences") in page


def test_laboratory_staff_see_the_laboratorys_requests_alone(world: World, sign_in: SignIn) -> None:
    page = text_of(sign_in(world.staff), HOME)
    assert "tab-lab" in page
    assert "tab-mine" not in page


def test_the_preview_shows_the_question_and_leaves_a_row(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    page = text_of(sign_in(world.expert), reverse("desk:preview", args=[request.pk]))
    assert request.question in page
    assert reverse("requests:act", args=[request.pk, "accept"]) in page
    assert AuditEvent.objects.filter(action="request.previewed", object_id=str(request.pk)).exists()


def test_the_preview_of_what_one_may_not_see_is_not_found(world: World, sign_in: SignIn) -> None:
    address = reverse("desk:preview", args=[world.request("sent").pk])
    assert sign_in(world.stranger).get(address).status_code == 404


def test_nothing_is_sent_again_while_nothing_has_changed(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert)
    html = text_of(client, f"{HOME}?view=mine")
    address = html.split('id="pulse"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    ConsultRequest.objects.filter(pk=world.request("sent").pk).update(priority="urgent", urgency_reason="Theatre.")
    changed = client.get(address)
    assert changed.status_code == 200
    assert "Urgent" in changed.content.decode()
    assert 'hx-swap-oob="true"' in changed.content.decode()


def test_a_row_offers_accepting_only_where_it_is_possible(world: World, sign_in: SignIn) -> None:
    page = text_of(sign_in(world.expert), f"{HOME}?view=mine")
    assert reverse("requests:act", args=[world.request("sent").pk, "accept"]) in page
    assert reverse("requests:act", args=[world.request("accepted").pk, "accept"]) not in page
