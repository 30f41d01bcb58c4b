"""The steps of the asking laboratory show an expert nothing that the request does not share, however they are asked."""

import pytest
from django.urls import reverse

from tests.cast import World, client_for


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_an_expert_does_not_read_which_slides_are_not_shared(world: World, state: str) -> None:
    request, kept_back = world.request(state), world.slides(state)[-1]
    page = reverse("requests:act", args=[request.pk, "add_slides"])
    client = client_for(world.expert)
    guards = {"version": request.version, "seen_case": 1, "seen_patient": 1}
    for answer in (client.get(page), client.post(page, guards), client.post(page, {**guards, "version": 99})):
        text = answer.content.decode()
        assert kept_back.label not in text
        assert str(kept_back.pk) not in text
        assert answer.status_code == 403


@pytest.mark.parametrize("name", ["reply", "withdraw", "acknowledge", "close", "confirm_identity"])
def test_a_step_of_the_other_side_has_no_form(world: World, name: str) -> None:
    state = {"reply": "waiting", "acknowledge": "answered", "close": "acknowledged"}.get(name, "accepted")
    page = reverse("requests:act", args=[world.request(state).pk, name])
    assert client_for(world.expert).get(page).status_code in {403, 409}


def test_whom_else_the_laboratory_could_ask_is_not_for_the_expert(world: World) -> None:
    page = reverse("requests:experts", args=[world.request("accepted").pk])
    assert client_for(world.expert).get(page).status_code == 403
