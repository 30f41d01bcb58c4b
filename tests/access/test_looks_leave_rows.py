"""Every look at patient data is on record, and every refusal: walked over the whole matrix, which knows every route.

A GET that shows nobody's data stands in SHOWS_NOBODY with its reason; what is neither there nor on record fails.
"""

from uuid import UUID

import pytest
from django.urls import reverse

from core.audit.models import AuditEvent, Outcome
from core.audit.names import known
from tests.access.led_back import WHO_IS_LED
from tests.access.people import WHO
from tests.access.row import Row
from tests.access.table import ROWS
from tests.cast import Answer, World, client_for

pytestmark = pytest.mark.ci

SHOWS_NOBODY = {
    **dict.fromkeys(WHO_IS_LED, "leads to the page of the form"),
    "accounts:agreements": "organisations, no patient",
    "accounts:agreement": "organisations, no patient",
    "accounts:propose_agreement": "organisations, no patient",
    "accounts:act_on_agreement": "organisations, no patient",
    "accounts:invite": "colleagues, no patient",
    "accounts:preferences": "one's own preferences",
    "basis:rules": "rules, no patient",
    "basis:state": "rules, no patient",
    "basis:drop": "rules, no patient",
    "api-legal-rules": "rules, no patient",
    "accounts:identities": "one's own ways to sign in",
    "accounts:single_sign_on": "how an organisation's people sign in, no patient",
    "api-identities": "one's own ways to sign in",
    "api-single-sign-on": "how an organisation's people sign in, no patient",
    "accounts:tokens": "machines, no patient",
    "accounts:token": "machines, no patient",
    "api-tokens": "machines, no patient",
    "accounts:confirm_address": "a link about an address",
    "accounts:accept_invitation": "a link of an invitation",
    "accounts:work": "how somebody works, no patient",
    "api-people": "colleagues and their sign-in, no patient",
    "api-person": "a colleague, no patient",
    "api-membership": "a colleague and numbers of requests, no patient",
    "api-organisation": "an organisation, no patient",
    "api-work": "how somebody works, no patient",
    "api-agreements": "organisations, no patient",
    "api-agreement": "organisations, no patient",
    "api-me": "who is signed in",
    "api-experts": "colleagues, no patient",
    "api-notifications": "numbers of requests, no patient",
    "cases:import": "an empty form",
    "cases:import_preview": "what the person has just sent; importing it leaves a row for each case",
    "cases:import_template": "an empty file",
    "cases:new": "an empty form",
    "notifications:list": "numbers of requests, no patient",
    "notifications:badge": "a number",
    "notifications:open": "leads to what it is about, which leaves its row",
    "reports:document": "whether a file has been made",
    "requests:experts": "colleagues, no patient",
    "accounts:colleague": "a colleague, no patient",
    "accounts:own_work": "leads to one's own page",
    "accounts:people": "colleagues and their sign-in, no patient",
    "accounts:person": "a colleague's work and sign-in, no patient",
    "accounts:membership": "a colleague, no patient",
    "accounts:organisation": "an organisation, no patient",
    "accounts:correct_person": "a colleague, no patient",
    "accounts:end_membership": "a colleague and numbers of requests, no patient",
    "accounts:deactivate": "a colleague and numbers of requests, no patient",
    "accounts:sessions": "one's own sessions",
    "api-sessions": "one's own sessions",
    "cases:why_not": "what gives access in general, the same for everybody",
    "desk:search": "an empty box; a search is a POST that leaves its row",
    "desk:results": "the search of another session is not shown",
    "emergency:open": "an empty form, whoever it would be about",
    "requests:outside_experts": "who is invited for which number, no patient",
    "requests:outside_expert": "who is invited for which number, no patient",
    "requests:news": "the last step of a request, no patient",
}
GETS = [row for row in ROWS if row.method == "GET"]
PEOPLE = set(WHO) - {"anonymous", "nobody", "platform", "machine"}
SHOWN = [row for row in GETS if row.route not in SHOWS_NOBODY and row.ok & PEOPLE]
REFUSING = [row for row in ROWS if row.route != "accounts:accept_invitation"]  # an altered link asks for nothing


