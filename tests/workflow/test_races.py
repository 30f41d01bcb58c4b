"""Two people at once, in two connections that really commit: exactly one wins and the other is told."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from cases.access.lock import Seen, lock_case
from consult.reports import hooks
from consult.reports.actions.edit import edit as edit_report
from consult.reports.actions.sign import sign
from consult.reports.content import content_hash
from consult.reports.models import ReportVersion, Signature
from consult.requests.actions.accept import accept
from consult.requests.actions.decline import decline
from consult.requests.actions.withdraw import withdraw
from consult.requests.models import ConsultRequest
from core.errors import Conflict, Refusal
from core.workflow.models import TimelineEntry
from tests.cast import CANARY, World
from tests.requests.changes import CORRECTED, confirm, fresh, rename

pytestmark = pytest.mark.commits
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


def _somebody_waits() -> None:
    """Returns when another connection waits for a lock of this one."""
    end = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waited")
