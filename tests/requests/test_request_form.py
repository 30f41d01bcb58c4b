"""The request form: what a requester types is kept, and never lands on another case."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from consult.requests.actions.edit import Draft, edit
from consult.requests.models import ConsultRequest
from core.actor import Actor
from tests.cast import World, agree
from tests.requests.screen import draft_form, hidden_in, on_screen, text_of

SignIn = Callable[[Actor], Client]


def save(
    client: Client, request: ConsultRequest, version: int | None = None, **typed: object
) -> tuple[int, dict[str, Any]]:
    """As static/ui/autosave.mjs does it."""
    data = draft_form(request, **typed)
    data.pop("version")
    response = client.post(
        reverse("requests:edit", args=[request.pk]),
        data,
        headers={"Accept": "application/json", "If-Match": f'"{request.version if version is None else version}"'},
    )
    return response.status_code, json.loads(response.content)


def test_a_request_starts_on_the_case_that_was_shown(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.asker), world.case("declined")
    address = reverse("requests:new", args=[case.pk])
    page = text_of(client, address)
    assert case.accession_number in page
    response = client.post(address, hidden_in(page))
    made = ConsultRequest.objects.get(case=case, status="draft")
    assert response["Location"] == reverse("requests:edit", args=[made.pk])
    assert made.slides.count() == case.slides.count()


def test_starting_on_a_patient_who_was_corrected_in_between_is_refused(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.asker), world.case("declined")
    response = client.post(reverse("requests:new", args=[case.pk]), {"seen_case": 1, "seen_patient": 99})
    assert response.status_code == 409
    assert not ConsultRequest.objects.filter(case=case, status="draft").exists()


def test_another_laboratorys_case_cannot_be_asked_about(world: World, sign_in: SignIn) -> None:
    case = world.case("sent")
    assert sign_in(world.expert).get(reverse("requests:new", args=[case.pk])).status_code == 403
    assert sign_in(world.stranger).get(reverse("requests:new", args=[case.pk])).status_code == 404


def test_a_page_from_before_signing_in_again_is_told_to_reload(world: World, sign_in: SignIn) -> None:
    request, client = world.request("draft"), sign_in(world.asker)
    client.handler.enforce_csrf_checks = True
    status, answer = save(client, request, question="Spitz or melanoma?")
    assert status == 403
    assert "Reload the page first." in answer["title"]


def test_the_draft_saves_itself_and_says_when(world: World, sign_in: SignIn) -> None:
    request = world.request("draft")
    status, answer = save(sign_in(world.asker), request, question="Spitz or melanoma?", priority="urgent")
    assert status == 200
    request.refresh_from_db()
    assert (request.question, request.priority, answer["version"]) == ("Spitz or melanoma?", "urgent", request.version)
    assert answer["time"]


def test_an_unfinished_draft_is_saved_too(world: World, sign_in: SignIn) -> None:
    request = world.request("draft")
    status, _answer = save(sign_in(world.asker), request, question="", expert="", slides=[])
    request.refresh_from_db()
    assert status == 200
    assert (request.question, request.expert, request.slides.count()) == ("", None, 0)


def test_two_windows_on_one_draft_see_both_texts(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    first = request.version
    save(client, request, question="The first window's question?")
    status, answer = save(client, request, version=first, question="The second window's question?")
    assert status == 409
    assert answer["current"]["fields"]["question"] == "The first window's question?"
    request.refresh_from_db()
    assert request.question == "The first window's question?"
    assert answer["current"]["version"] == request.version
    assert answer["current"]["own"] is True, "and it is said that both are the same person's"


def test_without_scripts_both_texts_are_on_the_page(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    mine = draft_form(request, question="My own question?")
    save(client, request, question="The other window's question?")
    response = client.post(reverse("requests:edit", args=[request.pk]), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "My own question?" in page
    assert "The other window&#x27;s question?" in page
    assert hidden_in(page)["version"] == str(ConsultRequest.objects.get(pk=request.pk).version)


@pytest.mark.parametrize(("saves", "refused"), [(0, 422), (3, 409)])
def test_two_tabs_with_two_cases_cannot_cross(world: World, sign_in: SignIn, saves: int, refused: int) -> None:
    """The form of one case at the address of another: its version gives it away, or else its slides do."""
    client, mine = sign_in(world.asker), world.request("draft")
    started = client.post(
        reverse("requests:new", args=[world.case("declined").pk]), {"seen_case": 1, "seen_patient": 1}
    )
    other = ConsultRequest.objects.get(pk=started["Location"].split("/")[-3])
    ConsultRequest.objects.filter(pk=other.pk).update(version=mine.version)
    for _ in range(saves):
        edit(actor=world.asker, request_id=mine.pk, version=mine.version, seen=None, draft=Draft(question="One?"))
        mine.refresh_from_db()
    crossed = draft_form(mine, question="About the other patient?")
    assert client.post(reverse("requests:edit", args=[other.pk]), crossed).status_code == refused
    other.refresh_from_db()
    assert other.question == ""


def test_slides_of_another_case_cannot_be_chosen(world: World, sign_in: SignIn) -> None:
    request, foreign = world.request("draft"), world.slides("sent")[0]
    status, answer = save(sign_in(world.asker), request, slides=[str(foreign.pk)])
    assert status == 422
    assert "slides" in answer["fields"]


def test_a_form_without_the_versions_is_refused(world: World, sign_in: SignIn) -> None:
    request = world.request("draft")
    data = draft_form(request, question="Changed?")
    del data["seen_case"], data["seen_patient"]
    response = sign_in(world.asker).post(reverse("requests:edit", args=[request.pk]), data)
    assert response.status_code == 422
    request.refresh_from_db()
    assert request.question != "Changed?"


def test_nobody_else_sees_a_draft(world: World, sign_in: SignIn) -> None:
    address = reverse("requests:edit", args=[world.request("draft").pk])
    for who in ("colleague", "staff", "expert", "stranger"):
        assert sign_in(world.people[who]).get(address).status_code == 404, who


@pytest.mark.parametrize("state", ["sent", "answered", "closed"])
def test_what_was_sent_is_no_form_any_more(world: World, sign_in: SignIn, state: str) -> None:
    request = world.request(state)
    response = sign_in(world.asker).get(reverse("requests:edit", args=[request.pk]))
    assert response["Location"] == reverse("requests:detail", args=[request.pk])


def test_experts_are_found_by_name_and_laboratory(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    address = reverse("requests:experts", args=[request.pk])
    by_name = text_of(client, f"{address}?text=Neighbour&subspecialty=")
    assert str(world.expert_colleague.membership) in by_name
    assert str(world.expert.membership) not in by_name
    own, other = (Organisation.objects.get(memberships=each.membership) for each in (world.asker, world.stranger))
    agree(own, other)
    by_lab = text_of(client, f"{address}?lab={world.stranger.organisation}&subspecialty=")
    assert str(world.stranger.membership) in by_lab
    assert str(world.expert.membership) not in by_lab


def test_an_expert_is_found_without_the_accents_of_the_name(world: World, sign_in: SignIn) -> None:
    User.objects.filter(pk=world.expert.who()).update(family_name="Sjöstrand", given_name="Søren")
    request, client = world.request("draft"), sign_in(world.asker)
    address = reverse("requests:experts", args=[request.pk])
    for typed in ("sjostrand", "SJÖSTRAND", "soren sjost"):
        assert "Sjöstrand" in text_of(client, f"{address}?text={typed}&expert="), typed
    assert "Sjöstrand" not in text_of(client, f"{address}?text=sjostrom&expert=")


def test_the_chosen_expert_stays_in_the_list_whatever_is_searched(world: World, sign_in: SignIn) -> None:
    address = reverse("requests:experts", args=[world.request("draft").pk])
    page = text_of(sign_in(world.asker), f"{address}?text=nobodyhasthisname&expert={world.expert.membership}")
    assert f'value="{world.expert.membership}" checked' in page


def test_a_language_in_the_list_is_said_to_be_that_of_the_laboratorys_reports(world: World, sign_in: SignIn) -> None:
    """The expert's laboratory reports in Swedish; in what she works nobody has stated, whatever her pages are in."""
    address = reverse("requests:experts", args=[world.request("draft").pk])
    User.objects.filter(pk=world.expert.who()).update(language="fr")
    text = text_of(sign_in(world.asker), f"{address}?text=Expert")
    assert "Language of the laboratory's reports: Swedish" in text
    assert text.count("Swedish") == text.count("Language of the laboratory's reports: Swedish")
    assert "French" not in text


