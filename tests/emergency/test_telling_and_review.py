"""Who is told of an emergency access, how it ends, and the review that is owed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Membership
from cases.access.queries import visible_cases
from cases.emergency.actions.end import end
from cases.emergency.actions.review import review
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import to_review
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.cast import CANARY, World
from tests.emergency.helping import NOTE, call, join, moved

SignIn = Callable[[Actor], Client]


@pytest.fixture
def officer(world: World) -> Actor:
    """The privacy officer of the laboratory whose cases are opened."""
    return world.officer


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__email", flat=True))


def test_the_laboratory_and_both_privacy_officers_are_told_at_once(world: World, officer: Actor) -> None:
    theirs = join(world, "Theirs", "privacy_officer", world.stranger)
    access = call(world)
    run.drain()
    assert told("emergency.open") == {"officer@north.example", "admin@north.example"}
    assert told("emergency.open_by_own") == {"Theirs@north.example"}
    mails = "\n".join(f"{each.subject} {each.body}" for each in mail.outbox)
    assert len(mail.outbox) == 3 and access.number in mails and "Dr North Stranger" in mails
    for secret in (CANARY, NOTE, access.case.accession_number, "N-sent"):
        assert secret.upper() not in mails.upper()
    assert theirs.person != officer.person


def test_the_holder_ends_it_and_the_next_page_is_closed(
    world: World,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    said: list[object] = []
    monkeypatch.setattr("cases.access.grants.announce", lambda cases: said.extend(cases))
    access, client = call(world), sign_in(world.stranger)
    said.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("emergency:end", args=[access.pk])).status_code == 302
    assert said == [access.case_id], "tiles and sockets hear of it"
    assert client.get(reverse("cases:detail", args=[access.case_id])).status_code == 404
    assert moved(access)[0] == "ended"
    assert Job.objects.get(kind="emergency.run_out").state == "cancelled"
    with pytest.raises(Conflict):
        end(actor=world.stranger, access_id=access.pk)


@pytest.mark.parametrize("who", ["asker", "staff", "admin"])
def test_the_laboratory_that_owns_the_case_ends_it_and_the_holder_is_told(world: World, who: str) -> None:
    access = call(world)
    end(actor=world.people[who], access_id=access.pk)
    run.drain()
    assert not visible_cases(world.stranger).exists()
    assert told("emergency.end") == {"stranger@north.example"}


@pytest.mark.parametrize("who", ["expert", "expert_admin", "clinician"])
def test_nobody_else_sees_or_ends_it(world: World, sign_in: SignIn, who: str) -> None:
    access = call(world)
    client = sign_in(world.people[who])
    assert client.get(reverse("emergency:detail", args=[access.pk])).status_code == 404
    with pytest.raises(Hidden):
        end(actor=world.people[who], access_id=access.pk)


def test_it_runs_out_by_itself_and_is_announced(world: World, at: Callable[..., None]) -> None:
    access = call(world)
    at(access.ends_at)
    run.drain()
    assert moved(access) == ("ended", access.ends_at)
    assert AuditEvent.objects.filter(action="emergency.ran_out", person__isnull=True).exists()


def test_the_privacy_officer_sees_what_was_done_and_reviews_it(world: World, sign_in: SignIn, officer: Actor) -> None:
    access, client = call(world), sign_in(officer)
    sign_in(world.stranger).get(reverse("cases:detail", args=[access.case_id]))
    end(actor=world.stranger, access_id=access.pk)
    queue = client.get(reverse("emergency:list")).content.decode()
    assert access.number in queue and "N-sent" in queue and "Dr North Stranger" in queue
    page = client.get(reverse("emergency:detail", args=[access.pk])).content.decode()
    assert NOTE in page and "Case opened" in page and CANARY.upper() not in page.upper()
    address, version = reverse("emergency:review", args=[access.pk]), moved(access) and access.version
    empty = client.post(address, {"version": version, "outcome": "justified", "note": ""})
    assert empty.status_code == 422
    answer = client.post(address, {"version": version, "outcome": "not_justified", "note": "No patient in theatre"})
    assert answer.status_code == 302
    access.refresh_from_db()
    assert (access.status, access.outcome, access.reviewed_by) == ("reviewed", "not_justified", officer.name)
    run.drain()
    assert told("emergency.review") == {"stranger@north.example"}
    assert "Not justified" in client.get(reverse("emergency:list")).content.decode()
    assert client.post(address, {"version": access.version, "outcome": "justified", "note": "x"}).status_code == 409
    assert not to_review(officer).exists()


def test_administrators_review_only_where_there_is_no_privacy_officer(world: World) -> None:
    officer = world.officer
    Membership.objects.filter(pk=officer.acting()).update(role="clinician")
    access = call(world)
    end(actor=world.stranger, access_id=access.pk)
    assert list(to_review(world.admin)) == [access]
    Membership.objects.filter(pk=officer.acting()).update(role="privacy_officer")
    assert not to_review(world.admin).exists() and list(to_review(officer)) == [access]
    access.refresh_from_db()
    with pytest.raises(Forbidden):
        review(actor=world.admin, access_id=access.pk, version=access.version, outcome="justified", note="Fine")


def test_nobody_reviews_their_own(world: World) -> None:
    access = call(world, world.clinician)
    end(actor=world.clinician, access_id=access.pk)
    access.refresh_from_db()
    as_admin = join(world, "Both", "lab_admin", world.asker)
    EmergencyAccess.objects.filter(pk=access.pk).update(person=as_admin.person)
    with pytest.raises(Forbidden):
        review(actor=as_admin, access_id=access.pk, version=access.version, outcome="justified", note="Fine")
    assert not to_review(as_admin).exists()


def test_a_running_one_is_not_reviewed_and_one_whose_hour_is_over_is(world: World, at: Callable[..., None]) -> None:
    access = call(world)
    with pytest.raises(Conflict):
        review(actor=world.officer, access_id=access.pk, version=1, outcome="justified", note="Fine")
    at(access.ends_at + timedelta(seconds=1))
    review(actor=world.officer, access_id=access.pk, version=1, outcome="justified", note="Fine")
    assert moved(access)[0] == "reviewed"


def test_reviewers_are_reminded_before_and_when_it_is_due(
    world: World, officer: Actor, at: Callable[..., None], sign_in: SignIn
) -> None:
    access = call(world)
    end(actor=world.stranger, access_id=access.pk)
    for days, times in ((4, 0), (5, 1), (7, 2)):
        at(access.started_at + timedelta(days=days, seconds=1))
        run.drain()
        assert Notification.objects.filter(kind="emergency.remind", recipient=officer.person).count() == times
    assert "overdue since" in sign_in(officer).get(reverse("emergency:list")).content.decode()


def test_the_persons_own_privacy_officer_sees_that_it_was_and_not_which_case(world: World, sign_in: SignIn) -> None:
    access = call(world)
    theirs = join(world, "Theirs", "privacy_officer", world.stranger)
    client = sign_in(theirs)
    for address in (reverse("emergency:detail", args=[access.pk]), reverse("emergency:list")):
        page = client.get(address).content.decode()
        assert access.number in page and "N-sent" not in page and NOTE not in page
    answer = client.post(
        reverse("emergency:review", args=[access.pk]), {"version": 1, "outcome": "justified", "note": "Ours"}
    )
    assert answer.status_code in {403, 409}


def test_the_months_are_counted(world: World, officer: Actor, sign_in: SignIn) -> None:
    for state in ("sent", "closed"):
        end(actor=world.stranger, access_id=call(world, state=state).pk)
    first = EmergencyAccess.objects.earliest("started_at")
    review(actor=officer, access_id=first.pk, version=first.version, outcome="justified", note="Fine")
    (month,) = sign_in(officer).get(reverse("emergency:list")).context["months"]
    assert (month.opened, month.justified, month.not_justified, month.owed) == (2, 1, 0, 1)
