"""Who may come in at the API's doors of requests, reports, the search and the record: the same as at the pages."""

import json
from typing import Any

from tests.access.row import (
    ANSWERING,
    ASKING,
    EXPERT,
    JSON,
    LAB,
    MEMBERS,
    NOBODY,
    OFFICER,
    OUTSIDE,
    SIGNED_IN,
    Arguments,
    Row,
    body,
    of_first_report,
    of_patient,
    of_report,
    people,
    version_of_report,
    version_of_request,
)
from tests.cast import PASSWORD


def api_request(action: str, ok: frozenset[str], state: str, forbidden: frozenset[str], text: Any = None) -> Row:
    """One action on a request."""
    return Row(
        f"api-request-{action}",
        "POST",
        ok,
        forbidden=OUTSIDE | forbidden,
        content_type=JSON,
        arguments=lambda world: {"request_id": world.request(state).pk},
        body=text or body(),
        version=version_of_request(state),
    )


def one_request(state: str) -> Arguments:
    """The API's name for it."""
    return lambda world: {"request_id": world.request(state).pk}


KEPT = people("expert_colleague")  # sees the record that the own laboratory keeps, not the case
DOORS: list[Row] = [
    # Reports
    Row("api-reports", "GET", MEMBERS),
    Row(
        "api-reports",
        "POST",
        LAB,
        forbidden=OUTSIDE | EXPERT,
        content_type=JSON,
        body=lambda world: body(case=str(world.case("sent").pk), diagnosis="Newer.", reason="Levels", after_version=1),
    ),
    Row("api-report", "GET", LAB | ANSWERING, arguments=of_report("answered")),
    Row(
        "api-report",
        "PATCH",
        EXPERT,
        arguments=of_report("accepted"),
        content_type=JSON,
        body=body(draft={"answer": "Yes."}),
        version=version_of_report("accepted"),
    ),
    Row("api-report-preview", "GET", EXPERT, arguments=of_report("accepted")),
    Row(
        "api-report-sign",
        "POST",
        EXPERT,
        arguments=of_report("accepted"),
        content_type=JSON,
        body=body(shown_sha256="0" * 64, password=PASSWORD, confirmed=[]),
        version=version_of_report("accepted"),
    ),
    Row("api-report-version", "GET", LAB | ANSWERING, arguments=of_report("answered", number=1)),
    Row("api-report-version", "GET", LAB | ANSWERING, arguments=of_first_report("closed", number=1)),
    Row("api-report-version", "GET", LAB, arguments=of_first_report("declined", number=1)),
    Row("api-report-pdf", "GET", LAB | ANSWERING, arguments=of_report("answered", number=1)),
    # The search and the record
    Row("api-search", "POST", MEMBERS, content_type=JSON, body=json.dumps({"text": "Zwart"})),
    Row("api-patient-looks", "GET", LAB | OFFICER, arguments=of_patient("sent")),
    Row("api-audit-mine", "GET", MEMBERS),
    Row("api-audit-search", "POST", OFFICER, forbidden=SIGNED_IN, content_type=JSON, body="{}"),
    Row("api-audit-patients", "POST", OFFICER, forbidden=SIGNED_IN, content_type=JSON, body='{"number": "1"}'),
    # Requests
    Row("api-requests", "GET", MEMBERS),
    Row(
        "api-requests",
        "POST",
        ASKING,
        forbidden=OUTSIDE | EXPERT | people("staff"),
        content_type=JSON,
        body=lambda world: body(case=str(world.case("sent").pk)),
    ),
    Row("api-request", "GET", LAB | ANSWERING, arguments=one_request("accepted")),
    Row("api-request", "GET", people("asker"), arguments=one_request("draft")),
    Row(
        "api-request",
        "PATCH",
        people("asker"),
        arguments=one_request("draft"),
        content_type=JSON,
        body=body(question="Why?"),
        version=version_of_request("draft"),
    ),
    api_request("send", people("asker"), "draft", frozenset()),
    api_request("discard", people("asker"), "draft", frozenset()),
    api_request("accept", EXPERT, "sent", LAB),
    api_request("decline", EXPERT, "sent", LAB, body(reason="no_capacity")),
    api_request("ask", EXPERT, "accepted", KEPT | LAB, body(text="Where?")),
    api_request("give_number", EXPERT, "accepted", KEPT | LAB, body(accession_number="E-2")),
    api_request("reply", ASKING, "waiting", ANSWERING | people("staff"), body(text="On the arm.")),
    api_request("withdraw", ASKING, "accepted", ANSWERING | people("staff"), body(reason="Elsewhere")),
    api_request(
        "add_slides",
        ASKING,
        "sent",
        EXPERT | people("staff"),
        lambda world: body(slides=[str(world.slides("sent")[1].pk)]),
    ),
    api_request("confirm_identity", ASKING, "accepted", ANSWERING | people("staff")),
    api_request("take_over", NOBODY, "accepted", ANSWERING | LAB),  # nobody is away: tests/requests/test_deputy.py
    api_request("acknowledge", ASKING, "answered", ANSWERING | people("staff")),
    api_request("close", ASKING, "acknowledged", ANSWERING | people("staff"), body(use="adopted")),
]
