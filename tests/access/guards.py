"""Every guard that is taken out in turn, and the tests of which one must then fail (test_guards_removed.py).

What is taken out is read from the code: every condition of every function that decides about an actor (GUARDING), and
of those named beside; every `visible_...` and `parties` as a whole. Doors, proofs, limits and parties
of the tables of states are taken out beside it (doors.py, proofs.py, test_parties_removed.py).
"""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client

from accounts import sessions
from accounts.roles import Role
from accounts.scopes import Scope
from core import clock
from core.actor import Actor
from core.errors import Forbidden, Hidden
from core.ids import new_id
from core.workflow import machine
from notifications import live
from notifications.models import Notification
from slides.models import SlideImage
from slides.queries import slide_for_tiles
from tests.access import (
    kinds,
    test_locks,
    test_policies_about_cases,
    test_policies_of_requests,
    test_shares_stated,
)
from tests.access.asking import ask
from tests.access.hearing import holds
from tests.access.missing import Test, name_of, named, of
from tests.access.oracle import SLIDES, ask_tables
from tests.access.people import WHO
from tests.access.removing import conditions, open_to_all, with_body
from tests.access.row import Row
from tests.access.table import ROWS
from tests.accounts import test_audit_readers, test_policies
from tests.basis import test_pages as test_basis_pages
from tests.basis import test_rules as test_basis_rules
from tests.basis import test_who_reads
from tests.cases import test_access_property as random_worlds
from tests.cases import test_case_page, test_list, test_who_can_see
from tests.cast import World, client_for
from tests.desk import (
    test_audit,
    test_search_hidden,
    test_search_pages,
    test_searching,
    test_who_looked,
    test_worklist,
)
from tests.emergency import test_opening, test_telling_and_review
from tests.notifications import test_inbox
from tests.objections import test_objections
from tests.requests import (
    test_agreement_needed,
    test_deputy,
    test_first_report_kept,
    test_identity_check,
    test_outside_expert,
    test_pseudonym,
    test_pseudonym_admin,
    test_request_api,
)
from tests.slides import test_tile_authority
from tests.workflow import test_guards

ROOMS = ("accounts", "cases", "consult", "core", "notifications", "slides")
FEW = [row for row in ROWS if row.route in {"cases:detail", "cases:access", "api-case", "slides:view", "api-request"}]


def kind(*names: str) -> list[Test]:
    """What each of these kinds of people may come to."""
    return [named(f"kind {name}", _kind_hears, name) for name in names]


def _kind_hears(name: str, world: World, mirror: World) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        kinds.put_denials(patch)
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
]
LEGAL = [*rows("basis:", "api-legal"), *of(test_basis_pages), *of(test_basis_rules), *of(test_who_reads)]
SHARES = [*kind("emergency", "emergency that is over", "left", "revoked", "deputy", "not yet valid"), *of(test_deputy)]

