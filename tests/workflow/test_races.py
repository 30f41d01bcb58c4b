"""Two people at once, in two connections that really commit: exactly one wins and the other is told."""

import threading
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.models import Invitation, Membership
from cases.access.grants import reconcile
from cases.access.lock import Seen, lock_case
from cases.models import CaseGrant
from consult.reports import hooks
from consult.reports.actions.edit import edit as edit_report
from consult.reports.actions.sign import sign
from consult.reports.content import content_hash
from consult.reports.models import ReportVersion, Signature
from consult.requests.actions.accept import accept
from consult.requests.actions.decline import decline
from consult.requests.actions.send import send
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from consult.requests.outside import actions as outside
from core import clock
from core.actor import Actor, system
from core.errors import Conflict, Invalid, Refusal
from core.workflow.models import TimelineEntry
from tests.accounts.test_periods import WEEK, invited, today
from tests.cast import CANARY, World
from tests.requests.changes import CORRECTED, confirm, fresh, rename
from tests.requests.outside import STRONG, confirmed

pytestmark = [pytest.mark.commits, pytest.mark.ci]
SEEN = Seen(1, 1)


def together(*acts: Callable[[], object]) -> list[Refusal | None]:
    """Run the acts at the same moment, each in its own connection; what each was refused with, None for success."""
    start = threading.Barrier(len(acts))
    results: list[Refusal | None] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            act()
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return results


def one_winner(results: list[Refusal | None]) -> bool:
    """One succeeded; the other met a conflict and nothing else."""
    return sorted(type(each).__name__ for each in results) == ["Conflict", "NoneType"]


def test_two_accepters(world: World) -> None:
    request = world.request("sent")
    act = lambda: accept(actor=world.expert, request_id=request.pk, version=request.version, seen=SEEN)  # noqa: E731
    assert one_winner(together(act, act))
    assert TimelineEntry.objects.filter(noun_id=request.pk, action="accept").count() == 1


def test_accept_against_decline(world: World) -> None:
    request = world.request("sent")
    results = together(
        lambda: accept(actor=world.expert, request_id=request.pk, version=request.version, seen=SEEN),
        lambda: decline(
            actor=world.expert, request_id=request.pk, version=request.version, seen=SEEN, reason="no_capacity"
        ),
    )
    assert one_winner(results)


def _ready_to_sign(
    world: World, seen: Seen = SEEN, confirmed: tuple[str, ...] = ()
) -> tuple[ConsultRequest, Callable[[], ReportVersion]]:
    request = world.request("accepted")
    report = world.report("accepted")
    text = {"answer": "Yes.", "diagnosis": "Spitz naevus.", "confidence": "definite"}
    report = edit_report(actor=world.expert, report_id=report.pk, version=report.version, seen=seen, text=text)
    shown = content_hash(hooks.compose(report))

    def act() -> ReportVersion:
        return sign(
            actor=world.expert,
            report_id=report.pk,
            version=report.version,
            seen=seen,
            shown_sha256=shown,
            confirmed=("slides_not_opened", *confirmed),  # the cast's slides have no image
            proved_by="password",
        )

    return request, act


def test_two_signers_of_one_draft(world: World) -> None:
    _, act = _ready_to_sign(world)
    assert one_winner(together(act, act))
    report = world.report("accepted")
    assert ReportVersion.objects.filter(report=report).count() == 1
    assert Signature.objects.filter(version__report=report).count() == 1


def test_withdrawal_against_signature(world: World) -> None:
    request, act = _ready_to_sign(world)
    results = together(
        act,
        lambda: withdraw(
            actor=world.asker, request_id=request.pk, version=request.version, seen=SEEN, reason="Asked elsewhere"
        ),
    )
    winners = [result for result in results if result is None]
    assert len(winners) == 1
    request.refresh_from_db()
    signed = ReportVersion.objects.filter(report=world.report("accepted")).exists()
    assert (request.status, signed) in {("answered", True), ("withdrawn", False)}


def test_confirming_a_corrected_patient_against_the_signature(world: World) -> None:
    rename(world, world.request("accepted"))
    request, act = _ready_to_sign(world, Seen(1, 2), ("patient_corrected",))
    assert one_winner(together(act, lambda: confirm(world.asker, request)))
    now = fresh(request)
    version = ReportVersion.objects.filter(report=world.report("accepted")).first()
    named = (now.as_sent["patient"]["family_name"], version.tree.patient.family_name if version else "")
    assert (now.status, named) in {("answered", (CANARY, CANARY)), ("accepted", (CORRECTED, ""))}


def test_two_windows_saving_one_draft_lose_no_text(world: World) -> None:
    report = world.report("accepted")

    def save(text: str) -> Callable[[], object]:
        return lambda: edit_report(
            actor=world.expert, report_id=report.pk, version=report.version, seen=SEEN, text={"answer": text}
        )

    results = together(save("first"), save("second"))
    assert one_winner(results)
    refused = next(each for each in results if each)
    assert isinstance(refused, Conflict)
    draft = refused.current["draft"]
    assert isinstance(draft, dict)
    assert draft["answer"] in {"first", "second"}, "the other's text is shown"


