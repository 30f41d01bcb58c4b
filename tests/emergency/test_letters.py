"""The letter to the patient that an emergency access owes, until somebody says when it was sent."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from cases.basis.kinds import Told
from cases.emergency.actions.end import end
from cases.emergency.actions.letter import send_letter
from cases.emergency.actions.review import review
from cases.emergency.models import EmergencyAccess
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from core.errors import Conflict, Forbidden, Hidden
from core.web.dates import clinical_date
from tests.basis.test_rules import conditions, state
from tests.cast import World
from tests.emergency.helping import call

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
OPEN = "/emergency/open/"


@pytest.fixture
def owed(world: World, at: Callable[..., None]) -> EmergencyAccess:
    """One that has ended, under a rule by which the patient is written to. It is an hour later."""
    state(world.admin, conditions(told=[Told.PRIVACY_OFFICER.value, Told.PATIENT.value]))
    access = call(world)
    end(actor=world.stranger, access_id=access.pk)
    at(clock.now() + timedelta(hours=1))
    return access


def day_at(world: World, moment: datetime) -> date:
    """The day at the laboratory whose case it is: near midnight it is another one there."""
    return timezone.localdate(moment, ZoneInfo(Organisation.objects.get(pk=world.staff.lab()).time_zone))


def sent(access: EmergencyAccess, day: date) -> dict[str, object]:
    return {
        "version": EmergencyAccess.objects.get(pk=access.pk).version,
        **{f"sent_on_{part}": getattr(day, part) for part in ("day", "month", "year")},
    }


def test_a_letter_to_the_patient_is_owed_until_somebody_says_when_it_was_sent(
    world: World, sign_in: SignIn, owed: EmergencyAccess
) -> None:
    review(actor=world.officer, access_id=owed.pk, version=2, outcome="justified", note="In order")
    page, listing = reverse("emergency:detail", args=[owed.pk]), reverse("emergency:list")
    secretary, letter = sign_in(world.staff), reverse("emergency:letter", args=[owed.pk])
    assert "Letters owed to patients" in secretary.get(listing).content.decode()
    assert "Record it as sent" in secretary.get(page).content.decode()
    assert "Record it as sent" not in sign_in(world.stranger).get(page).content.decode()
    today, began = day_at(world, clock.now()), day_at(world, owed.started_at)
    for day in (today + timedelta(days=1), began - timedelta(days=1)):
        refused = secretary.post(letter, sent(owed, day))
        assert refused.status_code == 422 and "Enter a day from the emergency access until today." in str(
            refused.content
        )
    assert secretary.post(letter, sent(owed, today)).status_code == 302
    shown = secretary.get(page).content.decode()
    assert f"Sent on {clinical_date(today)}" in shown and "Record it as sent" not in shown
    assert "Letters owed to patients" not in dict(secretary.get(listing).context["lists"])
    row = AuditEvent.objects.get(action="emergency.letter_sent")
    assert (row.person, row.facts["sent_on"]) == (world.staff.person, today.isoformat())


def test_the_letter_is_recorded_once_and_only_where_one_is_owed(world: World, owed: EmergencyAccess) -> None:
    today = day_at(world, clock.now())
    with pytest.raises(Forbidden):
        send_letter(actor=world.stranger, access_id=owed.pk, version=2, sent_on=today)
    with pytest.raises(Hidden):
        send_letter(actor=world.expert, access_id=owed.pk, version=2, sent_on=today)
    send_letter(actor=world.staff, access_id=owed.pk, version=2, sent_on=today)
    for version in (2, 3):
        with pytest.raises(Conflict):
            send_letter(actor=world.admin, access_id=owed.pk, version=version, sent_on=today)
    other = call(world, state="draft")
    EmergencyAccess.objects.filter(pk=other.pk).update(letter_owed=False)
    end(actor=world.stranger, access_id=other.pk)
    with pytest.raises(Forbidden):
        send_letter(actor=world.staff, access_id=other.pk, version=2, sent_on=today)


def test_a_letter_that_two_record_at_once_says_what_is_so_now(
    world: World, sign_in: SignIn, owed: EmergencyAccess
) -> None:
    today = day_at(world, clock.now())
    stale = sent(owed, today)
    send_letter(actor=world.admin, access_id=owed.pk, version=2, sent_on=today)
    lost = sign_in(world.staff).post(reverse("emergency:letter", args=[owed.pk]), stale)
    assert lost.status_code == 409 and f"Sent on {clinical_date(today)}" in lost.content.decode()