# module: (functions whose conditions are taken out besides those that are found; None means all), tests that look at it
CONDITIONS: dict[str, tuple[set[str] | None, list[Test]]] = {
    "cases.access.branches": (None, [*of(test_who_can_see), *ACCESS]),
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
        [*of(test_policies), *of(test_agreement_needed), *rows("accounts:agreement", "api-agreement")],
    ),
    "accounts.standing_in": ({"stood_in_for", "may_stand_in"}, [*of(test_policies), *SHARES, *REQUESTS]),
    "accounts.policy": (
        {"administered", "administered_memberships", "planned_memberships"},
        [
            *rows("accounts:", "api-token", "api-single", "api-identit", "api-person", "api-work", "api-absence"),
            *of(test_audit_readers),
            *of(test_policies),
        ],
    ),
    "notifications.queries": (
        set(),
        [*of(test_policies), *rows("notifications:", "api-notification"), *of(test_inbox)],
    ),
    "notifications.live": ({"look"}, [stream_agrees]),
    "slides.queries": ({"slide_for_tiles"}, [tiles_agree, *of(test_tile_authority)]),
}
GUARDING = re.compile(r"(visible_|get_|lock_|must_|may_|sees_|is_open|only_reads)\w*|parties")
SAME = {  # without these nothing changes for anybody, or all stops with an error, which is no proof: why
    "accounts.agreements.basis: unless best": "who has no agreement stops with an error",
    "accounts.agreements.parties: filter pk__in": "the sides are looked for among all that the actor speaks for",
    "accounts.policy.administered: and actor.organisation": "nothing has no key",
    "cases.access.queries.visible_slides: Q pk__in": "that side of the `or` is empty then, and drops out",
    "cases.access.pages._home_keys: if not branches.sees_home(actor)": "branches.home is empty then: a query less",
    "cases.emergency.actions.lock.lock_emergency: if case_id is None": "what has no case to lock is not found after it",
    "cases.emergency.actions.lock.lock_emergency: if access is None": "what went out of sight stops with an error",
    "consult.reports.actions.edit.lock_report: if report is None": "what went out of sight stops with an error",
    "consult.requests.actions.lock.lock_request: if found is None": "what went out of sight stops with an error",
    "cases.emergency.shares.of_emergencies: filter case__in (2)": "slides of other cases are read and not used",
    "consult.reports.policy._open: Q pk__in": "that side of the `or` is empty then, and drops out",
    "cases.emergency.shares.of_emergencies: filter case__in": "shares of cases that are not locked stop with an error",
    "cases.objections.blocks.of_objections: unless rows": "no rules are looked up for no objection: a query less",
    "consult.requests.actions.lock.lock_request: if case_id is None": "what has no case to lock is not found after it",
    "consult.requests.actions.lock.lock_request: get pk": "of more than one case it stops with an error",
    "consult.requests.shares.of_requests: only if each.expert": "the query leaves none without an expert",
    "consult.requests.shares.of_requests: and absence": "who is not away has no window to state: an error",
    "consult.requests.shares.of_requests: and deputy (2)": "who has no deputy has nobody to state: an error",
    "consult.requests.identity_check.must_not_name: only if (words := certain_in(text, known))": (
        "the words that it names are missing: an error"
    ),
    "slides.queries.slide_for_tiles: if user is None": "nobody has no memberships to ask for: an error",
    "slides.queries.slide_for_tiles: if image is None": "what is not there stops with an error",
    "slides.queries.slide_for_tiles: unless acting": "who belongs to nothing sees no slide",
    "cases.emergency.policy.parties: and at_home": "parties_by_role asks it too: a query less",
    "cases.emergency.policy.parties: and actor.role == Role.LAB_ADMIN": "of no other role it is asked: a query less",
    "cases.emergency.policy.parties: and is_administrator": "of no other role it is asked: a query less",
    "cases.emergency.policy.parties_by_role: unless may_call(actor)": "who opens was asked by must_call",
    "consult.requests.policy.parties: and expert": "a draft without an expert stops with an error",
    "consult.requests.policy.parties: and actor.membership": "nobody stands in under no membership: a query less",
    "consult.requests.policy.parties: and expert.deputy_id == actor.membership": "stood_in_for asks it too",
    "consult.requests.policy.parties: and expert (2)": "a draft without an expert stops with an error",
}
UNSEEN = {  # functions of such a name that keep nothing from anybody
    "cases.access.lock.lock_rows",
}


def nobody_is_shown_anything(policy: FunctionType, world: World) -> None:
    """Nothing is seen, and nothing may be done, by who belongs nowhere."""
    for actor in nowhere():
        try:
            found = policy(actor)
        except Forbidden:
            continue
        assert not (found.exists() if isinstance(found, QuerySet) else found), actor


