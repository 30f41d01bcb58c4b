"""Who may come in at which door of the API: the same people as at the pages."""

import json
from typing import Any
from uuid import uuid4

from tests.access.exceptions import (
    CALLERS,
    HOLDER,
    INFORMED_JSON,
    LETTER_JSON,
    LETTER_WRITERS,
    OPENED_JSON,
    REVIEWED_JSON,
    RULE_ADMINS,
    RULE_JSON,
    RULE_READERS,
    of_emergency,
    of_ended_emergency,
    of_fact,
    of_objection,
    of_owed_letter,
)
from tests.access.row import (
    ANSWERING,
    ASKING,
    EDITORS,
    EXPERT,
    JSON,
    LAB,
    MEMBERS,
    NOBODY,
    OFFICER,
    OUTSIDE,
    PARTIES,
    SIGNED_IN,
    Arguments,
    Row,
    body,
    of_agreement,
    of_case,
    of_first_report,
    of_patient,
    of_person,
    of_report,
    of_slide,
    of_token,
    of_work,
    people,
    version_of_report,
    version_of_request,
    with_provider,
)
from tests.cast import PASSWORD, World

DAYS = {"first_day": "2099-01-01", "last_day": "2099-01-02"}


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


def to_case(route: str, text: Any) -> Row:
    """One write to a case."""
    return Row(
        route,
        "POST",
        LAB,
        forbidden=OUTSIDE | EXPERT,
        arguments=of_case("sent"),
        content_type=JSON,
        body=text,
        version=etag_of_case,
    )


def etag_of_case(world: World) -> str:
    """Its version, that of its identity and that of its patient."""
    case = world.case("sent")
    return f"{case.version}.{case.identity_version}.{case.patient.version}"


def one_request(state: str) -> Arguments:
    """The API's name for it."""
    return lambda world: {"request_id": world.request(state).pk}


