"""Every hook with its registrants, so that a room that stops listening is noticed."""

from accounts import hooks as account_hooks
from cases import hooks as case_hooks
from cases import page_hooks
from consult.reports import hooks as report_hooks
from core.audit.hooks import locators as record_locators
from core.audit.hooks import registrants as record_nouns
from core.jobs.hooks import kinds
from core.search.keep import registrants as search_sources
from core.web.hooks import listeners as preference_listeners
from core.web.hooks import pages_asked
from core.workflow.hooks import listeners
from notifications.hooks import registrants as notification_kinds


def test_after_transition() -> None:
    assert [f"{each.__module__}.{each.__name__}" for each in listeners()] == [
        "cases.access.grants.reconcile_after",
        "cases.finding.refresh_after",
        "consult.requests.changed.note_changes",
        "consult.requests.hidden_later.note_corrections",
        "consult.requests.image_taken_off.note_images",
        "consult.requests.held.note_holds",
        "consult.requests.kept_out.note_exclusions",
        "consult.requests.blind.note_openings",
    ]


def test_what_states_the_keys_of_the_search() -> None:
    assert search_sources() == {
        "patient": ["cases.finding.rows_of_patients"],
        "case": [
            "cases.finding.rows_of_cases",
            "consult.reports.finding.rows_of_reports",
            "consult.requests.finding.rows_of_requests",
        ],
    }


def test_hooks_of_accounts() -> None:
    assert account_hooks.registrants() == [
        "cases.access.grants.reconcile_leaver",
        "consult.requests.leaving.hand_over_open_work",
        "cases.emergency.shares.follow_work",
        "consult.requests.leaving.follow_work",
        "consult.requests.outside.actions.join",
        "cases.basis.actions.rule.follow_move",
        "consult.requests.leaving.open_work_of",
        "cases.emergency.policy.owed_by",
        "consult.requests.leaving.open_in",
    ]


def test_preference_chosen() -> None:
    assert [f"{each.__module__}.{each.__name__}" for each in preference_listeners()] == ["accounts.preferences.keep"]


def test_what_open_pages_ask_by_themselves() -> None:
    assert pages_asked() == ["requests:news", "slides:closed", "slides:heartbeat"]


def test_hooks_of_cases() -> None:
    assert case_hooks.registrants() == {
        "shares": ["cases.emergency.shares.of_emergencies", "consult.requests.shares.of_requests"],
        "denials": ["cases.exclusions.denials.of_exclusions"],
        "blocks": ["cases.basis.blocks.of_basis", "cases.objections.blocks.of_objections"],
        "reasons": [
            "cases.emergency.shares.told",
            "consult.requests.why.told",
            "consult.requests.why.told_of_deputies",
        ],
        "stands_in": ["consult.requests.shares.absent_experts"],
        "why": ["consult.requests.why.of_requests"],
        "work": ["consult.requests.kept_out.open_work"],
        "kept": ["consult.requests.keepers.of_requests"],
    }
    assert page_hooks.registrants() == {
        "case_panels": [
            "cases.basis.panels.basis_on_case_page",
            "cases.objections.panels.standing_objection",
            "consult.reports.panels.reports_of_case",
            "consult.requests.panels.requests_of_case",
        ],
        "access_panels": [
            "cases.basis.panels.basis_of_case",
            "cases.objections.panels.objection_of_case",
            "cases.exclusions.panels.kept_out_of_case",
        ],
        "slide_pictures": ["slides.pictures.of_slides"],
    }


def test_what_cases_are_chosen_for() -> None:
    assert page_hooks.purposes() == ["request"]


def test_hooks_of_reports() -> None:
    assert report_hooks.registrants() == {
        "composer": ["consult.requests.compose.consultation"],
        "written_at": ["consult.requests.links.workbench_of"],
        "over_because": ["consult.requests.links.why_over"],
        "owed_by": ["consult.requests.links.owed"],
        "sign_checks": ["consult.requests.checks.before_signing"],
        "on_signed": ["consult.requests.signed.answer"],
        "keeps": ["consult.requests.policy.kept_reports"],
    }


