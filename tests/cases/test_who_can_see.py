"""The page of who can see a case, and the two that say why one can see something and why not."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cases import hooks
from cases.access.grants import reconcile
from cases.access_chart import chart
from cases.hooks import ShareSpec
from cases.models import Denial, Slide
from cases.who import Span, spans, standing
from consult.requests.actions.withdraw import withdraw
from core import clock
from core.actor import Actor, Purpose, system
from core.ids import new_id
from tests.cast import CANARY, Answer, World
from tests.emergency.helping import NOTE, call
from tests.exclusions.helping import keeps_out, lets_in

SignIn = Callable[[Actor], Client]


def page(client: Client, world: World, state: str = "sent") -> Answer:
    return client.get(reverse("cases:access", args=[world.case(state).pk]))


def test_it_says_who_why_what_and_until_when(world: World, sign_in: SignIn) -> None:
    answer = page(sign_in(world.staff), world)
    text = answer.content.decode()
    ((access, reason),) = answer.context["accesses"]
    assert (access.name, access.organisation) == ("Dr North Expert", "Nanswering")
    assert reason.words == f"Asked for an opinion, request {world.request('sent').number}"
    assert (access.slides, access.shows_identity, access.shows_label) == (["A1-HE"], True, False)
    assert access.valid_until - access.valid_from == timedelta(days=365)
    assert "As long as it is kept" in text and "Pathologist" in text, "the laboratory by its roles, as one line"
    unshared = answer.context["unshared"]
    assert unshared.label and unshared.earlier and not unshared.identity and unshared.slides == ["A2-HE"]
    assert re.search(r"until \d\d \w{3} \d{4} \d\d:\d\d CE", text), "times name their zone"


def test_withdrawing_is_offered_to_who_may_and_leads_to_the_form_that_asks_why(world: World, sign_in: SignIn) -> None:
    form = reverse("requests:act", args=[world.request("sent").pk, "withdraw"])
    assert form in page(sign_in(world.colleague), world).content.decode()
    staff = page(sign_in(world.staff), world).content.decode()
    assert form not in staff, "staff do not withdraw requests"
    assert "Who can withdraw the request in your laboratory: Pathologist, Trainee" in staff
    assert "withdraw" not in page(sign_in(world.colleague), world, "answered").content.decode().lower()


@pytest.mark.parametrize(
    ("state", "button", "step", "words"),
    [
        ("answered", "Read the opinion", "", "ends when it is acknowledged and the request is closed."),
        ("acknowledged", "Close the request", "close", "ends when the request is closed."),
    ],
)
def test_after_the_signature_it_says_what_ends_the_access_leads_there_and_names_who_can(
    world: World, sign_in: SignIn, state: str, button: str, step: str, words: str
) -> None:
    request = world.request(state)
    ways = {"": reverse("requests:detail", args=[request.pk])} | {
        name: reverse("requests:act", args=[request.pk, name]) for name in ("acknowledge", "close")
    }
    colleague, staff = sign_in(world.colleague), sign_in(world.staff)
    for client, may in ((colleague, True), (staff, False)):
        answer = page(client, world, state)
        text, ((_access, reason),) = answer.content.decode(), answer.context["accesses"]
        assert f"The opinion is signed. The access {words}" in text
        assert (button in text, reason.end_url) == (may, ways[step] if may else "")
        assert ("Who can do that in your laboratory: Pathologist, Trainee" in text) is not may
    led = colleague.get(ways[step]).content.decode()
    assert (ways["acknowledge"] if state == "answered" else "access to the slides ends") in led
    (found,) = staff.get(reverse("api-case-access", args=[request.case_id])).json()["results"]
    assert found["ends"].startswith(f"The opinion is signed. The access {words} At the latest it ends on ")
    assert " Who can do that" in found["ends"]


def test_a_reason_that_is_over_moves_to_the_past(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    withdraw(
        actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("sent"), reason="Elsewhere"
    )
    answer = page(sign_in(world.staff), world)
    assert not answer.context["accesses"] and "Nobody outside your laboratory" in answer.content.decode()
    ((span, reason),) = answer.context["past"]
    assert (span.name, request.number in reason.words) == ("Dr North Expert", True)


def test_time_that_has_run_out_ends_a_span_without_anybody_tidying(world: World, at: Callable[..., None]) -> None:
    access = call(world)
    at(access.ends_at + timedelta(minutes=5))
    assert [each.name for each in standing(access.case_id, clock.now())] == ["Dr North Expert"]
    assert [(each.end, each.is_emergency) for each in spans(access.case_id) if each.is_emergency] == [
        (access.ends_at, True)
    ]


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 2), (0, 10), [(0, 2), (3, 10)]),  # given anew after it had run out
        ((0, 9), (0, 5), [(0, 5)]),  # shortened
        ((0, 5), (0, 9), [(0, 9)]),  # extended
        ((0, 9), (4, 9), [(0, 3), (4, 9)]),  # to begin again later
        ((0, 9), None, [(0, 3)]),
        ((5, 9), None, []),  # taken back before it began
    ],
)
def test_the_past_stays_as_it_was(
    world: World,
    at: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    first: tuple[int, int],
    second: tuple[int, int] | None,
    expected: list[tuple[int, int]],
) -> None:
    """What somebody could see, in days from now, by a reason whose time changed after three days."""
    case, now, stated = world.case("draft"), clock.now(), [first]

    def source(case_ids: object) -> list[ShareSpec]:
        return [
            ShareSpec(
                case=case.pk,
                source_kind="tests",
                source_id=case.pk,
                purpose=Purpose.TREATMENT,
                valid_from=now + days[0] * DAY,
                valid_until=now + days[1] * DAY,
                people=frozenset({world.stranger.who()}),
                slides=frozenset(),
            )
            for days in stated
            if days
        ]

    monkeypatch.setattr(hooks, "_shares", [source])
    at(now)
    reconcile([case.pk], actor=system("tests"))
    at(now + 3 * DAY)
    stated[:] = [second] if second else []
    reconcile([case.pk], actor=system("tests"))
    assert [((each.start - now) / DAY, (each.end - now) / DAY) for each in spans(case.pk)] == expected


@pytest.mark.parametrize(
    ("denials", "expected"),
    [
        ([(4, None)], [(0, 4)]),
        ([(-1, None)], []),
        ([(4, 6)], [(0, 4), (6, 365)]),
        ([(-1, 6)], [(6, 365)]),
        ([(4, 6), (7, None)], [(0, 4), (6, 7)]),
        ([(2, 6), (4, 5), (5, 7)], [(0, 2), (7, 365)]),
        ([(6, 400)], [(0, 6)]),
        ([(-3, -1), (5, 5), (365, None)], [(0, 365)]),  # over before, taken back before it began, later
    ],
)
def test_a_denial_is_taken_out_of_the_time(
    world: World, denials: list[tuple[int, int | None]], expected: list[tuple[int, int]]
) -> None:
    """In days from the beginning of an access of a year; somebody else's denial takes nothing of it."""
    case = world.case("sent")
    (given,) = spans(case.pk)
    source = {"kind": "conflict", "source_kind": "tests"}
    for person in (world.expert.who(), world.stranger.who()):
        for start, end in denials if person == world.expert.who() else [(1, None)]:
            begins, ended = given.start + start * DAY, None if end is None else given.start + end * DAY
            times = {"valid_from": begins, "ended_at": ended}
            Denial.objects.create(case=case, user_id=person, source_id=new_id(), **source, **times)
    found = [(each.start - given.start, each.end - given.start) for each in spans(case.pk)]
    assert [(round(start / DAY), round(end / DAY)) for start, end in found] == expected


