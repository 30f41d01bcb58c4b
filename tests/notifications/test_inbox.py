"""The inbox and the bell: the own ones, newest first, read when opened."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.ids import new_id
from notifications.actions.notify import notify
from notifications.models import Notification
from tests.cast import World

INBOX = "/notifications/"


# Nobody has told this person anything yet; the world's requests are between others.
NEW = "expert_colleague"


def told(world: World, who: str = NEW, *, kind: str = "request.send", number: str = "T-1") -> Notification:
    """Tell somebody something about a request."""
    person, occasion = world.people[who].person, new_id().hex
    assert person
    notify(
        recipient=person,
        kind=kind,
        subject=world.request("sent").pk,
        occasion=occasion,
        number=number,
        person_name="Dr North Asker",
    )
    return Notification.objects.get(dedupe_key__endswith=occasion)


def test_the_sentence_stands_in_the_inbox_of_its_recipient_alone(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    one = told(world)
    html = sign_in(world.people[NEW]).get(INBOX).content.decode()
    assert "Dr North Asker asks for your opinion: request T-1." in html
    assert "1 unread notification" in html
    for who in ("asker", "expert", "stranger"):
        client = sign_in(world.people[who])
        assert "T-1" not in client.get(INBOX).content.decode()
        assert client.get(reverse("notifications:open", args=[one.pk])).status_code == 404
        client.post(reverse("notifications:read", args=[one.pk]))
    one.refresh_from_db()
    assert one.read_at is None


def test_opening_marks_as_read_and_leads_to_the_page(world: World, sign_in: Callable[[Actor], Client]) -> None:
    one = told(world)
    answer = sign_in(world.people[NEW]).get(reverse("notifications:open", args=[one.pk]))
    assert answer["Location"] == reverse("requests:detail", args=[one.subject])
    one.refresh_from_db()
    assert one.read_at is not None


def test_one_or_all_are_marked_by_hand(world: World, sign_in: Callable[[Actor], Client]) -> None:
    first, second = told(world), told(world)
    client = sign_in(world.people[NEW])
    client.post(reverse("notifications:read", args=[first.pk]), {"next": "https://evil.example/"})
    assert "1 unread notification" in client.get(INBOX).content.decode()
    answer = client.post(reverse("notifications:read_all"), {"next": "https://evil.example/"})
    assert answer["Location"] == INBOX
    second.refresh_from_db()
    assert second.read_at is not None
    assert "Everything is read" in client.get(INBOX).content.decode()
    third = told(world)
    assert client.get(reverse("notifications:read_all"))["Location"] == INBOX
    third.refresh_from_db()
    assert third.read_at is None, "a GET marks nothing"


def test_the_bell_says_the_number_in_words(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client = sign_in(world.people[NEW])
    badge = reverse("notifications:badge")
    assert client.get(badge).content.decode().strip() == ""
    told(world)
    told(world)
    assert "2 unread notifications" in client.get(badge).content.decode()
    assert Client().get(badge, headers={"HX-Request": "true"}).status_code == 401


def test_only_what_needs_an_act_is_marked_so_and_urgency_is_said_apart(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    client, badge = sign_in(world.people[NEW]), reverse("notifications:badge")
    accepted = told(world, kind="request.accept")
    Notification.objects.filter(pk=accepted.pk).update(urgent=True)
    page = client.get(INBOX).content.decode()
    assert "Unread, needs you" not in page
    assert "cs-pri--urgent" in page
    assert "cs-dot--calm" in client.get(badge).content.decode()
    told(world, kind="request.ask")
    assert client.get(INBOX).content.decode().count("Unread, needs you") == 1
    assert "cs-dot--calm" not in client.get(badge).content.decode()


def test_older_pages_continue_where_the_last_one_ended(
    world: World, sign_in: Callable[[Actor], Client], at: Callable[[object], None]
) -> None:
    start = clock.now()
    for index in range(35):
        at(start + timedelta(minutes=index // 3))  # some came at the same moment
        told(world, number=f"T-{index:03d}")
    client = sign_in(world.people[NEW])
    first = client.get(INBOX)
    older = first.context["older_url"]
    assert first.context["rows"][0].number == "T-034"
    second = client.get(older)
    numbers = [row.number for page in (first, second) for row in page.context["rows"]]
    assert sorted(numbers) == [f"T-{index:03d}" for index in range(35)]
    assert second.context["older_url"] == ""


def test_the_api_lists_and_marks(world: World, sign_in: Callable[[Actor], Client]) -> None:
    one, other = told(world), told(world, who="asker", kind="request.accept")
    client = sign_in(world.people[NEW])
    page = client.get("/api/v1/notifications").json()
    assert page["unread"] == 1
    assert [each["id"] for each in page["results"]] == [str(one.pk)]
    assert page["results"][0]["url"] == reverse("requests:detail", args=[one.subject])

    def mark(key: str) -> dict[str, int]:
        answer = client.post(
            "/api/v1/notifications/read",
            {"ids": [str(one.pk), str(other.pk)]},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        marked: dict[str, int] = answer.json()
        return marked

    assert mark("first-key") == {"marked": 1}
    assert mark("first-key") == {"marked": 1}
    assert mark("second-key") == {"marked": 0}
    other.refresh_from_db()
    assert other.read_at is None


def test_an_unknown_place_in_the_inbox_shows_nothing(world: World, sign_in: Callable[[Actor], Client]) -> None:
    told(world)
    answer = sign_in(world.people[NEW]).get(INBOX, {"before": str(UUID(int=1))})
    assert answer.context["rows"] == []
