"""The tests of which one must notice that a guard of a module is gone (guards.py)."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client

from accounts import sessions
from core import clock
from notifications import live
from notifications.models import Notification
from slides.models import SlideImage
from slides.queries import slide_for_tiles
from tests.access import kinds, test_locks, test_policies_about_cases, test_policies_of_requests, test_shares_stated
from tests.access.asking import ask
from tests.access.hearing import holds
from tests.access.missing import Test, name_of, named, of
from tests.access.oracle import SLIDES, ask_tables
from tests.access.people import WHO
from tests.access.row import Row
from tests.access.table import ROWS
from tests.accounts import test_agreements, test_audit_readers, test_leaving, test_members_pages, test_policies
from tests.basis import test_pages as test_basis_pages
from tests.basis import test_rules as test_basis_rules
from tests.basis import test_who_reads
from tests.cases import test_access_property as random_worlds
from tests.cases import test_case_page, test_list, test_who_can_see
from tests.cast import World, client_for
from tests.desk import test_audit, test_search_hidden, test_search_pages, test_searching, test_who_looked, test_worklist
from tests.emergency import test_letters, test_opening, test_searches, test_telling_and_review
from tests.exclusions import test_exclusions, test_who_hears
from tests.notifications import test_inbox
from tests.objections import test_objections
from tests.requests import (
    test_agreement_needed,
    test_deputy,
    test_first_report_kept,
    test_identity_check,
    test_knowing,
    test_outside_expert,
    test_proposing_an_outside_expert,
    test_pseudonym,
    test_pseudonym_admin,
    test_request_api,
)
from tests.slides import test_tile_authority
from tests.workflow import test_guards

FEW = [row for row in ROWS if row.route in {"cases:detail", "cases:access", "api-case", "slides:view", "api-request"}]


def kind(*names: str) -> list[Test]:
    """What each of these kinds of people may come to."""
    return [named(f"kind {name}", _kind_hears, name) for name in names]


def _kind_hears(name: str, world: World, mirror: World) -> None:
    with transaction.atomic():
        holds(world, mirror, kinds.KINDS[name], FEW)
        transaction.set_rollback(True)


def rows(*routes: str) -> list[Test]:
    """Each of these rows of the matrix, for everybody."""
    chosen = [row for row in ROWS if row.route.startswith(routes)]
    return [named(f"{row.method} {row.route}", _row_holds, row) for row in chosen]


def _row_holds(row: Row, world: World, everybody: dict[str, Client]) -> None:
    for who in WHO:
        assert ask(everybody[who], row, world) == row.expected(who), who


def tiles_agree(world: World) -> None:
    """The tile process's gate lets in whom the tables let in."""
    for who, actor in world.people.items():
        key, seen = client_for(actor).session.session_key or "", ask_tables(SLIDES, actor)
        slides = [slide.pk for state in ("sent", "closed") for slide in world.slides(state)]
        for slide in slides:
            SlideImage.objects.get_or_create(
                slide_id=slide,
                defaults={
                    "path": "none.svs",
                    "status": "ready",
                    "content_version": "a" * 16,
                    "sha256": f"{slide.int:064x}",
                    "linked_at": clock.now(),
                },
            )
        assert {each for each in slides if slide_for_tiles(key, str(each)).status == 200} == seen & set(slides), who


