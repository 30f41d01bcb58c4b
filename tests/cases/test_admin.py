"""The admin site's pages of the room: what the actor sees elsewhere, nothing more, and nothing by hand."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cases.models import Case, CaseGrant, GrantEvent
from core.actor import Actor
from tests.cast import CANARY, World

pytestmark = pytest.mark.ci

SignIn = Callable[[Actor], Client]
MODELS = [
    "patient",
    "patientidentifier",
    "case",
    "specimen",
    "block",
    "slide",
    "share",
    "casegrant",
    "grantevent",
    "denial",
]


def rows(client: Client, model: str) -> int:
    answer = client.get(reverse(f"admin:cases_{model}_changelist"))
    assert answer.status_code == 200
    return len(answer.context["cl"].result_list)


@pytest.fixture
def both(world: World, sign_in: SignIn) -> Client:
    """A pathologist who also administers the laboratory, acting as pathologist."""
    Membership.objects.create(user=world.user("asker"), organisation_id=world.asker.lab(), role="lab_admin")
    return sign_in(world.asker)


@pytest.mark.parametrize("model", MODELS)
def test_administering_shows_no_patients_and_says_so(world: World, sign_in: SignIn, model: str) -> None:
    answer = sign_in(world.admin).get(reverse(f"admin:cases_{model}_changelist"))
    assert answer.status_code == 200
    assert list(answer.context["cl"].result_list) == []
    assert "Administering gives no access to patients" in answer.content.decode()
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(("model", "least"), [(name, 0 if name == "denial" else 1) for name in MODELS])
def test_somebody_with_a_clinical_role_sees_the_own_laboratorys(
    world: World, mirror: World, both: Client, model: str, least: int
) -> None:
    assert rows(both, model) >= least
    assert rows(both, "case") == 10


def test_every_row_opens_and_none_can_be_added_changed_or_deleted(world: World, both: Client) -> None:
    grant, event = CaseGrant.objects.first(), GrantEvent.objects.first()
    case = world.case("sent")
    things = {"case": case.pk, "patient": case.patient_id, "slide": world.slides("sent")[0].pk}
    own = CaseGrant.objects.filter(content_object=case)[0]
    things |= {"casegrant": own.pk, "grantevent": GrantEvent.objects.filter(case=case.pk)[0].pk}
    assert grant and event
    for model, key in things.items():
        assert both.get(reverse(f"admin:cases_{model}_change", args=[key])).status_code == 200
        assert both.post(reverse(f"admin:cases_{model}_change", args=[key]), {}).status_code == 403
        assert both.get(reverse(f"admin:cases_{model}_add")).status_code == 403
        assert both.get(reverse(f"admin:cases_{model}_delete", args=[key])).status_code == 403


def test_another_laboratorys_row_is_not_there(world: World, mirror: World, both: Client) -> None:
    answer = both.get(reverse("admin:cases_case_change", args=[mirror.case("sent").pk]))
    assert answer.status_code == 302


def test_searching_by_number_finds_only_the_own(world: World, mirror: World, both: Client) -> None:
    url = reverse("admin:cases_patient_changelist")
    assert len(both.get(url, {"q": "north-sent-1"}).context["cl"].result_list) == 1
    assert len(both.get(url, {"q": "south-sent-1"}).context["cl"].result_list) == 0


@pytest.mark.parametrize("model", ["case", "specimen", "block", "slide", "share", "casegrant"])
@pytest.mark.parametrize("typed", ["N-sent", "n - SENT", "n\u2013se", "N-s"])
def test_an_accession_number_is_found_from_its_start_however_it_is_spelled(
    world: World, mirror: World, both: Client, model: str, typed: str
) -> None:
    answer = both.get(reverse(f"admin:cases_{model}_changelist"), {"q": typed})
    html = answer.content.decode()
    assert answer.context["cl"].result_list
    assert "N-sent" in html and "N-accepted" not in html and "S-sent" not in html


@pytest.mark.parametrize("typed", ["sent", "N-%", "_-sent", "N-sent-1"])
def test_the_middle_of_a_number_and_wildcards_find_nothing(world: World, both: Client, typed: str) -> None:
    assert not both.get(reverse("admin:cases_case_changelist"), {"q": typed}).context["cl"].result_list


def test_closing_from_the_list_is_the_action_of_the_pages(world: World, mirror: World, both: Client) -> None:
    chosen = [str(world.case("sent").pk), str(mirror.case("sent").pk)]
    both.post(reverse("admin:cases_case_changelist"), {"action": "close_cases", "_selected_action": chosen})
    assert Case.objects.get(pk=chosen[0]).status == "closed"
    assert Case.objects.get(pk=chosen[1]).status == "open"


@pytest.mark.parametrize("who", ["asker", "expert", "staff", "clinician"])
def test_without_administering_nobody_comes_in(world: World, sign_in: SignIn, who: str) -> None:
    answer = sign_in(world.people[who]).get(reverse("admin:cases_case_changelist"))
    assert answer.status_code in {302, 403}


def test_a_patients_name_is_on_the_page_and_in_no_title_or_address(world: World, both: Client) -> None:
    patient = world.case("sent").patient_id
    page = both.get(reverse("admin:cases_patient_change", args=[patient])).content.decode()
    assert CANARY.upper() in page
    assert CANARY.upper() not in page.partition("</title>")[0].upper(), "a title stays in the browser's history"
    url = reverse("admin:cases_patient_changelist")
    answer = both.post(url, {"q": CANARY})
    assert CANARY not in answer["Location"]
    listed = both.get(answer["Location"])
    assert len(listed.context["cl"].result_list) == 10
    assert CANARY not in "".join(re.findall(r'href="[^"]*"', listed.content.decode()))


def test_the_access_of_a_case_is_read_by_its_number_and_in_words(world: World, both: Client) -> None:
    case, request = world.case("sent"), world.request("sent")
    for model, words in (
        ("share", f">{request.number}</a>"),
        ("casegrant", "who the patient is"),
        ("grantevent", "Access given"),
    ):
        page = both.get(reverse(f"admin:cases_{model}_changelist"), {"q": case.accession_number})
        html = page.content.decode()
        assert words in html, model
        assert case.accession_number in html, model
        assert "N-accepted" not in html, model


@pytest.mark.parametrize("chosen", ["yes", "ended"])
def test_access_is_filtered_by_whether_it_is_in_force(world: World, both: Client, chosen: str) -> None:
    for model in ("share", "casegrant"):
        page = both.get(reverse(f"admin:cases_{model}_changelist"), {"in_force": chosen})
        found = page.context["cl"].result_list
        assert found, model
        ended = {(row.ended_at if model == "share" else row.revoked_at) is not None for row in found}
        assert ended == {chosen == "ended"}, model
