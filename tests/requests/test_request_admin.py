"""Requests in the admin site: what the actor may see and find, nothing to change, and withdrawing with a reason."""

import pytest
from django.test import Client

from accounts.models import User
from consult.requests.models import ConsultRequest
from tests.cast import World, client_for

LIST = "/admin/requests/consultrequest/"


@pytest.fixture
def asker(world: World) -> Client:
    """The requester, let into the admin site as whoever runs the installation; that gives no clinical right."""
    User.objects.filter(pk=world.asker.who()).update(is_platform_admin=True)
    return client_for(world.asker)


def test_the_list_holds_what_the_actor_may_see(world: World, asker: Client) -> None:
    page = asker.get(LIST).content.decode()
    assert world.request("sent").number in page


def test_a_lab_administrator_sees_no_request(world: World) -> None:
    page = client_for(world.admin).get(LIST)
    assert page.status_code == 200
    assert world.request("sent").number not in page.content.decode()


def test_requests_are_found_by_their_own_and_the_cases_number(world: World, asker: Client) -> None:
    wanted, other = world.request("sent"), world.request("accepted")
    for term in (wanted.number, wanted.case.accession_number):
        page = asker.get(LIST, {"q": term}).content.decode()
        assert wanted.number in page, term
        assert other.number not in page, term
    assert other.number in asker.get(LIST, {"q": "EXP-1"}).content.decode()


@pytest.mark.parametrize("typed", ["n - SENT", "N\u2013sen"])
def test_a_request_is_found_by_the_start_of_a_number_however_it_is_spelled(
    world: World, asker: Client, typed: str
) -> None:
    page = asker.get(LIST, {"q": typed}).content.decode()
    assert world.request("sent").number in page
    assert world.request("accepted").number not in page
    assert world.request("accepted").number in asker.get(LIST, {"q": "exp -"}).content.decode()


def test_who_may_not_know_a_cases_number_does_not_find_its_request_by_it(world: World) -> None:
    request = world.request("sent")
    User.objects.filter(pk=world.expert.who()).update(is_platform_admin=True)
    ConsultRequest.objects.filter(pk=request.pk).update(as_sent={})
    expert = client_for(world.expert)
    assert request.number in expert.get(LIST, {"q": "n-sen"}).content.decode()
    request.case.grants.filter(permission__codename="view_identity").delete()
    for term in ({}, {"q": "n-sen"}):
        assert request.number not in expert.get(LIST, term).content.decode(), "read under a pseudonym from now on"


def test_nothing_can_be_changed(world: World, asker: Client) -> None:
    request = world.request("sent")
    address = f"{LIST}{request.pk}/change/"
    assert asker.get(address).status_code == 200
    assert asker.post(address, {"question": "Changed?"}).status_code == 403
    request.refresh_from_db()
    assert request.question != "Changed?"


def test_withdrawing_asks_for_the_reason_first(world: World, asker: Client) -> None:
    request = world.request("sent")
    chosen = {"action": "withdraw_chosen", "_selected_action": [str(request.pk)]}
    asked = asker.post(LIST, chosen)
    assert asked.status_code == 200
    assert request.number in asked.content.decode()
    request.refresh_from_db()
    assert request.status == "sent"
    asker.post(LIST, {**chosen, "confirmed": "1", "reason": "Sent twice."})
    request.refresh_from_db()
    assert request.status == "withdrawn"


def test_what_cannot_be_withdrawn_is_said(world: World, asker: Client) -> None:
    request = world.request("closed")
    data = {"action": "withdraw_chosen", "_selected_action": [str(request.pk)], "confirmed": "1", "reason": "Oops."}
    page = asker.post(LIST, data, follow=True).content.decode()
    assert request.number in page
    assert ConsultRequest.objects.get(pk=request.pk).status == "closed"
    assert "This is not possible now." in page
