"""Under a pseudonym: who asked is told which of their words a correction hides; reasons are read without the name."""

from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from consult.reports.preview import preview
from consult.requests.actions.ask import ask
from consult.requests.actions.decline import decline
from consult.requests.actions.reply import reply
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core.actor import Actor
from core.errors import Conflict
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.cast import World, client_for, sign_opinion
from tests.requests.blind import GIVEN, NAME, STATE, accepted, drafted, name_the_patient, sent
from tests.requests.changes import fresh, move, rename, renumber, rewrite, seen

pytestmark = pytest.mark.ci

RIGHT = "Tureluur"  # what the patient is really called, and nobody in the register when the request is sent
KIND = "request.words_hidden"


@pytest.fixture
def hidden(world: World) -> ConsultRequest:
    """A request under a pseudonym that the expert has accepted, about a name that the register does not know yet."""
    name_the_patient(world)
    return accepted(world, sent(world, drafted(world, question=f"Mrs {RIGHT}: naevus?")))


def page(who: Actor, request: ConsultRequest) -> str:
    return client_for(who).get(reverse("requests:detail", args=[request.pk])).content.decode()


def told() -> list[Notification]:
    run.drain()
    return list(Notification.objects.filter(kind=KIND))


def act(world: World, who: Actor, request: ConsultRequest, step: Any, **given: object) -> ConsultRequest:
    """One step with what is on the screen now."""
    now = fresh(request)
    return step(actor=who, request_id=now.pk, version=now.version, seen=seen(now), **given)  # type: ignore[no-any-return]


def test_who_asked_is_told_that_a_corrected_name_hides_their_words(world: World, hidden: ConsultRequest) -> None:
    assert "In place of these words the other side reads" not in page(world.asker, hidden)
    rename(world, hidden, RIGHT)
    (row,) = told()
    assert (row.recipient_id, row.url) == (world.asker.person, reverse("requests:detail", args=[hidden.pk]))
    assert hidden.number in row.sentence and row.about.needs_action
    words = (RIGHT, NAME, GIVEN, "naevus")
    assert not [word for word in words if word in row.sentence]
    letters = [each for each in mail.outbox if hidden.number in f"{each.subject} {each.body}"]
    assert letters and not [word for word in words for each in letters if word in f"{each.subject} {each.body}"]
    (job,) = Job.objects.filter(kind="requests.tell_of_hidden_words")
    assert (job.subject, job.payload) == (hidden.pk, {})
    own = page(world.asker, hidden)
    assert "In place of these words the other side reads" in own and f"<li>Question: {RIGHT}</li>" in own
    assert f"Mrs {RIGHT}: naevus?" in own, "as it was sent"
    assert "In place of these words" not in page(world.expert, hidden)


def test_who_corrected_it_themselves_is_told_too(world: World, hidden: ConsultRequest) -> None:
    mine = World(world.name, {**world.people, "staff": world.asker})
    rename(mine, hidden, RIGHT)
    assert [row.recipient_id for row in told()] == [world.asker.person]


def test_another_patient_or_number_hides_words_too(world: World, hidden: ConsultRequest) -> None:
    act(world, world.expert, hidden, ask, text="Since when?")
    act(world, world.asker, hidden, reply, text="As in N-corrected.")
    renumber(world, hidden)
    assert len(told()) == 1
    assert "<li>Information given: N-corrected</li>" in page(world.asker, hidden)
    other = fresh(world.request("declined")).case.patient
    type(other).objects.filter(pk=other.pk).update(family_name=RIGHT)
    move(world, hidden)
    assert len(told()) == 2


def test_the_api_says_it_to_who_asked_alone(world: World, hidden: ConsultRequest) -> None:
    rename(world, hidden, RIGHT)
    address = reverse("api-request", args=[hidden.pk])
    assert client_for(world.asker).get(address).json()["hidden_words"] == [{"what": "Question", "words": [RIGHT]}]
    assert client_for(world.expert).get(address).json()["hidden_words"] == []


@pytest.mark.parametrize("name", ["Corrected", NAME])
def test_a_correction_that_hides_nothing_more_tells_nobody(world: World, name: str) -> None:
    name_the_patient(world)
    draft = drafted(world, question=f"{NAME}'s sign?")
    request = accepted(world, sent(world, draft, texts_checked=True))
    assert f"<li>Question: {NAME}</li>" in page(world.asker, request), "what was ticked is hidden, and said to be"
    rename(world, request, name)
    assert told() == []


def test_nobody_is_told_of_a_request_by_name_nor_of_one_that_is_signed(world: World, hidden: ConsultRequest) -> None:
    by_name = world.request("accepted")
    ConsultRequest.objects.filter(pk=by_name.pk).update(question=f"Mrs {RIGHT}?")
    rename(world, by_name, RIGHT)
    assert "In place of these words" not in page(world.asker, by_name)
    sign_opinion(world, hidden, world.seen(STATE))
    rename(world, hidden, RIGHT)
    assert told() == []


def test_clinical_details_that_were_edited_hide_and_tell_nothing_by_themselves(
    world: World, hidden: ConsultRequest
) -> None:
    rewrite(world, hidden, history=f"Mrs {NAME} has moles.")
    assert told() == []
    assert f"<li>Clinical details: {NAME}</li>" in page(world.asker, hidden)


@pytest.fixture
def declined(world: World, hidden: ConsultRequest) -> ConsultRequest:
    """Handed back with a note that holds the name."""
    return act(world, world.expert, hidden, decline, reason="no_capacity", note=f"Ask who knows {RIGHT}")


def test_a_reason_that_names_the_patient_since_a_correction_is_not_read_under_the_pseudonym(
    world: World, declined: ConsultRequest
) -> None:
    assert f"Ask who knows {RIGHT}" in page(world.expert, declined)
    rename(world, declined, RIGHT)
    assert "Ask who knows […]" in page(world.expert, declined) and RIGHT not in page(world.expert, declined)
    assert f"Ask who knows {RIGHT}" in page(world.asker, declined)


def test_a_reason_that_was_ticked_is_read_without_the_name(world: World, hidden: ConsultRequest) -> None:
    reason = f"The {NAME} sign is not there"
    done = act(world, world.asker, hidden, withdraw, reason=reason, texts_checked=True)
    read = [page(world.expert, done), page(world.expert_colleague, done)]
    assert all("The […] sign is not there" in text and NAME not in text for text in read)
    assert reason in page(world.asker, done)
    assert done.report_id
    with pytest.raises(Conflict) as refusal:
        preview(world.expert, done.report_id)
    assert "Reason: The […] sign is not there" in refusal.value.message and NAME not in refusal.value.message
