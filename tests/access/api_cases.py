"""Who may come in at the API's doors of cases and of what is about them: the same people as at the pages."""

import json
from typing import Any

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
    kept_out,
    of_emergency,
    of_ended_emergency,
    of_exclusion,
    of_fact,
    of_objection,
    of_owed_letter,
)
from tests.access.row import (
    EDITORS,
    EXPERT,
    JSON,
    LAB,
    MEMBERS,
    OFFICER,
    OUTSIDE,
    SIGNED_IN,
    Row,
    body,
    of_case,
    of_patient,
    of_slide,
    people,
)
from tests.cast import World


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
    Row("api-exclusions", "GET", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    to_case("api-exclusions", kept_out),
    Row(
        "api-exclusion-lift",
        "POST",
        LAB,
        arguments=of_exclusion,
        content_type=JSON,
        body=json.dumps({"version": 1, "reason": "No conflict"}),
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
    # Slides
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
]
