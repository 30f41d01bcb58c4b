"""Who may come in at which page. Reviewed like policy: read a row as a sentence about people."""

from uuid import uuid4

from tests.access.exceptions import (
    CALLERS,
    HOLDER,
    LETTER,
    LETTER_WRITERS,
    REVIEWED,
    RULE_ADMINS,
    RULE_READERS,
    of_emergency,
    of_ended_emergency,
    of_fact,
    of_objection,
    of_owed_letter,
    of_own_rule,
)
from tests.access.row import (
    ANSWERING,
    ASKING,
    EDITORS,
    EXPERT,
    LAB,
    MEMBERS,
    NOBODY,
    OFFICER,
    OUTSIDE,
    PARTIES,
    SEEN,
    SIGNED_IN,
    Row,
    both,
    draft,
    of_agreement,
    of_case,
    of_first_report,
    of_inbox,
    of_membership,
    of_organisation,
    of_outside_expert,
    of_patient,
    of_person,
    of_report,
    of_request,
    of_slide,
    of_token,
    of_work,
    people,
    seen,
    with_provider,
)

PAGES: list[Row] = [
    # The desk: everybody who belongs somewhere has a first page; what is on it is theirs.
    Row("desk:home", "GET", MEMBERS),
    Row("desk:live", "GET", MEMBERS),
    Row("desk:preview", "GET", LAB | EXPERT, arguments=of_request("sent")),
    # Privacy: who looked at a patient of the own laboratory, the own trail, and the audit for its privacy officer
    Row("desk:trail", "GET", SIGNED_IN),
    *[
        Row(f"desk:{route}", "GET", LAB | OFFICER, arguments=of_patient("sent"))
        for route in ("looked", "looked_print", "looked_pdf")
    ],
    Row("desk:audit", "GET", OFFICER, forbidden=SIGNED_IN),
    *both("desk:audit_find", OFFICER, forbidden=SIGNED_IN),
    *both("desk:audit_file", OFFICER, forbidden=SIGNED_IN),
    # The search: everybody's, and what it finds is theirs (tests/desk/test_searching.py). A search of another session
    # is one that is not kept.
    *both("desk:search", MEMBERS, body="text=Zwart"),
    Row("desk:palette", "POST", MEMBERS, body="text=Zwart"),
    Row("desk:results", "GET", MEMBERS, arguments=lambda world: {"search_id": uuid4()}),
    # People
    Row("accounts:colleague", "GET", MEMBERS, arguments=lambda world: {"membership_id": world.expert.membership}),
    *both("accounts:invite", people("admin expert_admin platform"), forbidden=SIGNED_IN),
    *both("accounts:preferences", SIGNED_IN),
    # Outside experts: proposed from a draft by who asks, confirmed by the administrators of the asking laboratory
    Row("requests:outside_experts", "GET", people("admin expert_admin"), forbidden=SIGNED_IN),
    *both(
        "requests:propose_outside_expert",
        people("asker"),
        arguments=of_request("draft"),
    ),
    Row("requests:outside_expert", "GET", people("asker admin"), arguments=of_outside_expert),
    Row(
        "requests:act_on_outside_expert",
        "POST",
        people("admin"),
        forbidden=OUTSIDE | people("asker"),
        arguments=lambda world: of_outside_expert(world) | {"action": "confirm"},
    ),
    # How somebody works: the member's own, and the administrator's of the laboratory
    Row("accounts:own_work", "GET", MEMBERS),
    *both("accounts:work", people("expert expert_admin platform"), forbidden=NOBODY, arguments=of_work),
    Row(
        "accounts:enter_absence",
        "POST",
        people("expert expert_admin platform"),
        forbidden=NOBODY,
        arguments=of_work,
    ),
    Row(
        "accounts:cancel_absence",
        "POST",
        frozenset(),  # only of oneself, or of a member one looks after: tests/accounts/test_work.py
        forbidden=NOBODY,
        arguments=lambda world: {"absence_id": uuid4()},
    ),
    # Agreements: members read what binds their laboratory; its administrators propose, answer and end.
    Row("accounts:agreements", "GET", MEMBERS | people("platform"), forbidden=people("nobody")),
    *both("accounts:propose_agreement", people("admin expert_admin platform"), forbidden=SIGNED_IN),
    Row(
        "accounts:agreement", "GET", PARTIES | people("platform"), forbidden=NOBODY, arguments=of_agreement("confirmed")
    ),
    Row(
        "accounts:agreement",
        "GET",
        people("admin expert_admin platform"),
        forbidden=NOBODY,
        arguments=of_agreement("proposed"),
    ),
    *both(
        "accounts:act_on_agreement",
        people("admin expert_admin"),
        forbidden=PARTIES | people("platform"),
        arguments=of_agreement("confirmed", action="end"),
        body="version=2&reason=Over",
    ),
    *both(
        "accounts:act_on_agreement",
        people("admin"),
        forbidden=people("expert_admin platform"),
        arguments=of_agreement("proposed", action="confirm"),
        body="version=1",
    ),
    Row("accounts:sessions", "GET", SIGNED_IN),
    Row("accounts:end_other_sessions", "POST", SIGNED_IN),
    Row(
        "accounts:end_session",
        "POST",
        frozenset(),  # only one's own: tests/accounts/test_own_sessions.py
        forbidden=frozenset(),
        arguments=lambda world: {"sign_in_id": uuid4()},
    ),
    Row("accounts:tokens", "GET", people("admin officer expert_admin platform"), forbidden=SIGNED_IN),
    Row("accounts:tokens", "POST", people("admin expert_admin"), forbidden=SIGNED_IN),
    Row(
        "accounts:token",
        "GET",
        people("admin officer platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_token,
    ),
    Row(
        "accounts:withdraw_token",
        "POST",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_token,
    ),
    # Single sign-on: an organisation's own, and one's own link with it (tests/accounts/test_sign_in_set_up.py)
    Row("accounts:single_sign_on", "GET", people("admin officer expert_admin platform"), forbidden=SIGNED_IN),
    Row("accounts:single_sign_on", "POST", people("admin expert_admin"), forbidden=SIGNED_IN),
    Row(
        "accounts:remove_single_sign_on",
        "POST",
        people("admin"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=with_provider,
    ),
    Row("accounts:identities", "GET", SIGNED_IN),
    Row(
        "accounts:link_identity",
        "POST",
        frozenset(),  # only at an organisation that one belongs to and that has it
        forbidden=frozenset(),
        arguments=lambda world: {"organisation_id": uuid4()},
    ),
    Row(
        "accounts:unlink_identity",
        "POST",
        frozenset(),  # only one's own
        forbidden=frozenset(),
        arguments=lambda world: {"identity_id": uuid4()},
    ),
    Row("accounts:people", "GET", people("admin expert_admin platform"), forbidden=SIGNED_IN),
    Row(
        "accounts:person",
        "GET",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_person("asker"),
    ),
    *both(
        "accounts:correct_person",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_person("colleague"),
    ),
    *both(
        "accounts:deactivate",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_person("colleague"),
    ),
    *both(
        "accounts:organisation",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_organisation,
    ),
    *both(
        "accounts:membership",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_membership("colleague"),
    ),
    *both(
        "accounts:end_membership",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_membership("colleague"),
    ),
    Row(
        "accounts:remove_factors",
        "POST",
        people("admin platform"),
        forbidden=SIGNED_IN - people("expert_admin"),
        arguments=of_person("asker"),
    ),
    Row(
        "accounts:end_sessions_of",
        "POST",
        people("admin platform"),
        forbidden=frozenset(),
        arguments=of_person("colleague"),
    ),
    Row("accounts:switch", "POST", frozenset(), forbidden=frozenset()),  # only into a membership of one's own
    Row(
        "accounts:withdraw_invitation",
        "POST",
        frozenset(),
        forbidden=frozenset(),
        arguments=lambda world: {"invitation_id": uuid4()},
    ),
    *both(
        "accounts:confirm_address",
        frozenset(),  # only one's own: tests/accounts/test_address.py
        forbidden=frozenset(),
        arguments=lambda world: {"token": "altered"},
    ),
    # The signed link of an invitation is the authority: an altered one says so to everybody.
    Row(
        "accounts:accept_invitation",
        "GET",
        frozenset(),
        forbidden=frozenset(),
        anonymous="404",
        arguments=lambda world: {"token": "altered"},
    ),
    Row(
        "accounts:accept_invitation",
        "POST",
        frozenset(),
        forbidden=frozenset(),
        anonymous="404",
        arguments=lambda world: {"token": "altered"},
    ),
    # Cases: of the own laboratory, and those shared with me
    Row("cases:list", "GET", MEMBERS),
    Row("cases:jump", "POST", MEMBERS),
    Row("cases:jump", "GET", MEMBERS),
    *both("cases:new", EDITORS, forbidden=SIGNED_IN),
    *both("cases:import", EDITORS, forbidden=SIGNED_IN),
    Row("cases:import_template", "GET", EDITORS, forbidden=SIGNED_IN, arguments=lambda world: {"language": "en"}),
    Row("cases:detail", "GET", LAB | EXPERT, arguments=of_case("sent")),
    Row("cases:detail", "GET", LAB, arguments=of_case("closed")),
    Row("cases:detail", "GET", LAB, arguments=of_case("draft")),
    Row("cases:material", "GET", LAB | EXPERT, arguments=of_case("sent")),
    Row("cases:patient", "GET", LAB, arguments=lambda world: {"patient_id": world.case("sent").patient_id}),
    *[
        row
        for route in ("add_material", "correct_material", "edit", "correct", "correct_patient")
        for row in both(f"cases:{route}", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent"))
    ],
    Row("cases:close", "POST", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent"), body=SEEN),
    # An open case cannot be opened again: that comes before whose step it would be.
    Row("cases:reopen", "POST", LAB | EXPERT, arguments=of_case("sent"), body=SEEN),
    *both(
        "cases:import_preview",
        EDITORS,
        forbidden=OUTSIDE | people("clinician admin officer auditor expert_admin"),
        arguments=lambda world: {"import_id": uuid4()},
    ),  # one that is not there (any more), or not one's own, says so
    # Who can see a case is for its laboratory; why one can see it oneself is for everybody signed in, about anything.
    Row("cases:access", "GET", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    Row("cases:why", "GET", SIGNED_IN, arguments=of_case("sent")),
    Row("cases:why_not", "GET", SIGNED_IN),
    *both("objections:record", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    *both("objections:lift", LAB, arguments=of_objection),
    # The legal basis: of a case for its laboratory; the rules for those they hold for, set by its administrators.
    Row("basis:case", "GET", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    *both(
        "basis:record",
        LAB,
        forbidden=OUTSIDE | EXPERT,
        arguments=lambda world: {"case_id": world.case("sent").pk, "kind": "block"},
    ),
    *both("basis:end", LAB, forbidden=OUTSIDE | EXPERT, arguments=lambda world: {**of_fact(world), "how": "end"}),
    Row("basis:rules", "GET", RULE_READERS, forbidden=SIGNED_IN),
    Row("basis:confirm", "POST", RULE_ADMINS, forbidden=SIGNED_IN),
    *both("basis:state", RULE_ADMINS, forbidden=SIGNED_IN),
    *both("basis:drop", RULE_ADMINS, forbidden=SIGNED_IN, arguments=of_own_rule),
    # Emergency access: opened by those who treat or read, seen by its holder and the laboratory whose case it is.
    Row("emergency:list", "GET", MEMBERS),
    *both("emergency:open", CALLERS, forbidden=SIGNED_IN),
    Row("emergency:detail", "GET", LAB | HOLDER | OFFICER | people("admin"), arguments=of_emergency),
    Row("emergency:end", "POST", LAB | HOLDER | OFFICER | people("admin"), arguments=of_emergency),
    Row(
        "emergency:review",
        "POST",
        OFFICER,
        forbidden=OUTSIDE | LAB | HOLDER | people("admin"),
        arguments=of_ended_emergency,
        body=REVIEWED,
    ),
    Row(
        "emergency:letter",
        "POST",
        LETTER_WRITERS,
        forbidden=(OUTSIDE | LAB | HOLDER) - LETTER_WRITERS,
        arguments=of_owed_letter,
        body=LETTER,
    ),
    # Requests: a draft is its requester's alone; a sent one both sides'; an accepted one also the expert's laboratory's
    Row("requests:mine", "GET", MEMBERS),
    *both("requests:new", ASKING, forbidden=OUTSIDE | people("staff expert"), arguments=of_case("sent"), body=SEEN),
    Row("requests:detail", "GET", people("asker"), arguments=of_request("draft")),
    Row("requests:detail", "GET", LAB | EXPERT, arguments=of_request("sent")),
    Row("requests:detail", "GET", LAB | ANSWERING, arguments=of_request("accepted")),
    Row("requests:detail", "GET", LAB | ANSWERING, arguments=of_request("closed")),
    Row("requests:detail", "GET", LAB | EXPERT, arguments=of_request("declined")),
    Row("requests:news", "GET", LAB | EXPERT, arguments=of_request("sent")),
    *both("requests:edit", people("asker"), arguments=of_request("draft")),
    Row("requests:readiness", "GET", people("asker"), arguments=of_request("draft")),
    Row("requests:experts", "GET", people("asker"), arguments=of_request("draft")),
    *both("requests:check", people("asker"), arguments=of_request("draft"), body=seen("draft")),
    # The workbench shows the request's record; the slides on it ask slides:meta and the tiles for themselves.
    Row("requests:read", "GET", LAB | ANSWERING, arguments=of_request("accepted")),
    Row("requests:read", "GET", LAB | ANSWERING, arguments=of_request("closed")),
    Row(
        "requests:read",
        "POST",
        EXPERT,
        forbidden=OUTSIDE | LAB | people("expert_colleague"),
        arguments=of_request("accepted"),
        body=lambda w: seen("accepted")(w) + "&accession_number=E-3",
    ),
    Row(
        "requests:act",
        "GET",
        EXPERT,
        forbidden=OUTSIDE | LAB,
        arguments=of_request("sent", name="decline"),
        body=seen("sent"),
    ),
    Row(
        "requests:act",
        "POST",
        EXPERT,
        forbidden=OUTSIDE | LAB,
        arguments=of_request("sent", name="accept"),
        body=seen("sent"),
    ),
    Row(
        "requests:act",
        "POST",
        ASKING,
        forbidden=OUTSIDE | ANSWERING | people("staff"),
        arguments=of_request("accepted", name="withdraw"),
        body=lambda w: seen("accepted")(w) + "&reason=Elsewhere",
    ),
    # Reports: a draft is its author's alone; a signed one both laboratories'
    Row("reports:detail", "GET", EXPERT, arguments=of_report("accepted")),
    Row("reports:detail", "GET", LAB | ANSWERING, arguments=of_report("answered")),
    Row("reports:detail", "GET", LAB | ANSWERING, arguments=of_report("closed")),
    # The first report: while it is shared to who was asked; what was shared stays with the laboratory that accepted.
    Row("reports:detail", "GET", LAB | EXPERT, arguments=of_first_report("sent")),
    Row("reports:detail", "GET", LAB | ANSWERING, arguments=of_first_report("accepted")),
    Row("reports:detail", "GET", LAB | ANSWERING, arguments=of_first_report("closed")),
    Row("reports:detail", "GET", LAB, arguments=of_first_report("declined")),
    Row("reports:edit", "POST", EXPERT, arguments=of_report("accepted"), body=draft("accepted")),
    Row("reports:preview", "GET", EXPERT, arguments=of_report("accepted")),
    Row("reports:sign", "GET", MEMBERS, arguments=of_report("accepted")),  # leads to the preview, which asks
    Row("reports:sign", "POST", EXPERT, arguments=of_report("accepted"), body=draft("accepted")),
    Row("reports:document", "GET", LAB | ANSWERING, arguments=of_report("answered", number=1)),
    Row("reports:pdf", "GET", LAB | ANSWERING, arguments=of_report("answered", number=1)),
    *both("reports:receive", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_case("sent")),
    # Slides: the named ones, and only while the request runs
    Row("slides:view", "GET", LAB | EXPERT, arguments=of_slide("sent")),
    Row("slides:view", "GET", LAB, arguments=of_slide("sent", 1)),
    Row("slides:view", "GET", LAB, arguments=of_slide("closed")),
    Row("slides:meta", "GET", LAB | EXPERT, arguments=of_slide("sent")),
    Row("slides:meta", "GET", LAB, arguments=of_slide("closed")),
    Row("slides:opened", "POST", LAB | EXPERT, arguments=of_slide("sent")),
    Row("slides:closed", "POST", LAB | EXPERT, arguments=of_slide("sent")),
    Row("slides:heartbeat", "POST", LAB | EXPERT, arguments=of_slide("sent")),
    *both("slides:upload", LAB, forbidden=OUTSIDE | EXPERT, arguments=of_slide("sent")),
    # A readable image cannot be tried again: that comes before whose step it would be.
    Row("slides:retry", "POST", LAB | EXPERT, arguments=of_slide("sent")),
    Row(
        "slides:take_off",
        "POST",
        LAB,
        forbidden=OUTSIDE | EXPERT,
        arguments=of_slide("sent"),
        body=f"{SEEN}&reason=Another+case",
    ),
    # The inbox: the own one
    Row("notifications:list", "GET", SIGNED_IN),
    Row("notifications:badge", "GET", SIGNED_IN),
    Row("notifications:read_all", "POST", SIGNED_IN),
    Row("notifications:open", "GET", EXPERT, forbidden=frozenset(), arguments=of_inbox("expert")),
    # Marks one's own; another's stays as it is.
    Row("notifications:read", "POST", SIGNED_IN, arguments=of_inbox("expert")),
]