KEPT = people("expert_colleague")  # sees the record that the own laboratory keeps, not the case
PATIENT = {"family_name": "Other", "identifiers": [{"system": "LOCAL", "value": "9"}], "sex": "F"}
DOORS: list[Row] = [
    Row("api-case-access", "GET", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    Row("api-case-why", "GET", MEMBERS, arguments=of_case("sent")),
    Row("api-objections", "GET", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    to_case("api-objections", json.dumps({"stated_by": "patient"})),
    Row(
        "api-objection-lift",
        "POST",
        LAB,
        arguments=of_objection,
        content_type=JSON,
        body=json.dumps({"version": 1, "reason": "Agrees now"}),
        version=etag_of_case,
    ),
    Row("api-legal-basis", "GET", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    to_case("api-legal-basis", INFORMED_JSON),
    Row(
        "api-legal-basis-end",
        "POST",
        LAB,
        forbidden=OUTSIDE,
        arguments=of_fact,
        content_type=JSON,
        body=json.dumps({"version": 1, "how": "end", "reason": "By mistake"}),
        version=etag_of_case,
    ),
    Row("api-legal-rules", "GET", RULE_READERS, forbidden=SIGNED_IN),
    Row("api-legal-rules", "POST", RULE_ADMINS, forbidden=SIGNED_IN, content_type=JSON, body=RULE_JSON),
    Row(
        "api-legal-rule-confirm",
        "POST",
        RULE_ADMINS,
        forbidden=SIGNED_IN,
        content_type=JSON,
        body=json.dumps({"known": None}),
    ),
    Row(
        "api-legal-rule-drop",
        "POST",
        RULE_ADMINS,
        forbidden=SIGNED_IN,
        content_type=JSON,
        body=json.dumps({"known": "0198f000-0000-7000-8000-000000000000", "reason": "The board"}),
    ),
    Row("api-emergencies", "GET", MEMBERS),
    # One that is not there: who may call hears so (404), and everybody else that it is not for their role.
    Row("api-emergencies", "POST", frozenset(), forbidden=SIGNED_IN - CALLERS, content_type=JSON, body=OPENED_JSON),
    Row("api-emergency", "GET", LAB | HOLDER | OFFICER | people("admin"), arguments=of_emergency),
    Row(
        "api-emergency-end", "POST", LAB | HOLDER | OFFICER | people("admin"), arguments=of_emergency, content_type=JSON
    ),
    Row(
        "api-emergency-review",
        "POST",
        OFFICER,
        forbidden=OUTSIDE | LAB | HOLDER | people("admin"),
        arguments=of_ended_emergency,
        content_type=JSON,
        body=REVIEWED_JSON,
    ),
    Row(
        "api-emergency-letter",
        "POST",
        LETTER_WRITERS,
        forbidden=(OUTSIDE | LAB | HOLDER) - LETTER_WRITERS,
        arguments=of_owed_letter,
        content_type=JSON,
        body=LETTER_JSON,
    ),
    # The API: the same people by another door
    Row("api-me", "GET", MEMBERS),
    Row("api-sessions", "GET", MEMBERS),
    Row("api-sessions", "DELETE", MEMBERS),
    Row(
        "api-session",
        "DELETE",
        frozenset(),  # only one's own: tests/accounts/test_own_sessions.py
        arguments=lambda world: {"sign_in_id": uuid4()},
    ),
    Row(
        "api-person-sessions",
        "DELETE",
        people("admin"),
        arguments=of_person("colleague"),
    ),
    Row(
        "api-person-remove-factors",
        "POST",
        people("admin"),
        arguments=of_person("asker"),
        content_type=JSON,
        body=json.dumps({"reason": "lost", "known_by": "in_person", "password": PASSWORD}),
    ),
    Row("api-tokens", "GET", people("admin officer expert_admin"), forbidden=SIGNED_IN),
    Row(
        "api-tokens",
        "POST",
        people("admin expert_admin"),
        forbidden=SIGNED_IN,
        content_type=JSON,
        body=json.dumps({"name": "LIS", "purpose": "Cases", "scopes": ["cases:read"], "days": 30}),
    ),
    Row(
        "api-token-withdraw",
        "POST",
        people("admin"),
        forbidden=OUTSIDE | OFFICER,
        arguments=of_token,
        content_type=JSON,
        body="{}",
    ),
    Row(
        "api-single-sign-on",
        "GET",
        people("admin officer"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=with_provider,
    ),
    Row(
        "api-single-sign-on",
        "PUT",
        people("admin expert_admin"),
        forbidden=SIGNED_IN,
        content_type=JSON,
        body=json.dumps({"issuer": "http://127.0.0.1:1", "client_id": "consilium", "secret": "words"}),
    ),
    Row(
        "api-single-sign-on-remove",
        "POST",
        people("admin"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=with_provider,
        content_type=JSON,
        body="{}",
    ),
    Row("api-identities", "GET", MEMBERS),
    Row(
        "api-identity-unlink",
        "POST",
        frozenset(),  # only one's own: tests/accounts/test_sign_in_set_up.py
        arguments=lambda world: {"identity_id": uuid4()},
        content_type=JSON,
        body="{}",
    ),
    Row("api-experts", "GET", MEMBERS),
    *(
        Row(
            route,
            method,
            people("expert expert_admin"),
            arguments=of_work,
            content_type=JSON,
            body=json.dumps({"languages": ["sv"], "weekly_capacity": 3, "deputy": None} | DAYS),
        )
        for route, method in (("api-work", "GET"), ("api-work", "PUT"), ("api-absences", "POST"))
    ),
    Row(
        "api-absence-cancel",
        "POST",
        NOBODY,
        arguments=lambda world: {"absence_id": uuid4()},
        content_type=JSON,
    ),
    Row("api-agreements", "GET", MEMBERS),
    Row(
        "api-agreements",
        "POST",
        people("admin"),
        forbidden=SIGNED_IN,
        content_type=JSON,
        body=lambda world: json.dumps(
            {
                "on_behalf_of": str(world.admin.organisation),
                "asking": str(world.admin.organisation),
                "answering": str(world.expert.organisation),
                "work": ["mdt"],
                "identity": "identified",
                "first_day": "2026-01-01",
            }
        ),
    ),
    Row("api-agreement", "GET", PARTIES, arguments=of_agreement("confirmed")),
    Row("api-agreement", "GET", people("admin expert_admin"), arguments=of_agreement("proposed")),
    *(
        Row(
            f"api-agreement-{step}",
            "POST",
            people("admin" if step in {"confirm", "decline"} else "expert_admin"),
            forbidden=OUTSIDE | people("admin expert_admin"),
            content_type=JSON,
            arguments=of_agreement("proposed"),
            body=json.dumps({"version": 1, "reason": "For the test."}),
        )
        for step in ("confirm", "decline", "withdraw")
    ),
    Row(
        "api-agreement-end",
        "POST",
        people("admin expert_admin"),
        forbidden=OUTSIDE | PARTIES,
        content_type=JSON,
        arguments=of_agreement("confirmed"),
        body=json.dumps({"version": 2, "reason": "For the test."}),
    ),
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
    Row("api-slide", "GET", LAB | EXPERT, arguments=of_slide("sent")),
    Row("api-slide-opened", "POST", LAB | EXPERT, arguments=of_slide("sent"), content_type=JSON),
    Row("api-slide-closed", "POST", LAB | EXPERT, arguments=of_slide("sent"), content_type=JSON),
    Row("api-slide-retry", "POST", LAB | EXPERT, arguments=of_slide("sent"), content_type=JSON),
    Row(
        "api-slide-take-off",
        "POST",
        LAB,
        forbidden=OUTSIDE | EXPERT,
        arguments=of_slide("sent"),
        content_type=JSON,
        body=body(reason="Another case"),
    ),
    Row("api-notifications", "GET", MEMBERS),
    Row("api-notifications-read", "POST", MEMBERS, content_type=JSON),
    # Cases and patients
    Row("api-cases", "GET", MEMBERS),
    Row(
        "api-cases",
        "POST",
        EDITORS,
        forbidden=SIGNED_IN,
        content_type=JSON,
        body=json.dumps({"accession_number": "NEW-1", "organ_system": "skin", "patient": PATIENT}),
    ),
    Row("api-case", "GET", LAB | EXPERT, arguments=of_case("sent")),
    Row(
        "api-case",
        "PATCH",
        LAB,
        forbidden=OUTSIDE | EXPERT,
        arguments=of_case("sent"),
        content_type=JSON,
        body=json.dumps({"history": "Longer."}),
        version=etag_of_case,
    ),
    to_case("api-case-material", json.dumps({"parts": [{"label": "Z", "type": "excision"}]})),
    to_case(
        "api-case-material-corrections",
        lambda world: json.dumps(
            {"slides": [{"id": str(world.slides("sent")[0].pk), "label": "A1-1", "stain": "HE"}], "reason": "Label"}
        ),
    ),
    to_case("api-case-corrections", json.dumps({"accession_number": "RIGHT-1", "reason": "Misread"})),
    to_case("api-case-close", "{}"),
    Row(
        "api-case-reopen",
        "POST",
        LAB | EXPERT,
        arguments=of_case("sent"),
        content_type=JSON,
        body="{}",
        version=etag_of_case,
    ),
    Row("api-patients", "GET", MEMBERS),
    Row("api-patients", "POST", EDITORS, forbidden=SIGNED_IN, content_type=JSON, body=json.dumps(PATIENT)),
    Row("api-patients-search", "POST", MEMBERS, content_type=JSON, body=json.dumps({"number": "1"})),
    Row("api-search", "POST", MEMBERS, content_type=JSON, body=json.dumps({"text": "Zwart"})),
    Row("api-patient", "GET", LAB, arguments=of_patient("sent")),
    Row(
        "api-patient",
        "PATCH",
        LAB,
        arguments=of_patient("sent"),
        content_type=JSON,
        body=json.dumps({**PATIENT, "reason": "Misspelt"}),
        version=lambda world: world.case("sent").patient.version,
    ),
    # The record
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