def test_who_is_kept_out_has_had_access_and_has_it_again_when_let_in(
    world: World, sign_in: SignIn, at: Callable[..., None]
) -> None:
    now = clock.now()
    at(now + DAY)
    exclusion = keeps_out(world, "expert", "sent")
    at(now + 2 * DAY)
    answer = page(sign_in(world.staff), world)
    ((span, _reason),) = answer.context["past"]
    assert (span.name, span.end) == ("Dr North Expert", exclusion.recorded_at)
    (bar,) = (each for each in answer.context["chart"].bars if each.kind == "share")
    assert bar.x + bar.width < answer.context["chart"].now_x
    lifted = lets_in(world, exclusion)
    at(now + 3 * DAY)
    answer = page(sign_in(world.staff), world)
    assert [each.end for each, _reason in answer.context["past"]] == [exclusion.recorded_at]
    first, second = (each for each in answer.context["chart"].bars if each.kind == "share")
    assert first.y == second.y and first.x + first.width < second.x <= answer.context["chart"].now_x
    assert [each.start for each in spans(exclusion.case_id)][1:] == [lifted.lifted_at]


@pytest.mark.parametrize(
    ("state", "who", "begins", "ended", "is_listed"),
    [
        ("sent", "expert", -DAY, False, False),
        ("sent", "expert", DAY, False, True),
        ("sent", "expert", -DAY, True, True),
        ("sent", "colleague", -DAY, False, True),
        ("asked", "expert", -DAY, False, True),
    ],
    ids=["denied", "denied later", "no longer denied", "somebody else is denied", "denied another case"],
)
def test_who_is_denied_the_case_is_not_listed_and_everybody_else_is(
    world: World, sign_in: SignIn, state: str, who: str, begins: timedelta, ended: bool, is_listed: bool
) -> None:
    Denial.objects.create(
        case=world.case(state),
        user=world.user(who),
        kind="conflict",
        source_kind="tests",
        source_id=new_id(),
        valid_from=clock.now() + begins,
        ended_at=clock.now() if ended else None,
    )
    client, names = sign_in(world.staff), ["Dr North Expert"] if is_listed else []
    assert [access.name for access, _ in page(client, world).context["accesses"]] == names
    detail = client.get(reverse("cases:detail", args=[world.case("sent").pk]))
    assert [reader.name for reader in detail.context["readers"]] == names


