"""The page of a request: both sides see what stands, who has it, and what they may do; a stale page loses nothing."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from consult.requests.actions.accept import accept
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from consult.requests.states import REQUEST
from consult.requests.views.acts import ACTS
from core.actor import Actor
from core.audit.models import AuditEvent
from notifications.actions.notify import notify
from notifications.models import Notification
from tests.cast import STATES, World
from tests.requests.screen import act_url, hidden_in, on_screen, text_of

SignIn = Callable[[Actor], Client]
SENT = [state for state in STATES if state != "draft"]


def detail(request: ConsultRequest) -> str:
    """Its address."""
    return reverse("requests:detail", args=[request.pk])


def test_every_action_of_the_table_has_its_form() -> None:
    of_nobody = {"hand_over", "expert_left", "requester_left", "open_by_name"}  # the system takes them
    assert REQUEST.actions - of_nobody - {"create", "edit", "send", "answer"} == set(ACTS)


PARTIES = {"asker": {"requester", "asking_lab"}, "staff": set[str](), "expert": {"expert"}}


@pytest.mark.parametrize("state", SENT)
@pytest.mark.parametrize("who", ["asker", "colleague", "staff", "expert"])
def test_the_page_opens_for_both_sides_in_every_state_with_the_buttons_of_the_table(
    world: World, sign_in: SignIn, who: str, state: str
) -> None:
    request, actor = world.request(state), world.people[who]
    page = text_of(sign_in(actor), detail(request))
    is_told = who != "expert" or state not in {"declined", "withdrawn"}
    assert (request.question in page) == is_told
    assert (request.as_sent["patient"]["family_name"].upper() in page) == is_told
    if who in PARTIES:
        allowed = set(REQUEST.allowed(request.status, frozenset(PARTIES[who]))) - {"answer", "edit", "send"}
        allowed -= {"confirm_identity"}  # offered once something is different: test_confirming.py
        assert {name for name in ACTS if f'href="{act_url(request, name)}"' in page} == allowed


@pytest.mark.parametrize("state", SENT)
def test_strangers_find_nothing(world: World, sign_in: SignIn, state: str) -> None:
    request = world.request(state)
    for who in ("stranger", "clinician", "admin", "expert_admin"):
        assert sign_in(world.people[who]).get(detail(request)).status_code == 404, who


def test_the_experts_colleague_sees_it_once_it_was_accepted(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.expert_colleague)
    assert client.get(detail(world.request("sent"))).status_code == 404
    assert client.get(detail(world.request("accepted"))).status_code == 200
    assert client.get(detail(world.request("closed"))).status_code == 200


def test_after_closing_the_expert_reads_the_record_without_links_to_slides(world: World, sign_in: SignIn) -> None:
    request = world.request("closed")
    page = text_of(sign_in(world.expert), detail(request))
    assert str(world.slides("closed")[0].pk) not in page
    assert f'href="{reverse("cases:detail", args=[request.case_id])}"' not in page, "only why it can be read is said"
    assert world.slides("closed")[0].label in page


def test_both_accession_numbers_stand_in_the_banner(world: World, sign_in: SignIn) -> None:
    request = world.request("accepted")
    page = text_of(sign_in(world.asker), detail(request))
    assert request.case.accession_number in page
    assert request.answering_accession_number in page


@pytest.mark.parametrize(
    ("state", "who", "needed"),
    [
        ("accepted", "expert", True),
        ("waiting", "expert", False),
        ("waiting", "asker", True),
        ("accepted", "asker", False),
    ],
)
def test_the_page_says_that_it_needs_whose_turn_it_is(
    world: World, sign_in: SignIn, state: str, who: str, needed: bool
) -> None:
    page = text_of(sign_in(world.people[who]), detail(world.request(state)))
    assert ("Needs you now" in page) is needed


def test_an_open_page_hears_that_the_request_has_gone_on(world: World, sign_in: SignIn) -> None:
    request, client = world.request("sent"), sign_in(world.asker)
    asks = re.search(r'hx-get="([^"]*/news/[^"]*)"', text_of(client, detail(request)))
    assert asks
    assert client.get(asks[1]).status_code == 204
    accept(actor=world.expert, request_id=request.pk, version=request.version, seen=None, accession_number="EXP-2")
    told = text_of(client, asks[1])
    assert "This request has changed" in told
    assert f"Request accepted, {world.expert.name}" in told
    assert f'href="{detail(request)}"' in told


def test_the_title_of_the_window_names_no_patient(world: World, sign_in: SignIn) -> None:
    page = text_of(sign_in(world.expert), detail(world.request("accepted")))
    title = page.split("<title>")[1].split("</title>")[0]
    assert world.request("accepted").number in title
    assert world.request("accepted").case.patient.family_name not in title


def test_reading_leaves_a_row_and_counts_as_having_been_told(world: World, sign_in: SignIn) -> None:
    request, expert = world.request("accepted"), world.expert
    assert expert.person
    notify(recipient=expert.person, kind="request.reply", subject=request.pk, occasion="test", number=request.number)
    before = AuditEvent.objects.filter(action="request.read", object_id=str(request.pk)).count()
    text_of(sign_in(expert), detail(request))
    assert AuditEvent.objects.filter(action="request.read", object_id=str(request.pk)).count() == before + 1
    assert not Notification.objects.filter(recipient=expert.person, subject=request.pk, read_at=None).exists()


def test_the_timeline_says_who_did_what_for_whom_and_in_which_zone(world: World, sign_in: SignIn) -> None:
    page = text_of(sign_in(world.expert), detail(world.request("closed")))
    happened = page.split("What happened")[1]
    for words in ("Request sent", "Request accepted", "Opinion signed", "Request closed"):
        assert words in happened
    assert world.asker.name in happened
    assert "CET" in happened or "CEST" in happened


@pytest.mark.parametrize(
    ("who", "state", "name", "typed", "after"),
    [
        ("expert", "sent", "accept", {"accession_number": "EXP-77"}, "accepted"),
        ("expert", "sent", "decline", {"reason": "no_capacity", "note": "Ask my colleague."}, "declined"),
        ("expert", "sent", "ask", {"text": "Since when?", "codes": ["lab_values"]}, "asked"),
        ("expert", "accepted", "ask", {"text": "Since when?"}, "waiting"),
        ("expert", "accepted", "give_number", {"accession_number": "EXP-78"}, "accepted"),
        ("asker", "asked", "reply", {"text": "For two months."}, "sent"),
        ("colleague", "waiting", "reply", {"text": "For two months."}, "accepted"),
        ("asker", "sent", "withdraw", {"reason": "Solved here."}, "withdrawn"),
        ("asker", "answered", "acknowledge", {}, "acknowledged"),
        ("asker", "acknowledged", "close", {"use": "partly", "use_note": "The grade differs."}, "closed"),
    ],
)
def test_each_form_does_its_action(
    world: World, sign_in: SignIn, who: str, state: str, name: str, typed: dict[str, object], after: str
) -> None:
    request, client = world.request(state), sign_in(world.people[who])
    form = text_of(client, act_url(request, name))
    response = client.post(act_url(request, name), {**hidden_in(form), **typed})
    assert response.status_code == 302, response.content.decode()[:2000]
    request.refresh_from_db()
    assert request.status == after


def test_more_slides_can_be_shared(world: World, sign_in: SignIn) -> None:
    request, client = world.request("accepted"), sign_in(world.asker)
    new = world.slides("accepted")[-1]
    client.post(act_url(request, "add_slides"), {**on_screen(request), "slides": [str(new.pk)]})
    assert request.slides.filter(slide=new).exists()


def test_what_was_typed_stays_when_something_is_missing(world: World, sign_in: SignIn) -> None:
    request, client = world.request("acknowledged"), sign_in(world.asker)
    typed = {"use": "not_adopted", "final_report_reference": "N-1 final"}
    response = client.post(act_url(request, "close"), {**on_screen(request), **typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Say what was not adopted, and why." in page
    assert 'value="N-1 final"' in page


def test_a_stale_page_says_what_happened_and_keeps_the_text(world: World, sign_in: SignIn) -> None:
    request, client = world.request("sent"), sign_in(world.expert)
    stale = hidden_in(text_of(client, act_url(request, "ask")))
    withdraw(actor=world.asker, request_id=request.pk, version=request.version, seen=None, reason="Solved here.")
    response = client.post(act_url(request, "ask"), {**stale, "text": "A long and careful question."})
    page = response.content.decode()
    assert response.status_code == 409
    assert "A long and careful question." in page
    assert "Request withdrawn" in page
    assert world.asker.name in page


def test_a_stale_page_can_be_sent_again_where_the_step_is_still_possible(world: World, sign_in: SignIn) -> None:
    request, client = world.request("sent"), sign_in(world.expert)
    stale = hidden_in(text_of(client, act_url(request, "ask")))
    accept(actor=world.expert, request_id=request.pk, version=request.version, seen=None, accession_number="EXP-2")
    response = client.post(act_url(request, "ask"), {**stale, "text": "Since when?"})
    assert response.status_code == 409
    again = client.post(act_url(request, "ask"), {**hidden_in(response.content.decode()), "text": "Since when?"})
    request.refresh_from_db()
    assert (again.status_code, request.status) == (302, "waiting")


def test_an_answer_cannot_land_on_a_patient_who_was_corrected(world: World, sign_in: SignIn) -> None:
    request, client = world.request("asked"), sign_in(world.asker)
    wrong = {**on_screen(request), "seen_patient": "99", "text": "For two months."}
    response = client.post(act_url(request, "reply"), wrong)
    request.refresh_from_db()
    assert (response.status_code, request.status, request.messages.count()) == (409, "asked", 1)
    assert "For two months." in response.content.decode()


def test_a_form_for_what_is_no_longer_possible_is_not_offered(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.expert).get(act_url(world.request("closed"), "accept")).status_code == 409


def test_the_other_sides_step_is_forbidden(world: World, sign_in: SignIn) -> None:
    request = world.request("sent")
    assert sign_in(world.asker).post(act_url(request, "accept"), on_screen(request)).status_code == 403
    assert (
        sign_in(world.expert).post(act_url(request, "withdraw"), {**on_screen(request), "reason": "No."}).status_code
        == 403
    )
    request.refresh_from_db()
    assert request.status == "sent"


def test_an_unknown_action_is_not_found(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.expert).get(act_url(world.request("sent"), "sell")).status_code == 404


def test_htmx_gets_the_form_as_a_dialog(world: World, sign_in: SignIn) -> None:
    response = sign_in(world.expert).get(act_url(world.request("sent"), "accept"), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.lstrip().startswith("<dialog")
    assert "<html" not in page


def test_the_dialogs_form_answers_in_the_dialog_and_goes_on_when_it_is_done(world: World, sign_in: SignIn) -> None:
    request, client, htmx = world.request("acknowledged"), sign_in(world.asker), {"HX-Request": "true"}
    typed = {"use": "not_adopted", "final_report_reference": "N-1 final"}
    refused = client.post(act_url(request, "close"), {**on_screen(request), **typed}, headers=htmx)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert page.lstrip().startswith("<dialog")
    assert 'value="N-1 final"' in page
    done = client.post(act_url(request, "close"), {**on_screen(request), "use": "adopted"}, headers=htmx)
    assert (done.status_code, done["HX-Redirect"]) == (200, detail(request))
    request.refresh_from_db()
    assert request.status == "closed"


def test_an_expired_sign_in_refuses_the_dialogs_form_without_leading_away(world: World) -> None:
    request = world.request("waiting")
    typed = {**on_screen(request), "text": "For two months."}
    assert Client().post(act_url(request, "reply"), typed, headers={"HX-Request": "true"}).status_code == 401


def test_the_answer_is_written_under_what_the_expert_asked(world: World, sign_in: SignIn) -> None:
    request = world.request("waiting")
    asked = request.messages.get()
    page = text_of(sign_in(world.asker), act_url(request, "reply"))
    assert asked.text in page
    assert asked.author_name in page
    assert request.question not in page


@pytest.mark.parametrize(
    ("state", "who", "name", "optional"), [("sent", "expert", "ask", 0), ("acknowledged", "asker", "close", 1)]
)
def test_what_is_needed_sometimes_is_not_called_optional(
    world: World, sign_in: SignIn, state: str, who: str, name: str, optional: int
) -> None:
    page = text_of(sign_in(world.people[who]), act_url(world.request(state), name))
    assert page.count("(optional)") == optional


def test_the_clock_stands_still_while_the_requester_is_asked(world: World, sign_in: SignIn) -> None:
    assert "stopped" in text_of(sign_in(world.expert), detail(world.request("waiting")))
    assert "stopped" not in text_of(sign_in(world.expert), detail(world.request("accepted")))


def test_the_time_the_question_stood_open_is_given_back(
    world: World, sign_in: SignIn, at: Callable[[datetime], None]
) -> None:
    request = world.request("waiting")
    before, asked = request.due_at, request.messages.get().at
    assert before
    at(asked + timedelta(hours=30))
    sign_in(world.asker).post(act_url(request, "reply"), {**on_screen(request), "text": "For two months."})
    request.refresh_from_db()
    assert request.due_at == before + timedelta(hours=30)


def test_where_every_slide_is_shared_the_form_says_so_and_has_nothing_to_send(world: World, sign_in: SignIn) -> None:
    request, client = world.request("sent"), sign_in(world.asker)
    form = text_of(client, act_url(request, "add_slides"))
    assert "A2-HE" in form and 'type="submit"' in form[form.index("cs-act--add_slides") :]
    assert "(optional)" not in form[form.index("cs-act--add_slides") :], "one has to be chosen"
    for slide in world.slides("sent")[1:]:
        request.slides.create(slide=slide)
    form = text_of(client, act_url(request, "add_slides"))
    end = form[form.index("Every slide of the case is shared already.") :]
    assert reverse("cases:detail", args=[request.case_id]) in end
    assert 'type="submit"' not in end.split("</form>")[0]
