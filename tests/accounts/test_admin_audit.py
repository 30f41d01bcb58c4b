"""The audit on the admin site: found, filtered, its reading recorded, and nothing of a search in an address."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.actor import Actor
from core.audit.models import AuditEvent
from tests.cast import World


def test_looking_at_the_audit_is_recorded_without_what_was_searched(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    lists = reverse("admin:audit_auditevent_changelist")
    sign_in(world.admin).get(lists, {"q": "a secret word", "outcome": "success"})
    row = AuditEvent.objects.get(action="audit.listed", person=world.admin.person)
    assert row.facts == {"filters": ["outcome", "q"]}


@pytest.mark.parametrize(
    "filters", [{"when": "day"}, {"action": "request.sent"}, {"outcome": "denied"}, {"person": "nonsense"}]
)
def test_the_audit_can_be_filtered(world: World, sign_in: Callable[[Actor], Client], filters: dict[str, str]) -> None:
    answer = sign_in(world.admin).get(reverse("admin:audit_auditevent_changelist"), filters)
    assert answer.status_code == 200


def test_the_record_says_numbers_where_they_may_be_known_and_keys_elsewhere(
    world: World, sign_in: Callable[[Actor], Client]
) -> None:
    request, case = world.request("sent"), world.case("sent")
    audit = reverse("admin:audit_auditevent_changelist")
    steps = reverse("admin:workflow_timelineentry_changelist")
    for address in (audit, steps):
        own = sign_in(world.admin).get(address, {"q": request.number}).content.decode()
        assert f">{request.number}</a>" in own, "a request's number is free of patient data"
        of_case = sign_in(world.admin).get(address, {"q": str(case.pk)}).content.decode()
        assert f"…{str(case.pk)[-8:]}</a>" in of_case
        assert case.accession_number not in of_case, "administering opens no case"
        assert "0 results" in sign_in(world.admin).get(address, {"q": case.accession_number}).content.decode()
    User.objects.filter(pk=world.asker.who()).update(is_platform_admin=True)
    both = sign_in(world.asker)
    for address in (audit, steps):
        found = both.get(address, {"q": case.accession_number}).content.decode()
        assert f">{case.accession_number}</a>" in found, "whoever knows the patient knows the number"


def test_a_search_waits_in_the_session_and_in_no_address(world: World, sign_in: Callable[[Actor], Client]) -> None:
    client, people = sign_in(world.admin), reverse("admin:accounts_user_changelist")
    answer = client.post(f"{people}?is_active__exact=1&p=2", {"q": "Colleague"})
    assert answer.status_code == 302
    assert "Colleague" not in answer["Location"]
    assert "is_active__exact=1" in answer["Location"]
    listed = client.get(answer["Location"])
    assert [row.family_name for row in listed.context["cl"].result_list] == ["Colleague"]
    assert 'value="Colleague"' in listed.content.decode()
    assert "q=Colleague" not in listed.content.decode(), "nor in the links of the list"
    elsewhere = client.get(reverse("admin:accounts_membership_changelist"), {"q": "~"})
    assert 'value="Colleague"' not in elsewhere.content.decode()
    assert client.post(people, {"q": ""})["Location"] == f"{people}?"
