"""Who may come in at the API's doors of people, machines and notifications: the same people as at the pages."""

import json
from uuid import uuid4

from accounts.actions.as_seen import membership_version, organisation_version, person_version
from accounts.models import Membership, Organisation
from tests.access.row import (
    JSON,
    MEMBERS,
    NOBODY,
    OFFICER,
    OUTSIDE,
    PARTIES,
    SIGNED_IN,
    Row,
    of_agreement,
    of_membership,
    of_organisation,
    of_person,
    of_token,
    of_work,
    people,
    with_provider,
)
from tests.cast import PASSWORD

CORRECTED_JSON = json.dumps(
    {"title": "Dr", "given_name": "North", "family_name": "Renamed", "email": "colleague@north.example"}
)
MEMBER_JSON = json.dumps(
    {
        "role": "pathologist",
        "registration_number": "1",
        "registration_body": "BIG",
        "last_day": None,
        "organ_systems": ["breast"],
    }
)
PARTICULARS_JSON = json.dumps(
    {
        "name": "Renamed",
        "short_name": "New",
        "address": "1 Street",
        "accreditation": "",
        "language": "nl",
        "languages": ["nl"],
        "time_zone": "Europe/Amsterdam",
        "staff_names": "names",
        "audit_months": 60,
    }
)
DAYS = {"first_day": "2099-01-01", "last_day": "2099-01-02"}
DOORS: list[Row] = [
    Row("api-me", "GET", MEMBERS),
    Row("api-sessions", "GET", MEMBERS),
    Row("api-sessions", "DELETE", MEMBERS),
    Row(
        "api-session",
        "DELETE",
        frozenset(),  # only one's own: tests/accounts/test_own_sessions.py
        arguments=lambda world: {"sign_in_id": uuid4()},
    ),
    Row("api-people", "GET", people("admin expert_admin"), forbidden=SIGNED_IN),
    Row("api-person", "GET", people("admin"), arguments=of_person("colleague")),
    Row(
        "api-person",
        "PUT",
        people("admin"),
        arguments=of_person("colleague"),
        content_type=JSON,
        body=CORRECTED_JSON,
        version=lambda world: person_version(world.user("colleague")),
    ),
    Row(
        "api-person-deactivate",
        "POST",
        people("admin"),
        arguments=of_person("colleague"),
        content_type=JSON,
        body="{}",
    ),
    Row("api-membership", "GET", people("admin"), arguments=of_membership("colleague")),
    Row(
        "api-membership",
        "PUT",
        people("admin"),
        arguments=of_membership("colleague"),
        content_type=JSON,
        body=MEMBER_JSON,
        version=lambda world: membership_version(Membership.objects.get(pk=world.colleague.acting())),
    ),
    Row(
        "api-membership-end",
        "POST",
        people("admin"),
        arguments=of_membership("colleague"),
        content_type=JSON,
        body="{}",
    ),
    Row("api-organisation", "GET", people("admin"), arguments=of_organisation),
    Row(
        "api-organisation",
        "PUT",
        people("admin"),
        arguments=of_organisation,
        content_type=JSON,
        body=PARTICULARS_JSON,
        version=lambda world: organisation_version(Organisation.objects.get(pk=world.admin.lab())),
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
    # Notifications
    Row("api-notifications", "GET", MEMBERS),
    Row("api-notifications-read", "POST", MEMBERS, content_type=JSON),
]