def test_no_exemption_is_stale() -> None:
    assert set(SHOWS_NOBODY) - {row.route for row in GETS} == set()


def look(world: World, mirror: World, row: Row, who: str) -> tuple[Answer, list[AuditEvent]]:
    """Ask as somebody; the answer, and what the record says of it."""
    actor = mirror.asker if who == "mirrored" else world.people[who]
    before = set(AuditEvent.objects.filter(person=actor.person).values_list("pk", flat=True))
    body = row.body if isinstance(row.body, str) else row.body(world)
    conditions = {"If-Match": f'"{row.version(world)}"'} if row.version else {}
    answer = client_for(actor).generic(
        row.method,
        reverse(row.route, kwargs=row.arguments(world)) + row.query,
        data="" if row.method == "GET" else body,
        content_type=row.content_type,
        headers={"Idempotency-Key": "rows-key-1", "User-Agent": "test", **conditions},
    )
    rows = AuditEvent.objects.filter(person=actor.person).exclude(pk__in=before)
    return answer, list(rows.order_by("pk"))


def some(people: frozenset[str]) -> list[str]:
    """The first of those who have a membership, and the expert, who looks by a share."""
    found = [who for who in WHO if who in people & PEOPLE]
    return list(dict.fromkeys([*found[:1], *(who for who in found if who == "expert")]))


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.route)
def test_a_look_leaves_a_row_that_says_everything(world: World, mirror: World, row: Row) -> None:
    for who in some(row.ok):
        answer, rows = look(world, mirror, row, who)
        if answer.status_code in {204, 302, 409}:
            continue  # nothing was shown here
        assert answer.status_code == 200, who
        seen = [each for each in rows if each.outcome == Outcome.SUCCESS]
        assert seen, f"{who} looked and nothing is on record"
        actor = mirror.asker if who == "mirrored" else world.people[who]
        for each in seen:
            assert known(each.action)
            assert (each.person, each.membership, each.organisation) == (
                actor.person,
                actor.membership,
                actor.organisation,
            )
            assert each.person_name and each.role and each.organisation_name
            assert each.session and each.address and each.request_id and each.purpose
            assert each.door == ("api" if row.route.startswith("api-") else "web")
        if keys := {value for value in row.arguments(world).values() if isinstance(value, UUID)}:
            about = next(each for each in seen if each.patient)
            assert about.owner is not None
            assert about.object_version or about.object_kind in {"slide", "patient"}
            case = world.case("sent")
            if about.organisation != about.owner and about.case == case.pk:
                assert about.share is not None, "an expert looks because of a share"
            assert keys


@pytest.mark.parametrize("row", REFUSING, ids=lambda row: f"{row.method}-{row.route}")
def test_a_refusal_leaves_a_row_that_says_what_was_asked_for(world: World, mirror: World, row: Row) -> None:
    for expected in ("403", "404"):
        who = next((who for who in WHO if who in PEOPLE and row.expected(who) == expected), None)
        if who is None:
            continue
        answer, rows = look(world, mirror, row, who)
        assert answer.status_code == int(expected)
        tried = "emergency.attempted"  # a row of its own beside: each attempt counts, whatever the answer
        denied = [each for each in rows if each.outcome == Outcome.DENIED and each.action != tried]
        assert len(denied) == 1
        (only,) = denied
        assert only.reason == {"403": "forbidden", "404": "not-found"}[expected]
        assert only.facts["method"] == row.method
        if {"case_id", "slide_id", "patient_id", "report_id"} & set(row.arguments(world)):
            assert only.owner == world.asker.lab(), "the owner laboratory reads that somebody was refused"
            assert only.patient
