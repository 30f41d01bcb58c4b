"""What somebody was refused is on record, by every door, also where nothing else of the request remains."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.trail import looked_at
from core.actor import Actor
from core.audit.models import AuditEvent, Outcome
from tests.cast import World


def test_a_mistyped_address_below_a_visible_case_is_no_refusal_of_it(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    case, request = world.case("sent"), world.request("sent")
    below = reverse("basis:case", args=[case.pk])
    for who in (world.staff, world.asker):
        for address in (f"{below}record/nonsense/", reverse("requests:act", args=[request.pk, "nonsense"])):
            assert sign_in(who).get(address).status_code == 404, address
            row = AuditEvent.objects.filter(action="access.denied", person=who.person).latest("at")
            assert (row.outcome, row.case, row.patient, row.owner) == (Outcome.DENIED, None, None, None), address
    assert not any(line.is_refused for line in looked_at(world.staff, [case.pk], patient=case.patient_id).lines)


def test_what_somebody_may_not_see_or_do_stays_a_refusal_of_the_case(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    case, hidden = world.case("sent"), world.slides("sent")[1]
    record = reverse("basis:record", args=[case.pk, "block"])
    asked = [
        (world.stranger, record.replace("/block/", "/nonsense/"), 404),  # who does not see the case at all
        (world.stranger, record, 404),
        (world.expert, record, 403),  # a step that is somebody else's
        (world.expert, reverse("slides:view", args=[hidden.pk]), 404),  # a slide that is not shared with the case
        (world.stranger, reverse("requests:act", args=[world.request("sent").pk, "nonsense"]), 404),
    ]
    for actor, address, status in asked:
        assert sign_in(actor).get(address).status_code == status, address
        row = AuditEvent.objects.filter(action="access.denied", person=actor.person).latest("at")
        assert (row.case, row.owner) == (case.pk, case.organisation_id), address


@pytest.mark.parametrize("accept", ["text/html,*/*", "application/json"])
def test_what_was_refused_is_on_record(world: World, sign_in: Callable[[Actor], Client], accept: str) -> None:
    case, slide = world.case("sent"), world.slides("sent")[0]
    asked = [
        (world.stranger, reverse("cases:detail", args=[case.pk]), 404, case.pk),
        (world.stranger, reverse("api-case", args=[case.pk]), 404, case.pk),
        (world.stranger, reverse("slides:view", args=[slide.pk]), 404, slide.pk),
        (world.expert, reverse("cases:edit", args=[case.pk]), 403, case.pk),
        (world.clinician, reverse("cases:new"), 403, ""),
    ]
    for actor, address, status, about in asked:
        before = AuditEvent.objects.filter(action="access.denied").count()
        answer = sign_in(actor).get(address, headers={"Accept": accept})
        assert answer.status_code == status, address
        rows = AuditEvent.objects.filter(action="access.denied", person=actor.person).order_by("-at")
        assert AuditEvent.objects.filter(action="access.denied").count() == before + 1, address
        assert (rows[0].outcome, rows[0].object_id) == (Outcome.DENIED, str(about)), address
        assert rows[0].facts["status"] == status