def test_kinds_of_jobs() -> None:
    assert {kind: effect.inside for kind, effect in kinds().items() if not kind.startswith("demo.")} == {
        "accounts.address_asked_mail": False,
        "accounts.address_changed_mail": False,
        "accounts.address_confirm_mail": False,
        "accounts.invitation_mail": False,
        "accounts.notice_mail": False,
        "accounts.password_changed_mail": False,
        "accounts.password_reset_mail": False,
        "accounts.tell_of_single_sign_on": True,
        "accounts.tell_of_token": True,
        "accounts.tell_parties": True,
        "accounts.token_ends": True,
        "basis.tell_readers": True,
        "emergency.remind": True,
        "emergency.run_out": True,
        "emergency.tell_holder": True,
        "emergency.tell_laboratory": True,
        "emergency.tell_of_search": True,
        "notifications.mail": False,
        "objections.tell_readers": True,
        "reports.render_pdf": True,
        "requests.look_at_membership": True,
        "requests.outside_tell_administrators": True,
        "requests.outside_take_back": True,
        "requests.outside_take_member_back": True,
        "requests.outside_tell_proposer": True,
        "requests.tell_expert": True,
        "requests.tell_colleagues": True,
        "requests.tell_former_expert": True,
        "requests.tell_of_change": True,
        "requests.remind_to_close": True,
        "requests.tell_of_exclusion": True,
        "requests.tell_of_hidden_words": True,
        "requests.tell_of_hold": True,
        "requests.tell_of_objection": True,
        "requests.tell_of_image": True,
        "requests.tell_requester": True,
        "slides.ingest": False,
    }


def test_nouns_of_the_record() -> None:
    nouns = "agreement address_change audit case emergency image import invitation job membership notification"
    nouns += " exclusion legal_confirmation legal_fact legal_rule"
    nouns += " objection organisation outside_expert patient person report request slide token"
    assert set(record_nouns()) - {"demo"} == set(nouns.split())


def test_what_an_address_names_is_located() -> None:
    cases = ["access_id", "case_id", "exclusion_id", "fact_id", "objection_id", "patient_id", "slide_id"]
    assert record_locators() == sorted([*cases, "pk", "report_id", "request_id"])


def test_kinds_of_notifications() -> None:
    steps = "accept acknowledge add_slides answer ask changed_after_signature changed_back changed_for_expert"
    steps += " changed_for_requester changed_without_case changed_without_request close confirm_identity decline"
    steps += " expert_kept_out expert_left goes_on hand_over held image_taken_off image_taken_off_after_signature"
    steps += " open_by_name reply requester_kept_out requester_left send still_open take_over withdraw words_hidden"
    of_requests = [f"request.{step}" for step in steps.split()]
    of_agreements = [f"agreement.{step}" for step in ("confirm", "decline", "end", "propose", "withdraw")]
    of_outside_experts = ["confirm", "join", "join_elsewhere", "nobody_confirms", "propose", "refuse", "withdraw"]
    of_record = ["audit.months_missing", "audit.not_copied", "audit.stands_still"]
    of_emergencies = [f"emergency.{step}" for step in ("end", "open", "open_by_own", "remind", "review", "search")]
    of_cases = [*of_emergencies, "legal_fact.again", "legal_fact.ended", "objection.lift", "objection.object"]
    of_tokens = [f"token.{step}" for step in ("ends", "made", "withdrawn")]
    of_sign_in = [f"sign_in.{step}" for step in ("changed", "joined", "removed", "set_up")]
    of_requests += of_sign_in + of_tokens
    assert notification_kinds() == [
        "access.differs",
        *of_agreements,
        *of_record,
        *of_cases,
        *(f"outside_expert.{step}" for step in of_outside_experts),
        *of_requests,
    ]