def nothing_is_found(policy: FunctionType, world: World) -> None:
    """A key that nothing has is Hidden, and neither nothing handed on nor an error of the server's."""
    wanted = list(inspect.signature(policy).parameters.values())[2:]
    rest = {each.name: None for each in wanted if each.default is each.empty}
    try:
        found = policy(world.asker, new_id(), **rest)
    except Hidden:
        return
    except Exception as error:
        pytest.fail(f"{error!r} where there is nothing")
    pytest.fail(f"{found!r} where there is nothing")


def nowhere() -> list[Actor]:
    """Each role of somebody unknown, in no laboratory, under a membership or none; a machine of no laboratory's."""
    people = [Actor(new_id(), "", role=role, membership=place) for role in Role for place in (new_id(), None)]
    return [*people, Actor(None, "", machine=new_id(), scopes=frozenset(Scope.values))]


Guard = tuple[str, FunctionType, Callable[[], CodeType], list[Test]]


def guards() -> Iterator[Guard]:
    """(name, function, its code without the guard, tests) of everything that is taken out."""
    alone = of_the_actor_alone()
    for path, (names, listed) in CONDITIONS.items():
        own = [named(each.__name__, nobody_is_shown_anything, each) for each in alone if each.__module__ == path]
        own += [named(each.__name__, nothing_is_found, each) for each in of_a_key() if each.__module__ == path]
        tests = [*own, *listed]
        for function in _functions(importlib.import_module(path)):
            if names is None or function.__name__ in names or _guards(function):
                met = Counter[str]()
                for words, code in conditions(function):
                    met[words] += 1
                    again = f" ({met[words]})" if met[words] > 1 else ""  # the same words a second time
                    yield f"{path}.{function.__name__}: {words}{again}", function, partial(_same, code), tests
    for function in policies():
        name, tests = f"{function.__module__}.{function.__name__}", CONDITIONS.get(function.__module__, (None, []))[1]
        if function.__name__.startswith("visible_"):
            yield name, function, partial(open_to_all, function), tests
        elif function.__name__ == "parties":
            everything = f"return frozenset({sorted(_parties())!r})"
            yield name, function, partial(with_body, function, everything), tests


def policies() -> list[FunctionType]:
    """Every function of the project that decides about an actor: what is seen, got, locked, allowed, demanded."""
    found = []
    for room in ROOMS:
        for each in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if not any(part in each.name for part in (".migrations", ".management", ".wsgi", ".tiles.", ".demo")):
                found += _functions(importlib.import_module(each.name))
    return [each for each in found if _guards(each)]


NARROWS = {"only_reads"}  # says what somebody may not


def of_the_actor_alone() -> list[FunctionType]:
    """Those of them that ask of nothing but the actor."""
    found = [each for each in policies() if list(inspect.signature(each).parameters) == ["actor"]]
    return [each for each in found if each.__name__ not in NARROWS]


def of_a_key() -> list[FunctionType]:
    """Those that get or lock one thing by its key."""
    found = [each for each in policies() if each.__name__.startswith(("get_", "lock_"))]
    return [each for each in found if list(inspect.signature(each).parameters)[1:2] and _is_key(each)]


def _is_key(function: FunctionType) -> bool:
    second = list(inspect.signature(function).parameters.values())[1]
    return second.annotation in {UUID, "UUID"}


def _guards(function: FunctionType) -> bool:
    takes_actor = "actor" in list(inspect.signature(function).parameters)[:1]
    known = f"{function.__module__}.{function.__name__}" in UNSEEN
    return takes_actor and not known and bool(GUARDING.fullmatch(function.__name__))


def _functions(module: ModuleType) -> list[FunctionType]:
    mine = [each for each in vars(module).values() if inspect.isfunction(each) and each.__module__ == module.__name__]
    return [each for each in mine if not hasattr(each, "__wrapped__")]


def _parties() -> set[str]:
    return {name for each in machine._machines.values() for rule in each.table.values() for name in rule.parties}


def _same(code: CodeType) -> CodeType:
    return code
