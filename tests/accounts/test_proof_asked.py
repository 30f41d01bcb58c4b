"""What grants access to others, or takes the record out, asks for a proof of the last minutes at every door."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import Agreement
from consult.requests.models import OutsideExpert
from consult.requests.outside import actions as outside
from core.audit.models import AuditEvent
from tests.accounts.test_reauthentication import stale
from tests.cast import PASSWORD, World, client_for

WHO = outside.Who(
    given_name="Olga",
    family_name="Outside",
    email="olga@elsewhere.example",
    works_at="Elsewhere Hospital",
    country="DE",
    registration_number="12",
    registration_body="LÄK",
    reason="Knows this tumour",
)


def taken_out(world: World) -> bool:
    client = client_for(world.officer)
    stale(client)
    client.post(reverse("desk:audit_file"), {"reason": "check"})
    return AuditEvent.objects.filter(action__contains="export", person=world.officer.person).exists()


def printed(world: World, route: str) -> bool:
    client = client_for(world.staff)
    stale(client)
    answer = client.get(reverse(route, args=[world.case("sent").patient_id]))
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    return AuditEvent.objects.filter(action="audit.patient_printed", person=world.staff.person).exists()


def invited(world: World) -> bool:
    made = outside.propose(actor=world.asker, request_id=world.request("draft").pk, who=WHO)
    client = client_for(world.admin)
    stale(client)
    given = {"verified": "known", "version": str(made.version)}
    given["verified"] = next(iter(dict(OutsideExpert._meta.get_field("verified").choices or ())))
    client.post(reverse("requests:act_on_outside_expert", args=[made.pk, "confirm"]), given)
    return OutsideExpert.objects.get(pk=made.pk).status != "proposed"


def agreed(world: World) -> bool:
    waiting = world.agreement("proposed")
    client = client_for(world.admin)
    stale(client)
    page = reverse("accounts:act_on_agreement", args=[waiting.pk, "confirm"])
    client.post(page, {"version": str(waiting.version)})
    return Agreement.objects.get(pk=waiting.pk).status != "proposed"


def agreed_on_the_admin_site(world: World) -> bool:
    waiting = world.agreement("proposed")
    client = client_for(world.admin)
    stale(client)
    chosen = {"action": "confirm", "_selected_action": [str(waiting.pk)]}
    answer = client.post(reverse("admin:accounts_agreement_changelist"), chosen)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    return Agreement.objects.get(pk=waiting.pk).status != "proposed"


def test_the_record_is_not_taken_out_of_a_session_that_somebody_took_over(world: World, own_cache: None) -> None:
    assert not taken_out(world)


def test_with_a_proof_it_is(world: World, own_cache: None) -> None:
    client = client_for(world.officer)
    stale(client)
    answer = client.post(reverse("desk:audit_file"), {"reason": "check", "password": PASSWORD})
    assert answer["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("route", ["desk:looked_print", "desk:looked_pdf"])
def test_nor_is_the_list_for_a_patient(world: World, own_cache: None, route: str) -> None:
    assert not printed(world, route)


@pytest.mark.parametrize(
    ("route", "leads_to"), [("desk:looked_print", "desk:looked_print"), ("desk:looked_pdf", "desk:looked")]
)
def test_the_proof_leads_on_to_the_list_that_was_asked_for(
    world: World, own_cache: None, route: str, leads_to: str
) -> None:
    """A file leaves the browser on the page before it: that is the one that the file is made on."""
    case, client = world.case("sent"), client_for(world.staff)
    stale(client)
    asked = f"?case={case.pk}&language=nl"
    proof = client.get(reverse(route, args=[case.patient_id]) + asked)["Location"]
    answer = client.post(proof, {"password": PASSWORD})
    assert answer["Location"] == reverse(leads_to, args=[case.patient_id]) + asked
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(reverse(route, args=[case.patient_id]) + asked).status_code == 200


@pytest.mark.parametrize("act", [invited, agreed, agreed_on_the_admin_site])
def test_nobody_is_let_in_from_a_session_that_somebody_took_over(
    world: World, own_cache: None, act: Callable[[World], bool]
) -> None:
    assert not act(world)
