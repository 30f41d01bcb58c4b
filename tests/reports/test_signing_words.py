"""What the signer and the reader are told: what is printed, what differs, why a draft is over, what is still owed."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from consult.reports.document import printable
from consult.reports.queries import paper
from consult.requests.actions.ask import ask
from consult.requests.actions.reply import reply
from consult.requests.actions.withdraw import withdraw
from core.actor import Actor
from tests.cast import World
from tests.reports.pages import preview, sign, write

pytestmark = pytest.mark.usefixtures("own_cache")  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]


@pytest.fixture
def expert(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.expert)


def test_the_preview_shows_what_is_printed_and_names_what_cannot_be(
    world: World, expert: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = frozenset(range(0x20, 0x250))
    monkeypatch.setattr(printable, "plex_characters", lambda fonts: letters)
    report = write(world, comment="Seen with 王 at 3 µm.")
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    assert "Seen with [U+738B] at 3 µm." in page
    assert "These characters cannot be printed. The report shows their numbers instead: 王 [U+738B]." in page
    held = preview(expert, report)
    assert sign(expert, report, held).status_code == 422, "the signer has to confirm it"
    assert sign(expert, report, held, confirmed=["characters_not_printable"]).status_code == 302


def test_the_number_of_the_request_and_what_was_asked_and_given_are_signed_and_printed(
    world: World, expert: Client
) -> None:
    request = world.request("waiting")
    given = reply(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("waiting"),
        text="For two years.",
    )
    report = write(world, "waiting")
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    assert sign(expert, report, preview(expert, report)).status_code == 302
    content = report.versions.get().tree
    assert content.request_number == given.number
    said = [(each.kind, each.printed_name, each.text) for each in content.conversation]
    assert said == [
        ("question", "Dr North Expert", "How long has it been there?"),
        ("reply", "Dr North Asker", "For two years."),
    ]
    rows = {row["label"]: row["paragraphs"] for row in paper(report, content)["request"]["rows"]}
    assert rows["Request number"] == [[given.number]]
    assert rows["Information asked"][0] == ["How long has it been there?"]
    assert rows["Information given"][1][0].startswith("Dr North Asker, ")
    assert "For two years." in page
    assert given.number in page[page.index("cs-paper__body") :]


def test_what_differs_from_the_preview_is_named(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    write(world, comment="Added in another window.")
    page = sign(expert, report, held).content.decode()
    assert "Different now: Comment." in page
    held = preview(expert, report)
    request = world.request("accepted")
    ask(
        actor=world.expert,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("accepted"),
        text="How long?",
    )
    page = sign(expert, report, held).content.decode()
    assert "Different now: Information asked and given." in page
    assert not report.versions.exists()


def test_after_a_withdrawal_the_signer_reads_who_withdrew_it_and_why(world: World, expert: Client) -> None:
    report, request = write(world), world.request("accepted")
    held = preview(expert, report)
    withdraw(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("accepted"),
        reason="Shown to a colleague here.",
    )
    answer = sign(expert, report, held)
    assert answer.status_code == 409
    words = f"Dr North Asker has withdrawn request {request.number}. Nothing was signed. Reason: Shown to a colleague"
    assert words in answer.content.decode()


@pytest.mark.parametrize(("who", "state", "owes"), [("asker", "answered", True), ("expert", "answered", False)])
def test_whoever_owes_the_acknowledgement_finds_it_on_the_report(
    world: World, sign_in: SignIn, who: str, state: str, owes: bool
) -> None:
    page = sign_in(world.people[who]).get(reverse("reports:detail", args=[world.report(state).pk])).content.decode()
    assert (reverse("requests:act", args=[world.request(state).pk, "acknowledge"]) in page) is owes


def test_the_family_name_is_in_capitals_on_paper_as_on_the_screen(world: World) -> None:
    report = world.report("answered")
    assert paper(report, report.versions.get().tree)["patient"][0][1] == "ZWARTKOPMEES, Given answered"
