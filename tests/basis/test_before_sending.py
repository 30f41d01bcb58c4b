"""What must be recorded of a patient before a request is sent, and the decision that is kept when it is."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from cases import hooks
from cases.basis.kinds import Against, Kind
from cases.basis.models import SharingDecision
from consult.requests.actions.edit import Draft, edit
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Invalid
from tests.basis.helping import move, note, sees, sent
from tests.cast import World

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]


def test_in_sweden_nothing_is_sent_before_the_patient_was_told_and_asked(world: World) -> None:
    move(world, "SE")
    with pytest.raises(Invalid) as refusal:
        sent(world)
    assert set(refusal.value.fields) == {"informed", "consent"}
    assert "SE, version 1" in refusal.value.fields["consent"]
    note(world, Kind.INFORMED, "draft")
    note(world, Kind.CONSENT, "draft", all_cases=True)
    sent(world)
    assert sees(world.expert, world, "draft")


def test_the_decision_is_kept_with_the_rule_and_what_satisfied_it(world: World) -> None:
    move(world, "SE")
    facts = [note(world, kind, "draft") for kind in (Kind.INFORMED, Kind.CONSENT)]
    request = sent(world)
    kept = SharingDecision.objects.get(source_id=request.pk)
    assert (kept.outcome, kept.sharing, str(kept.rule), kept.decided_by) == (
        "allowed",
        "consultation",
        "SE, version 1",
        world.asker.name,
    )
    assert [each["code"] for each in kept.grounds] == ["treatment", "informed", "consent"]
    assert [each["fact"] for each in kept.grounds[1:]] == [str(each.pk) for each in facts]
    assert AuditEvent.objects.filter(action="request.sent", facts__legal_rule="SE, version 1").exists()


@pytest.mark.parametrize("country", ["GB", "NL", "DE"])
def test_elsewhere_sending_states_the_treatment_relationship(world: World, country: str) -> None:
    move(world, country)
    request = sent(world)
    kept = SharingDecision.objects.get(source_id=request.pk)
    assert kept.grounds == [{"code": "treatment", "by": world.asker.name}]
    assert (kept.rule is None) == (country == "DE")


def test_a_colleague_of_the_own_laboratory_is_asked_without_more(world: World) -> None:
    move(world, "SE")
    note(world, Kind.BLOCK, "draft", reach=Against.ALL)
    request = world.request("draft")
    edit(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("draft"),
        draft=Draft(expert=world.colleague.membership),
    )
    assert SharingDecision.objects.get(source_id=sent(world).pk).sharing == "same_lab"


def test_a_protected_identity_goes_on_under_a_pseudonym(world: World) -> None:
    note(world, Kind.PROTECTED, "draft", all_cases=True)
    with pytest.raises(Conflict, match="identity is protected"):
        sent(world)
    request = world.request("draft")
    edit(
        actor=world.asker,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("draft"),
        draft=Draft(is_pseudonymised=True),
    )
    sent(world)
    assert sees(world.expert, world, "draft")


def test_what_concerns_some_or_leaves_a_pseudonym_is_said_when_it_stands(world: World, sign_in: SignIn) -> None:
    """Of a case that may still be shared with others, or under a pseudonym, nobody is told that it cannot be."""
    client, request = sign_in(world.asker), world.request("draft")
    note(world, Kind.PROTECTED, "draft", all_cases=True)
    ConsultRequest.objects.filter(pk=request.pk).update(expert=None)
    start, draft = reverse("requests:new", args=[request.case_id]), reverse("requests:edit", args=[request.pk])
    assert "cannot be shared now" not in client.get(start).content.decode()
    assert "identity is protected" in client.get(draft).content.decode(), "the draft is by name"
    ConsultRequest.objects.filter(pk=request.pk).update(is_pseudonymised=True)
    assert "cannot be shared now" not in client.get(draft).content.decode()
    note(world, Kind.BLOCK, "draft", reach=Against.ALL)
    for page in (start, draft):
        assert "blocked for everybody outside your laboratory" in client.get(page).content.decode()


@pytest.mark.commits
def test_a_block_recorded_while_a_request_is_sent_waits_for_it_and_closes_it(world: World) -> None:
    """The case's lock makes one of the two the first; whichever it is, nothing stays open."""
    draft, case = world.request("draft"), world.case("draft")
    failed: list[BaseException] = []

    def in_thread(act: Callable[[], object]) -> None:
        try:
            act()
        except Conflict:
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=in_thread, args=(lambda: sent(world),)),
        threading.Thread(target=in_thread, args=(lambda: note(world, Kind.BLOCK, "draft", reach=Against.ALL),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    connection.close()
    assert not sees(world.expert, world, "draft")
    assert ConsultRequest.objects.get(pk=draft.pk).status in {"draft", "sent"}
    assert not hooks.expected_shares([case.pk]) or all(
        spec.valid_until <= clock.now() for spec in hooks.expected_shares([case.pk])
    )


def test_the_pages_say_what_is_missing_and_where_to_record_it(world: World, sign_in: SignIn) -> None:
    move(world, "SE")
    client, request, case = sign_in(world.asker), world.request("draft"), world.case("draft")
    page = client.get(reverse("requests:check", args=[request.pk])).content.decode()
    where = reverse("basis:record", args=[case.pk, "consent"])
    assert "No consent of the patient is recorded" in page and where in page
    form = client.get(reverse("requests:edit", args=[request.pk])).content.decode()
    assert "Legal basis" in form and reverse("basis:case", args=[case.pk]) in form
    answer = client.post(
        reverse("requests:check", args=[request.pk]), {"seen_case": 1, "seen_patient": 1, "version": request.version}
    )
    assert answer.status_code == 422 and request.question in answer.content.decode()
    note(world, Kind.BLOCK, "draft", reach=Against.ALL)
    page = client.get(reverse("requests:check", args=[request.pk])).content.decode()
    assert "blocked for everybody outside your laboratory" in page