def stream_agrees(world: World) -> None:
    """An open page hears what is unread, its own notification, and nothing once its session has ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "connections", SimpleNamespace(close_all=lambda: None))  # the test's own is one of them
        client = client_for(world.expert)
        mine = live.Stream(world.expert.who(), client.session.session_key or "", "en")
        own, others = (
            str(Notification.objects.filter(recipient=each.person, read_at=None).latest("created_at").pk)
            for each in (world.expert, world.asker)
        )
        assert (live.look(mine, own) or {}).keys() == {"unread", "notification"}
        assert (live.look(mine, others) or {}).keys() == {"unread"}
        Notification.objects.filter(recipient=world.expert.person).update(read_at=clock.now())
        assert (live.look(mine, own) or {}) == {"unread": 0}
        assert live.look(live.Stream(world.asker.who(), mine.session_key, "en")) is None
        sessions.end(world.user("expert"))
        assert live.look(mine) is None


SEARCH = [*of(test_searching), *of(test_search_hidden), *of(test_search_pages)]
ACCESS = [
    *of(random_worlds),
    *rows("cases:detail", "cases:list", "slides:view", "api-case"),
    *kind("expired", "revoked", "not yet valid", "denied at home", "denied a share"),
    *of(test_list),
    *of(test_case_page),
    *(each for each in SEARCH if "test_pages_" not in name_of(each)),
    *of(test_worklist),
]
REQUESTS = [
    *rows("requests:detail", "requests:read", "requests:edit", "requests:act", "api-request"),
    *kind("denied a share", "deputy", "deputy whose time is over", "not yet valid", "expert who became a clinician"),
    *of(test_request_api),
    *of(test_guards),
    *of(test_worklist),
    *of(test_deputy),
]
EMERGENCY = [
    *of(test_policies_about_cases),
    *rows("emergency:", "api-emergenc"),
    *of(test_opening),
    *of(test_telling_and_review),
    *of(test_searches),
    *of(test_letters),
]
LEGAL = [*rows("basis:", "api-legal"), *of(test_basis_pages), *of(test_basis_rules), *of(test_who_reads)]
SHARES = [*kind("emergency", "emergency that is over", "left", "revoked", "deputy", "not yet valid"), *of(test_deputy)]

# module: (functions whose conditions are taken out besides those that are found; None means all), tests that look at it
CONDITIONS: dict[str, tuple[set[str] | None, list[Test]]] = {
    "cases.access.branches": (
        None,
        [
            *of(test_who_can_see),
            *of(test_policies_about_cases),
            *ACCESS,
            *of(test_telling_and_review),
            *of(test_searches),
            *of(test_knowing),
        ],
    ),
    "cases.access.pseudonym": (None, [*of(test_pseudonym_admin)]),
    "cases.access.queries": (None, ACCESS),
    "cases.access.pages": ({"case_page", "_home_keys", "_granted_keys"}, ACCESS),
    "cases.access.view": ({"_view"}, [*kind("pseudonymised"), *of(test_case_page)]),
    "cases.access.lock": ({"check_seen"}, [*of(test_guards), *rows("cases:", "api-case"), *REQUESTS]),
    "cases.access.sharing": (None, [*of(test_objections)]),
    "cases.basis.policy": ({"rule_parties", "facts_of_case"}, LEGAL),
    "cases.basis.actions.lock": (set(), LEGAL),
    "cases.basis.views.rules": (set(), LEGAL),
    "cases.policy": (set(), [*rows("cases:", "api-patient", "api-case")]),
    "cases.patients": (set(), [*rows("cases:patient", "api-patient")]),
    "cases.trail": (set(), [*rows("desk:looked", "api-patient-looks"), *of(test_who_looked), *of(test_audit)]),
    "cases.views.common": (set(), [*rows("cases:")]),
    "cases.emergency.policy": ({"reachable", "parties_by_role", "running", "to_review"}, EMERGENCY),
    "cases.emergency.actions.lock": (set(), [*of(test_locks), *EMERGENCY]),
    "cases.emergency.shares": ({"of_emergencies"}, [*of(test_locks), *SHARES]),
    "cases.objections.blocks": (
        None,
        [*of(test_policies_about_cases), *kind("objection", "shared"), *of(test_objections)],
    ),
    "cases.exclusions.denials": (
        None,
        [
            *of(test_policies_about_cases),
            *kind("denied at home", "denied a share", "shared"),
            *of(test_exclusions),
            *of(test_who_hears),
        ],
    ),
    "cases.exclusions.policy": (
        None,
        [
            *of(test_policies_about_cases),
            *rows("exclusions:", "api-exclusion"),
            *of(test_exclusions),
            *of(test_who_hears),
        ],
    ),
    "cases.objections.policy": (
        None,
        [*of(test_policies_about_cases), *rows("objections:", "api-objection"), *of(test_objections)],
    ),
    "consult.desk.audit_search": (set(), [*rows("desk:audit", "api-audit")]),
    "consult.requests.policy": (
        {"kept_reports"},
        [*of(test_policies_of_requests), *REQUESTS, *of(test_first_report_kept)],
    ),
    "consult.requests.shares": (
        {"of_requests"},
        [*of(test_shares_stated), *of(test_locks), *SHARES, *of(test_agreement_needed)],
    ),
    "consult.requests.actions.lock": (set(), [*of(test_locks), *REQUESTS]),
    "consult.requests.identity_check": (set(), [*of(test_identity_check), *of(test_pseudonym)]),
    "consult.requests.outside.policy": (
        set(),
        [
            *of(test_policies_about_cases),
            *rows("requests:outside", "requests:act_on_outside", "api-outside"),
            *of(test_outside_expert),
            *of(test_proposing_an_outside_expert),
        ],
    ),
    "consult.reports.policy": (
        {"_open"},
        [*of(test_policies_of_requests), *rows("reports:", "api-report"), *of(test_first_report_kept), *REQUESTS],
    ),
    "consult.reports.actions.edit": (set(), [*of(test_locks), *rows("reports:", "api-report"), *of(test_guards)]),
    "consult.reports.known": (set(), [*rows("api-report"), *of(test_first_report_kept)]),
    "accounts.agreements": (
        {"basis"},
        [
            *of(test_policies),
            *of(test_agreements),
            *of(test_agreement_needed),
            *rows("accounts:agreement", "api-agreement"),
        ],
    ),
    "accounts.standing_in": ({"stood_in_for", "may_stand_in"}, [*of(test_policies), *SHARES, *REQUESTS]),
    "accounts.policy": (
        {"administered", "administered_memberships", "planned_memberships"},
        [
            *rows("accounts:", "api-token", "api-single", "api-identit", "api-person", "api-work", "api-absence"),
            *rows("api-people", "api-membership", "api-organisation"),
            *of(test_audit_readers),
            *of(test_policies),
        ],
    ),
    "accounts.actions.deactivate": (set(), [*of(test_leaving), *of(test_members_pages)]),
    "accounts.actions.end_membership": (set(), [*of(test_leaving), *of(test_members_pages)]),
    "notifications.queries": (
        set(),
        [*of(test_policies), *rows("notifications:", "api-notification"), *of(test_inbox)],
    ),
    "notifications.live": ({"look"}, [stream_agrees]),
    "slides.queries": ({"slide_for_tiles"}, [tiles_agree, *of(test_tile_authority)]),
}