def test_an_emergency_stands_out_with_its_reason_and_can_be_ended(world: World, sign_in: SignIn) -> None:
    access = call(world)
    text = page(sign_in(world.staff), world).content.decode()
    assert access.number in text and NOTE in text and "End now" in text
    assert reverse("emergency:detail", args=[access.pk]) in text
    assert 'class="k-now"' in text


def test_the_chart_keeps_within_its_frame(world: World) -> None:
    now = clock.now()
    long = Span("Dr A. Very Long Name Indeed", ("request", new_id()), now, now + timedelta(days=365), False)
    short = Span("Dr B", ("emergency", new_id()), now, now + timedelta(minutes=60), True)
    drawn = chart("Lab", now - timedelta(days=30), [long, short] * 10, now)
    assert len(drawn.bars) == 13 and drawn.bars[0].kind == "home"
    assert len({bar.y for bar in drawn.bars}) == 3, "one line for each person and reason, whatever the gaps"
    assert all(bar.x >= 104 and bar.width >= 3 and bar.x + bar.width <= 306 for bar in drawn.bars)
    assert max(len(bar.name) for bar in drawn.bars) <= 16


def test_a_slide_that_is_added_is_not_shared_with_anybody(world: World, sign_in: SignIn) -> None:
    part = world.case("sent").specimens.get()
    Slide.objects.create(case=world.case("sent"), specimen=part, label="A3-HE", stain="HE")
    assert page(sign_in(world.staff), world).context["unshared"].slides == ["A2-HE", "A3-HE"]


