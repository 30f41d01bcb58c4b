"""Every hook with its registrants, so that a room that stops listening is noticed."""

from accounts import hooks as account_hooks
from cases import hooks as case_hooks
from consult.reports import hooks as report_hooks
from core.audit.hooks import registrants as record_nouns
from core.jobs.hooks import kinds
from core.web.hooks import listeners as preference_listeners
from core.workflow.hooks import listeners
from notifications.hooks import registrants as notification_kinds


def test_after_transition() -> None:
    assert [f"{each.__module__}.{each.__name__}" for each in listeners()] == [
        "cases.access.grants.reconcile_after",
        "consult.requests.changed.note_changes",
        "consult.requests.image_taken_off.note_images",
    ]


def test_hooks_of_accounts() -> None:
    assert account_hooks.registrants() == [
        "cases.access.grants.reconcile_leaver",
        "consult.requests.leaving.hand_over_open_work",
        "consult.requests.leaving.follow_work",
    ]


def test_preference_chosen() -> None:
    assert [f"{each.__module__}.{each.__name__}" for each in preference_listeners()] == ["accounts.preferences.keep"]


def test_hooks_of_cases() -> None:
    assert case_hooks.registrants() == {
        "shares": ["consult.requests.shares.of_requests"],
        "denials": [],
        "case_panels": ["consult.reports.panels.reports_of_case", "consult.requests.panels.requests_of_case"],
        "slide_pictures": ["slides.pictures.of_slides"],
    }


def test_what_cases_are_chosen_for() -> None:
    assert case_hooks.purposes() == ["request"]


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
        "accounts.tell_parties": True,
        "notifications.mail": False,
        "reports.render_pdf": True,
        "requests.look_at_membership": True,
        "requests.tell_expert": True,
        "requests.tell_former_expert": True,
        "requests.tell_of_change": True,
        "requests.tell_of_image": True,
        "requests.tell_requester": True,
        "slides.ingest": False,
    }


def test_nouns_of_the_record() -> None:
    nouns = (
        "agreement audit case image import invitation job membership notification organisation patient person report"
    )
    assert set(record_nouns()) - {"demo"} == {*nouns.split(), "request", "slide", "address_change"}


def test_kinds_of_notifications() -> None:
    steps = "accept acknowledge add_slides answer ask changed_after_signature changed_back changed_for_expert"
    steps += " changed_for_requester changed_without_case changed_without_request close confirm_identity decline"
    steps += " expert_left hand_over image_taken_off image_taken_off_after_signature reply send take_over withdraw"
    of_requests = [f"request.{step}" for step in steps.split()]
    of_agreements = [f"agreement.{step}" for step in ("confirm", "decline", "end", "propose", "withdraw")]
    assert notification_kinds() == of_agreements + of_requests