def test_who_waited_for_a_correction_meets_the_corrected_patient(world: World) -> None:
    case = world.case("accepted")
    refused: list[Refusal] = []

    def act() -> None:
        try:
            with transaction.atomic():
                lock_case(world.expert, case.pk, SEEN)
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=act)
    with transaction.atomic():
        rename(world, world.request("accepted"))
        waiting.start()
        _somebody_waits()
    waiting.join(timeout=30)
    assert [type(refusal) for refusal in refused] == [Conflict]


@pytest.mark.parametrize("first", ["accepted", "moved"])
def test_a_last_day_that_is_moved_while_somebody_accepts_overlaps_nothing(world: World, first: str) -> None:
    """The colleague leaves in two weeks and may come back in four, or stay five: not both."""
    colleague, at = Membership.objects.filter(pk=world.colleague.acting()), clock.now()
    colleague.update(valid_until=at + 2 * WEEK)
    invitation = invited(world, "colleague", first_day=today(world) + 4 * WEEK)
    fields = MembershipFields("pathologist", "REG-colleague", "Register", valid_until=at + 5 * WEEK)
    key, refused = world.colleague.acting(), list[Refusal]()
    acts: dict[str, Callable[[], object]] = {
        "accepted": lambda: accept_invitation(actor=system("tests"), invitation_id=invitation.pk, password=""),
        "moved": lambda: change_membership(actor=world.admin, membership_id=key, fields=fields),
    }
    act = acts.pop(first)
    (other,) = acts.values()

    def later() -> None:
        try:
            other()
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=later)
    with transaction.atomic():
        act()
        waiting.start()
        _somebody_waits()
    waiting.join(timeout=30)
    assert [type(refusal) for refusal in refused] == [Invalid if first == "accepted" else Conflict]
    there = Membership.objects.filter(user=world.colleague.who(), organisation_id=world.colleague.lab())
    assert there.overlapping(at + 4.5 * WEEK, None).count() == 1


def test_an_outside_expert_who_joins_while_they_are_taken_back_has_joined(world: World) -> None:
    """Both steps lock the invitation first: neither waits for what the other holds."""
    made = confirmed(world)
    assert made.invitation is not None
    invitation, refused = made.invitation.pk, list[Refusal]()

    def take_back() -> None:
        try:
            outside.withdraw(actor=world.asker, expert_id=made.pk, version=made.version, reason="Not needed")
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=take_back)
    with transaction.atomic():
        Invitation.objects.select_for_update().get(pk=invitation)
        waiting.start()
        _somebody_waits()
        accept_invitation(actor=Actor(person=None, name=""), invitation_id=invitation, password=STRONG)
    waiting.join(timeout=30)
    made.refresh_from_db()
    assert [type(refusal) for refusal in refused] == [Conflict] and made.status == "joined"


def _somebody_waits() -> None:
    """Returns when another connection waits for a lock of this one."""
    end = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waited")


def test_reconciling_twice_at_once_loses_nothing(world: World) -> None:
    """Grants are gone, as if never written: two at once put back each of them, once, and a third finds nothing."""
    cases = [world.case(state).pk for state in ("sent", "accepted", "waiting", "answered")]
    standing = _grants(cases)
    assert standing
    CaseGrant.objects.filter(content_object__in=cases).update(revoked_at=clock.now())
    acts = [partial(reconcile, order, actor=system("tests")) for order in (cases, cases[::-1], cases[1:])]
    assert together(*acts) == [None, None, None]
    assert _grants(cases) == standing
    assert reconcile(cases, actor=system("tests")) == 0


def test_reconciling_while_two_requests_end_leaves_the_third_share(world: World) -> None:
    """What two people end at once, in two cases, ends in both, and another case's access stays as it was."""
    first, second, other = (world.request(state) for state in ("sent", "accepted", "waiting"))

    def ending(each: ConsultRequest) -> Callable[[], object]:
        return lambda: withdraw(
            actor=world.asker, request_id=each.pk, version=each.version, seen=SEEN, reason="Asked elsewhere"
        )

    cases = [each.case_id for each in (first, second, other)]
    before = _grants([other.case_id])
    assert together(ending(first), ending(second), lambda: reconcile(cases, actor=system("tests"))) == [
        None,
        None,
        None,
    ]
    assert _grants([first.case_id, second.case_id]) == []
    assert before
    assert _grants([other.case_id]) == before
    assert reconcile(cases, actor=system("tests")) == 0


def test_a_reconcile_that_waited_keeps_what_was_given_meanwhile(world: World) -> None:
    """It began before the request was committed: the reasons are read when the case is locked, not before."""
    draft = world.request("draft")
    changed: list[int] = []

    def act() -> None:
        try:
            changed.append(reconcile([draft.case_id], actor=system("tests")))
        finally:
            connections.close_all()

    waiting = threading.Thread(target=act)
    with transaction.atomic():
        send(actor=world.asker, request_id=draft.pk, version=draft.version, seen=SEEN)
        given = _grants([draft.case_id])
        waiting.start()
        _somebody_waits()
    waiting.join(timeout=30)
    assert given
    assert changed == [0]
    assert _grants([draft.case_id]) == given


def _grants(cases: list[UUID]) -> list[tuple[object, ...]]:
    """The grants that stand, each as often as it is there."""
    rows = CaseGrant.objects.filter(content_object__in=cases, revoked_at=None)
    return sorted(rows.values_list("content_object", "user", "permission", "share", "valid_from", "valid_until"))