def test_nobody_asks_themselves(world: World, sign_in: SignIn) -> None:
    address = reverse("requests:experts", args=[world.request("draft").pk])
    assert str(world.asker.membership) not in text_of(sign_in(world.asker), f"{address}?subspecialty=")


def test_the_check_page_links_to_what_is_missing(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    save(client, request, question="", expert="", slides=[])
    page = text_of(client, reverse("requests:check", args=[request.pk]))
    form = reverse("requests:edit", args=[request.pk])
    assert [f"{form}#{part}" in page for part in ("id_question", "expert-text", "slides")] == [True, True, True]


def test_sending_an_incomplete_request_sends_nothing(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    save(client, request, question="")
    request.refresh_from_db()
    response = client.post(reverse("requests:check", args=[request.pk]), on_screen(request))
    request.refresh_from_db()
    assert (response.status_code, request.status) == (422, "draft")
    assert "Write the question in one sentence." in response.content.decode()


def test_an_urgent_request_needs_its_reason(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    save(client, request, priority="urgent")
    request.refresh_from_db()
    response = client.post(reverse("requests:check", args=[request.pk]), on_screen(request))
    assert "Say why it is urgent." in response.content.decode()


def test_a_complete_request_is_sent_from_the_check_page(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    page = text_of(client, reverse("requests:check", args=[request.pk]))
    assert request.question in page
    response = client.post(reverse("requests:check", args=[request.pk]), hidden_in(page))
    request.refresh_from_db()
    assert (response.status_code, request.status) == (302, "sent")


def test_a_check_page_that_is_stale_shows_what_stands_now(world: World, sign_in: SignIn) -> None:
    client, request = sign_in(world.asker), world.request("draft")
    stale = hidden_in(text_of(client, reverse("requests:check", args=[request.pk])))
    save(client, request, question="Another question altogether?")
    response = client.post(reverse("requests:check", args=[request.pk]), stale)
    request.refresh_from_db()
    assert (response.status_code, request.status) == (409, "draft")
    assert "Another question altogether?" in response.content.decode()


def test_a_draft_can_be_discarded(world: World, sign_in: SignIn) -> None:
    request = world.request("draft")
    address = reverse("requests:act", args=[request.pk, "discard"])
    client = sign_in(world.asker)
    client.post(address, hidden_in(text_of(client, address)))
    request.refresh_from_db()
    assert request.status == "discarded"


def test_a_request_that_does_not_exist_is_not_found(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.asker).get(reverse("requests:edit", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("who", ["expert", "expert_colleague"])
@pytest.mark.parametrize("typed", [{}, {"question": "Mine now", "version": "1"}])
def test_the_form_is_shown_to_nobody_on_the_other_side(
    world: World, sign_in: SignIn, who: str, typed: dict[str, str]
) -> None:
    """It offers every slide of the case, and says what is recorded of the patient."""
    request, client = world.request("accepted"), sign_in(world.people[who])
    shared = set(request.slides.values_list("slide", flat=True))
    others = [str(slide.pk) for slide in world.slides("accepted") if slide.pk not in shared]
    assert others
    answer = client.post(reverse("requests:edit", args=[request.pk]), typed)
    assert answer.status_code == 403
    assert not any(key in answer.text for key in others)
    assert client.get(reverse("requests:readiness", args=[request.pk])).status_code == 403
