"""What somebody was refused is on record, by every door, also where nothing else of the request remains."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import Actor
from core.audit.models import AuditEvent, Outcome
from tests.cast import World


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