@pytest.mark.parametrize(
    ("who", "words"), [("staff", "You work as Laboratory staff"), ("expert", "Asked for an opinion")]
)
def test_whoever_sees_a_case_reads_why(world: World, sign_in: SignIn, who: str, words: str) -> None:
    client = sign_in(world.people[who])
    address = reverse("cases:why", args=[world.case("sent").pk])
    assert (
        address in client.get(reverse("cases:detail", args=[world.case("sent").pk])).content.decode() or who == "staff"
    )
    text = client.get(address).content.decode()
    assert words in text and world.request("sent").number in text
    assert ("A2-HE" in text) is False, "a slide that is not shared is not named"


def test_the_expert_is_promised_the_request_only_from_the_signature_on(world: World, sign_in: SignIn) -> None:
    text = sign_in(world.expert).get(reverse("cases:why", args=[world.case("sent").pk])).content.decode()
    assert "Once an opinion is signed, both stay readable for you" in text
    assert "your opinion stay readable for you" not in text, "a request that ends before it shows nothing any more"


def test_the_expert_reads_what_stays_after_the_access_has_ended(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.expert).get(reverse("cases:why", args=[world.case("closed").pk]))
    text = answer.content.decode()
    assert answer.status_code == 200 and "your opinion stay readable for you" in text
    assert CANARY.upper() not in text.upper()


def _same(answer: Answer, *keys: object) -> str:
    text = answer.content.decode()
    for key in keys:
        text = text.replace(str(key), "KEY")
    return re.sub(r'give this number: <span class="cs-mono">[^<]+', "", re.sub(r'value="\w{64}"', "", text))


def test_hidden_and_absent_read_the_same_byte_for_byte(world: World, sign_in: SignIn) -> None:
    client, hidden, absent = sign_in(world.stranger), world.case("sent").pk, new_id()
    for name, status in (("cases:detail", 404), ("cases:access", 404), ("cases:why", 200)):
        answers = [client.get(reverse(name, args=[key])) for key in (hidden, absent)]
        assert [answer.status_code for answer in answers] == [status, status]
        assert _same(answers[0], hidden, absent) == _same(answers[1], hidden, absent)


def test_the_refusal_leads_to_why_and_from_there_to_emergency_access(world: World, sign_in: SignIn) -> None:
    client, key = sign_in(world.stranger), world.case("sent").pk
    refusal = client.get(reverse("cases:detail", args=[key])).content.decode()
    why = reverse("cases:why", args=[key])
    assert why in refusal
    text = client.get(why).content.decode()
    assert f"{reverse('emergency:open')}?case={key}" in text
    assert "You work as Pathologist" in text and "You hold other memberships" not in text


def test_why_not_names_whom_to_ask_and_who_one_is(world: World, sign_in: SignIn) -> None:
    Membership.objects.create(user=world.user("staff"), organisation_id=world.asker.lab(), role="mdt_coordinator")
    client, other = sign_in(world.staff), "You hold other memberships"
    assert other in client.get(reverse("accounts:agreement", args=[new_id()])).content.decode(), "what mail led to"
    text = client.get(reverse("cases:why_not")).content.decode()
    assert "Dr North Admin" in text and other in text and "MDT coordinator" in text
    assert "emergency/open" not in text, "staff open nothing in an emergency"


def test_the_red_band_is_on_every_page_of_the_case_while_it_runs(world: World, sign_in: SignIn) -> None:
    access, client = call(world), sign_in(world.stranger)
    case, slide = access.case_id, world.slides("sent")[0]
    for address in (
        reverse("cases:detail", args=[case]),
        reverse("cases:why", args=[case]),
        reverse("slides:view", args=[slide.pk]),
    ):
        assert "cs-emergency" in client.get(address).content.decode(), address
    for actor in (world.staff, world.expert):
        assert 'class="cs-emergency"' not in sign_in(actor).get(reverse("cases:detail", args=[case])).content.decode()
