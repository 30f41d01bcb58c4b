"""Which version of the requester's own report an opinion rests on: signed, on both sides' pages, kept to be read."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.access.lock import Seen
from cases.models import Denial
from consult.reports.actions.receive import receive
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.requests.actions.accept import accept
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.close import close
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.ids import new_id
from tests.cast import CANARY, World, sign_opinion
from tests.reports.pages import preview, sign, write
from tests.requests.screen import text_of

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.ci]  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]
FIRST, SECOND, THIRD = "Melanocytic lesion.", "Atypical Spitz tumour.", "Melanoma in situ."
ROW = re.compile(r"<dt>Requester&#x27;s report</dt><dd>(.*?)</dd>|<dt>Requester's report</dt><dd>(.*?)</dd>", re.S)


def renew(world: World, request: ConsultRequest, diagnosis: str) -> ReportVersion:
    """The asker brings in the next version."""
    last = ReportVersion.objects.filter(report__case=request.case_id, report__kind=Kind.RECEIVED).count()
    return receive(
        actor=world.asker,
        case_id=request.case_id,
        seen=Seen(1, 1),
        diagnosis=diagnosis,
        reason="Deeper levels" if last else "",
        after_version=last or None,
    )


def finish(world: World, request: ConsultRequest) -> ConsultRequest:
    """From the signature to the end: the access of the other side is over."""
    given: dict[str, Any] = {"actor": world.asker, "request_id": request.pk, "seen": Seen(1, 1)}
    request = acknowledge(**given, version=request.version)
    close(**given, version=request.version, use="adopted")
    return ConsultRequest.objects.get(pk=request.pk)


@pytest.fixture
def closed(world: World) -> ConsultRequest:
    """Version 1 was sent, version 2 came while the expert read, the opinion was signed all the same."""
    request = world.request("accepted")
    renew(world, request, SECOND)
    return finish(world, sign_opinion(world, request, Seen(1, 1)))


def test_nobody_is_told_to_read_it_before_signing_when_it_is_signed(world: World, sign_in: SignIn) -> None:
    request, client = world.request("accepted"), sign_in(world.expert)
    renew(world, request, SECOND)
    address = reverse("requests:read", args=[request.pk])
    assert "before you sign" in text_of(client, address)
    sign_opinion(world, ConsultRequest.objects.get(pk=request.pk), Seen(1, 1))
    after = text_of(client, address)
    assert SECOND in after
    assert "before you sign" not in after


def rows(client: Client, request: ConsultRequest) -> list[tuple[str, str, bool]]:
    """Of the requester's report on the page of the request: version, what it is to the request, whether it opens."""
    page = text_of(client, reverse("requests:detail", args=[request.pk]))
    found = ROW.search(page)
    cell = (found[1] or found[2]) if found else ""
    lines = re.findall(r"<div>(.*?)<div class=\"cs-sm cs-2\">(.*?)</div></div>", cell, re.S)
    return [(re.findall(r"Version \d+", line)[0], words, "<a href" in line) for line, words in lines]


def own(request: ConsultRequest) -> Report:
    """The requester's own report."""
    return Report.objects.get(case=request.case_id, kind=Kind.RECEIVED)


def page_of(client: Client, request: ConsultRequest, number: int) -> str:
    """One version of it as a page; '' where there is nothing to see."""
    response = client.get(reverse("reports:detail", args=[own(request).pk]), {"version": str(number)})
    return response.content.decode() if response.status_code == 200 else ""


def test_the_signed_content_names_the_version_sent_and_the_one_that_was_confirmed(closed: ConsultRequest) -> None:
    assert closed.report
    first, second = own(closed).versions.order_by("number")
    content = closed.report.versions.get().tree
    for told, version in ((content.first_report_sent, first), (content.first_report_later, second)):
        assert told
        received = f"{version.created_at:%Y-%m-%dT%H:%M:%SZ}"
        assert (told.number, told.received_at, told.sha256) == (version.number, received, version.sha256)
    assert closed.first_report_signed == second
    assert closed.as_sent["first_report"] == {
        "number": 1,
        "received_at": f"{first.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "sha256": first.sha256,
    }


def test_the_preview_shows_both_and_is_overtaken_by_the_next(world: World, sign_in: SignIn) -> None:
    request, expert, report = world.request("accepted"), sign_in(world.expert), write(world)
    page = text_of(expert, reverse("reports:preview", args=[report.pk]))
    assert "Version 1, received" in page and "came after the request was sent" not in page
    held = preview(expert, report)
    renew(world, request, SECOND)
    assert "Version 2 came after the request was sent" in text_of(expert, reverse("reports:preview", args=[report.pk]))
    overtaken = sign(expert, report, held, confirmed=["first_report_changed"])
    assert overtaken.status_code == 409
    assert "Different now: Report of the requesting laboratory." in overtaken.content.decode()
    assert sign(expert, report, preview(expert, report), confirmed=["first_report_changed"]).status_code == 302


def test_after_the_end_both_sides_read_which_version_it_was(
    world: World, sign_in: SignIn, closed: ConsultRequest
) -> None:
    both = [("Version 1", "Sent with the request", True), ("Version 2", "Current at the signature", True)]
    for who in ("expert", "expert_colleague", "asker", "colleague"):
        assert rows(sign_in(world.people[who]), closed) == both, who


def test_a_version_that_did_not_change_is_said_once(world: World, sign_in: SignIn) -> None:
    once = [("Version 1", "Sent with the request, current at the signature", True)]
    assert rows(sign_in(world.expert), world.request("closed")) == once


