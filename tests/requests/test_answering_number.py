"""The answering laboratory's own number names one request, so that nobody gets the answer of another patient."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.models import Case
from consult.requests.actions.accept import accept
from consult.requests.actions.give_number import give_number
from consult.requests.models import ConsultRequest
from core.actor import Actor
from core.errors import Invalid
from tests.cast import World

SignIn = Callable[[Actor], Client]


@pytest.mark.parametrize("number", ["EXP-1", " exp-1 ", "exp \u2013 1"])
def test_a_number_that_another_request_has_is_refused_on_accepting(world: World, number: str) -> None:
    request, other = world.request("sent"), world.request("accepted")
    with pytest.raises(Invalid) as refused:
        accept(
            actor=world.expert,
            request_id=request.pk,
            version=request.version,
            seen=world.seen("sent"),
            accession_number=number,
        )
    assert f"gave this number to request {other.number}" in refused.value.fields["accession_number"]
    assert world.request("sent").status == "sent"


def test_the_page_says_where_the_number_was_given_before_and_keeps_what_was_typed(
    world: World, sign_in: SignIn
) -> None:
    request, other = world.request("waiting"), world.request("accepted")
    body = {"version": request.version, "seen_case": 1, "seen_patient": 1, "accession_number": "EXP-1"}
    answer = sign_in(world.expert).post(reverse("requests:act", args=[request.pk, "give_number"]), body)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert other.number in page
    assert 'value="EXP-1"' in page
    assert world.request("waiting").answering_accession_number != "EXP-1"


def test_a_number_of_the_answering_laboratorys_own_case_is_refused(world: World) -> None:
    request = world.request("accepted")
    assert request.answering_organisation is not None
    own = Case.objects.exclude(pk=request.case_id).first()
    assert own is not None
    Case.objects.filter(pk=own.pk).update(organisation=request.answering_organisation, accession_number="OWN-7")
    with pytest.raises(Invalid) as refused:
        _give(world, request, "own - 7")
    assert "Another case of your laboratory has this number." in refused.value.message


def test_the_number_can_be_corrected_and_its_own_given_again(world: World) -> None:
    request = world.request("accepted")
    assert _give(world, request, "EXP-9").answering_accession_number == "EXP-9"
    assert _give(world, world.request("accepted"), "EXP-9").answering_accession_number == "EXP-9"


def test_the_database_refuses_what_two_give_at_once(world: World) -> None:
    waiting = ConsultRequest.objects.filter(pk=world.request("waiting").pk)
    with pytest.raises(IntegrityError, match="requests_answering_number_once"), transaction.atomic():
        waiting.update(answering_accession_number="exp - 1")


def _give(world: World, request: ConsultRequest, number: str) -> ConsultRequest:
    return give_number(
        actor=world.expert,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("accepted"),
        accession_number=number,
    )
