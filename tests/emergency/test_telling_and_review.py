"""Who is told of an emergency access, how it ends, and the review that is owed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actors import actor_for
from accounts.models import Membership
from cases.access.queries import visible_cases
from cases.basis.kinds import Told
from cases.emergency.actions.end import end
from cases.emergency.actions.review import review
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import get_emergency, running, to_review, visible_emergencies
from cases.models import Denial
from core import clock
from core.actor import Actor, Door
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden
from core.ids import new_id
from core.jobs import run
from core.jobs.models import Job
from notifications.models import Notification
from tests.basis.test_rules import conditions, state
from tests.cast import CANARY, World
from tests.emergency.helping import NOTE, call, join, moved, told
from tests.exclusions.helping import keeps_out

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
OPEN = "/emergency/open/"


@pytest.fixture
def officer(world: World) -> Actor:
    """The privacy officer of the laboratory whose cases are opened."""
    return world.officer


def test_the_laboratory_and_both_privacy_officers_are_told_at_once(world: World, officer: Actor) -> None:
    theirs = join(world, "Theirs", "privacy_officer", world.stranger)
    access = call(world)
    run.drain()
    assert told("emergency.open") == {"officer@north.example", "admin@north.example"}
    assert told("emergency.open_by_own") == {"theirs@north.example"}
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


def test_who_is_denied_the_case_sees_no_emergency_access_to_it(world: World) -> None:
    access, who = call(world), world.colleague
    assert visible_emergencies(who).filter(pk=access.pk).exists()
    source = {"source_kind": "tests", "source_id": new_id()}
    Denial.objects.create(case=access.case, user_id=who.who(), kind="conflict", valid_from=clock.now(), **source)
    assert not visible_emergencies(who).filter(pk=access.pk).exists()


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


@pytest.fixture
def by_the_officer(world: World) -> EmergencyAccess:
    """The laboratory's only privacy officer, who also works as a clinician there, has opened one of its cases. Its rule
    tells the privacy officer alone."""
    state(world.admin, conditions(told=[Told.PRIVACY_OFFICER.value]))
    Membership.objects.filter(pk=world.clinician.acting()).update(user=world.officer.person)
    also = Membership.objects.select_related("organisation").get(pk=world.clinician.acting())
    return call(world, actor_for(world.user("officer"), also, door=Door.WEB))


def test_what_the_only_privacy_officer_opened_is_reviewed_by_the_administrators(
    world: World, sign_in: SignIn, by_the_officer: EmergencyAccess, at: Callable[..., None]
) -> None:
    access = by_the_officer
    run.drain()
    assert told("emergency.open") == {"admin@north.example"}
    end(actor=world.admin, access_id=access.pk)
    assert not to_review(world.officer).exists() and list(to_review(world.admin)) == [access]
    at(access.review_due_at)
    run.drain()
    assert told("emergency.remind") == {"admin@north.example"}
    client = sign_in(world.admin)
    owed = dict(client.get(reverse("emergency:list")).context["lists"])
    assert [each.number for each in owed["Reviews owed"]] == [access.number]
    typed: dict[str, Any] = {
        "version": moved(access) and access.version,
        "outcome": "justified",
        "note": "A patient in theatre",
    }
    with pytest.raises(Forbidden):
        review(actor=world.officer, access_id=access.pk, **typed)
    assert client.post(reverse("emergency:review", args=[access.pk]), typed).status_code == 302
    assert moved(access)[0] == "reviewed"


def deny(access: EmergencyAccess, actor: Actor, **how: Any) -> Denial:
    """A denial of this person, of the case of `access` and in force unless `how` says otherwise."""
    given = {"case": access.case, "valid_from": access.case.received_at, "kind": "conflict", **how}
    return Denial.objects.create(user_id=actor.who(), source_kind="tests", source_id=new_id(), **given)


def test_what_the_only_privacy_officer_is_kept_out_of_is_reviewed_by_the_administrators(
    world: World, sign_in: SignIn, officer: Actor, at: Callable[..., None]
) -> None:
    theirs = join(world, "Theirs", "privacy_officer", world.stranger)
    keeps_out(world, "officer", "sent")
    access = call(world)
    deny(access, theirs)
    run.drain()
    assert told("emergency.open") == {"admin@north.example"} and not told("emergency.open_by_own")
    end(actor=world.stranger, access_id=access.pk)
    client = sign_in(officer)
    page = client.get(reverse("emergency:list"))
    assert dict(page.context["lists"])["Reviews owed"] == [], "nothing of it is read"
    assert "N-sent" not in page.content.decode() and access.number not in page.content.decode()
    assert not to_review(officer).exists() and list(to_review(world.admin)) == [access]
    at(access.review_due_at)
    run.drain()
    assert told("emergency.remind") == {"admin@north.example"}
    version = moved(access) and access.version
    review(actor=world.admin, access_id=access.pk, version=version, outcome="justified", note="Fine")


def test_the_rule_that_tells_the_privacy_officer_alone_tells_another_where_they_are_kept_out(world: World) -> None:
    state(world.admin, conditions(told=[Told.PRIVACY_OFFICER.value]))
    keeps_out(world, "officer", "sent")
    call(world)
    run.drain()
    assert told("emergency.open") == {"admin@north.example"}


def test_the_privacy_officer_reviews_where_others_or_of_other_cases_or_at_other_times_are_kept_out(
    world: World, officer: Actor
) -> None:
    access, now = call(world), clock.now()
    end(actor=world.stranger, access_id=access.pk)
    deny(access, world.staff)
    deny(access, officer, case=world.case("accepted"))
    deny(access, officer, ended_at=now)
    deny(access, officer, valid_from=now + timedelta(days=1))
    run.drain()
    assert told("emergency.open") == {"officer@north.example", "admin@north.example"}
    assert list(to_review(officer)) == [access] and not to_review(world.admin).exists()


def test_an_administrator_who_is_kept_out_owes_no_review(world: World) -> None:
    Membership.objects.filter(pk=world.officer.acting()).update(role="clinician")
    access = call(world)
    end(actor=world.stranger, access_id=access.pk)
    assert list(to_review(world.admin)) == [access]
    keeps_out(world, "admin", "sent")
    assert not to_review(world.admin).exists()


def test_a_holder_who_is_kept_out_meanwhile_is_told_nothing(world: World) -> None:
    access = call(world)
    keeps_out(world, "stranger", "sent")
    end(actor=world.staff, access_id=access.pk)
    run.drain()
    assert not told("emergency.end")


def test_another_privacy_officer_reviews_it_and_no_administrator(
    world: World, by_the_officer: EmergencyAccess, at: Callable[..., None]
) -> None:
    second = join(world, "Second", "privacy_officer", world.asker)
    run.drain()
    assert told("emergency.open") == {"second@north.example"}
    end(actor=world.admin, access_id=by_the_officer.pk)
    assert list(to_review(second)) == [by_the_officer] and not to_review(world.admin).exists()
    at(by_the_officer.review_due_at)
    run.drain()
    assert told("emergency.remind") == {"second@north.example"}


def test_one_of_several_is_the_one_that_was_named(world: World) -> None:
    accesses = [call(world), call(world, state="accepted")]
    for actor in (world.stranger, world.officer):
        assert [get_emergency(actor, each.pk) for each in accesses] == accesses


def test_only_the_own_that_runs_opens_a_case(world: World, at: Callable[..., None]) -> None:
    first, second = call(world), call(world, state="accepted")
    assert set(running(world.stranger)) == {first, second}
    assert not running(world.expert).exists(), "somebody else's"
    end(actor=world.stranger, access_id=first.pk)
    assert set(running(world.stranger)) == {second}
    at(second.ends_at)
    second.refresh_from_db()
    assert second.status == "running" and not running(world.stranger).exists(), "over, though nobody has tidied"


def test_a_privacy_officer_owes_no_review_of_the_own_and_none_of_another_laboratory(
    world: World, mirror: World
) -> None:
    access = call(world)
    end(actor=world.stranger, access_id=access.pk)
    assert list(to_review(world.officer)) == [access] and not to_review(mirror.officer).exists()
    EmergencyAccess.objects.filter(pk=access.pk).update(person=world.officer.person)
    assert not to_review(world.officer).exists()


def test_nobody_reviews_their_own(world: World) -> None:
    access = call(world, world.clinician)
    end(actor=world.clinician, access_id=access.pk)
    access.refresh_from_db()
    as_admin = join(world, "Both", "lab_admin", world.asker)
    EmergencyAccess.objects.filter(pk=access.pk).update(person=as_admin.person)
    with pytest.raises(Forbidden):
        review(actor=as_admin, access_id=access.pk, version=access.version, outcome="justified", note="Fine")
    assert not to_review(as_admin).exists()
    EmergencyAccess.objects.filter(pk=access.pk).update(person=world.officer.person)
    with pytest.raises(Forbidden):
        review(actor=world.officer, access_id=access.pk, version=access.version, outcome="justified", note="Fine")
    EmergencyAccess.objects.filter(pk=access.pk).update(person=as_admin.person)
    assert review(
        actor=world.officer, access_id=access.pk, version=access.version, outcome="justified", note="Fine"
    ).reviewed_at


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
    for of_request in ("sent", "closed"):
        end(actor=world.stranger, access_id=call(world, state=of_request).pk)
    first = EmergencyAccess.objects.earliest("started_at")
    review(actor=officer, access_id=first.pk, version=first.version, outcome="justified", note="Fine")
    (month,) = sign_in(officer).get(reverse("emergency:list")).context["months"]
    assert (month.opened, month.justified, month.not_justified, month.owed) == (2, 1, 0, 1)