@pytest.mark.parametrize("who", ["expert", "expert_colleague"])
def test_the_answering_laboratory_keeps_what_was_shared_and_nothing_that_comes_after(
    world: World, sign_in: SignIn, closed: ConsultRequest, who: str
) -> None:
    renew(world, closed, THIRD)
    client = sign_in(world.people[who])
    for number, text in ((1, FIRST), (2, SECOND)):
        page = page_of(client, closed, number)
        assert text in page and CANARY.upper() in page, "as the record names the patient"
        assert "The requesting laboratory may have a newer one." in page
    assert page_of(client, closed, 3) == ""
    newest = text_of(client, reverse("reports:detail", args=[own(closed).pk]))
    assert SECOND in newest and "version=3" not in newest
    answer = client.get(reverse("api-report", args=[own(closed).pk])).json()
    assert [each["number"] for each in answer["versions"]] == [2, 1]
    assert client.get(reverse("api-report-version", args=[own(closed).pk, 3])).status_code == 404
    beside = text_of(client, reverse("requests:read", args=[closed.pk]))
    assert SECOND in beside and THIRD not in beside
    assert [version for version, _words, _opens in rows(client, closed)] == ["Version 1", "Version 2"]


def test_the_requester_reads_what_came_after_the_signature(
    world: World, sign_in: SignIn, closed: ConsultRequest
) -> None:
    renew(world, closed, THIRD)
    client = sign_in(world.asker)
    assert rows(client, closed)[-1] == ("Version 3", "Came after the signature", True)
    assert THIRD in page_of(client, closed, 3)
    assert "may have a newer one" not in page_of(client, closed, 1)


def test_while_it_runs_the_newer_version_is_named_beside_the_one_sent(world: World, sign_in: SignIn) -> None:
    request = world.request("accepted")
    renew(world, request, SECOND)
    both = [("Version 1", "Sent with the request", True), ("Version 2", "Came after the request was sent", True)]
    assert rows(sign_in(world.expert), request) == both


def test_whoever_declined_does_not_even_read_that_there_was_one(world: World, sign_in: SignIn) -> None:
    request, client = world.request("declined"), sign_in(world.expert)
    assert rows(client, request) == []
    assert page_of(client, request, 1) == ""


def test_somebody_who_may_not_see_the_case_does_not_read_what_is_kept(
    world: World, sign_in: SignIn, closed: ConsultRequest
) -> None:
    Denial.objects.create(
        case_id=closed.case_id,
        user_id=world.expert.who(),
        kind="objection",
        source_kind="test",
        source_id=new_id(),
        valid_from=clock.now(),
    )
    assert page_of(sign_in(world.expert), closed, 1) == ""
    assert FIRST in page_of(sign_in(world.expert_colleague), closed, 1)


def _second_request(world: World, case_of: ConsultRequest, *, number: str) -> ConsultRequest:
    """Another question about the case to the same expert, with the own report kept back; signed and closed."""
    seen, slide = Seen(1, 1), case_of.slides.all()[0].slide_id
    request = create(actor=world.asker, case_id=case_of.case_id, seen=seen)
    draft = Draft(question="And the margin?", expert=world.expert.membership, slides=[slide], shares_first_report=False)
    request = edit(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, draft=draft)
    request = send(actor=world.asker, request_id=request.pk, version=request.version, seen=seen)
    request = accept(
        actor=world.expert, request_id=request.pk, version=request.version, seen=seen, accession_number=number
    )
    return finish(world, sign_opinion(world, request, seen))


def test_of_a_report_that_was_kept_back_the_record_says_nothing(world: World, sign_in: SignIn) -> None:
    request = _second_request(world, world.request("declined"), number="EXP-kept-back")
    assert request.report
    signed = request.report.versions.get()
    assert "first_report" not in signed.content and "first_report" not in request.as_sent
    assert request.first_report_signed is None
    client = sign_in(world.expert)
    assert rows(client, request) == []
    assert page_of(client, request, 1) == ""
    answer = client.get(reverse("api-request", args=[request.pk])).json()
    assert (answer["first_report"], answer["first_report_signed"]) == (None, None)
    assert rows(sign_in(world.asker), request) == [("Version 1", "Not shared with this request", True)]


def test_what_one_request_shared_is_not_shown_by_another_that_kept_it_back(
    world: World, sign_in: SignIn, closed: ConsultRequest
) -> None:
    other, client = _second_request(world, closed, number="EXP-second"), sign_in(world.expert)
    assert SECOND in text_of(client, reverse("requests:read", args=[closed.pk]))
    assert SECOND not in text_of(client, reverse("requests:read", args=[other.pk]))
    assert rows(client, other) == []


def test_the_api_names_the_versions(world: World, sign_in: SignIn, closed: ConsultRequest) -> None:
    answer = sign_in(world.expert).get(reverse("api-request", args=[closed.pk])).json()
    first, second = own(closed).versions.order_by("number")
    for name, version in (("first_report", first), ("first_report_signed", second)):
        told = answer[name]
        assert (told["report"], told["number"], told["sha256"]) == (
            str(version.report_id),
            version.number,
            version.sha256,
        )


def test_what_was_signed_before_this_was_kept_is_filled_in(world: World, closed: ConsultRequest) -> None:
    renew(world, closed, THIRD)
    ConsultRequest.objects.update(first_report_signed=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("consult.requests.migrations.0008_first_report_signed").FILL)
    filled = {request.pk: request.first_report_signed for request in ConsultRequest.objects.all()}
    assert filled[closed.pk] == own(closed).versions.get(number=2)
    assert filled[world.request("sent").pk] is None
