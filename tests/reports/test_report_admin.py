"""Reports and images of slides in the admin site: what the actor may see, nothing to change, one thing to do again."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import ACTING
from accounts.models import Membership
from cases.models import CaseGrant
from consult.reports.models import Report
from core import clock
from slides.models import SlideImage
from slides.states import Status
from tests.cast import World, client_for, outsider

pytestmark = pytest.mark.ci

MODELS = (
    "reports_report",
    "reports_reportversion",
    "reports_signature",
    "reports_reportdocument",
    "slides_slideimage",
)


@pytest.fixture
def keeper(world: World) -> Client:
    """A pathologist of the answering laboratory who is its administrator too, acting as a pathologist."""
    admin = Membership.objects.get(pk=world.expert_admin.acting())
    Membership.objects.create(user_id=world.expert.who(), organisation=admin.organisation, role="lab_admin")
    client = client_for(world.expert)
    assert client.session[ACTING] == str(world.expert.membership)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_whoever_runs_the_installation_sees_no_report_and_no_slide(world: World, model: str) -> None:
    response = outsider("platform@installation.example").get(reverse(f"admin:{model}_changelist"))
    assert response.status_code == 200
    assert "0 " in response.content.decode().split('class="paginator"')[1][:80]


@pytest.mark.parametrize("model", MODELS)
def test_nobody_adds_changes_or_deletes_there(keeper: Client, world: World, model: str) -> None:
    listed = keeper.get(reverse(f"admin:{model}_changelist"))
    assert listed.status_code == 200
    assert keeper.get(reverse(f"admin:{model}_add")).status_code == 403
    row = listed.context["cl"].result_list[0]
    page = keeper.get(reverse(f"admin:{model}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert keeper.post(reverse(f"admin:{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_the_lists_hold_what_the_pages_hold(keeper: Client, world: World) -> None:
    found = keeper.get(reverse("admin:reports_report_changelist")).context["cl"].result_list
    states = {report.status for report in found}
    assert states >= {"final", "draft"}, "own drafts, and what the laboratory signed"
    assert {report.organisation_id for report in found if report.kind == "consultation"} == {world.expert.organisation}
    other = world.report("waiting")
    search = keeper.get(reverse("admin:reports_report_changelist"), {"q": str(other.pk)})
    assert [report.pk for report in search.context["cl"].result_list] == [other.pk]


@pytest.mark.parametrize("model", MODELS)
def test_everything_of_a_report_or_image_is_found_by_the_start_of_its_number(
    keeper: Client, world: World, model: str
) -> None:
    address = reverse(f"admin:{model}_changelist")
    rows = list(keeper.get(address).context["cl"].queryset)
    number = next(row.known_number for row in rows if row.known_number)
    typed = number.lower().replace("-", " \u2013 ")[:-1]
    same = {row.pk for row in rows if row.known_number.startswith(number[:-1])}
    assert same
    assert {row.pk for row in keeper.get(address, {"q": typed}).context["cl"].queryset} == same
    assert not keeper.get(address, {"q": number[1:]}).context["cl"].queryset


def test_an_unreadable_image_is_tried_again_by_its_laboratory_and_by_nobody_else(keeper: Client, world: World) -> None:
    image = SlideImage.objects.create(
        slide=world.slides("accepted")[0],
        path="x.svs",
        status=Status.UNREADABLE,
        problem="truncated",
        linked_at=timezone.localtime(),
    )
    body = {"action": "try_again", "_selected_action": [str(image.pk)]}
    address = reverse("admin:slides_slideimage_changelist")
    refused = keeper.post(address, body, follow=True)
    assert "this step is for somebody else" in refused.content.decode()
    image.refresh_from_db()
    assert image.status == Status.UNREADABLE
    own = Membership.objects.get(pk=world.asker.acting())
    Membership.objects.create(user_id=world.asker.who(), organisation=own.organisation, role="lab_admin")
    done = client_for(world.asker).post(address, body, follow=True)
    assert "1 image is prepared again." in done.content.decode()
    image.refresh_from_db()
    assert image.status == Status.WAITING


def test_whoever_may_not_know_the_patient_meets_no_accession_number(keeper: Client, world: World) -> None:
    case = world.case("sent")
    images, reports = reverse("admin:slides_slideimage_changelist"), reverse("admin:reports_report_changelist")
    report = Report.objects.get(case=case, kind="received")
    for address in (images, reports):
        assert case.accession_number in keeper.get(address).content.decode(), "the share shows who the patient is"
    CaseGrant.objects.filter(
        content_object=case, user=world.expert.person, permission__codename="view_identity"
    ).update(revoked_at=clock.now())
    for address, row in ((images, case.slides.get(label="A1-HE").image.pk), (reports, report.pk)):
        html = keeper.get(address).content.decode()
        assert str(row) not in html, "read under a pseudonym from now on"
        assert case.accession_number not in html
        assert str(row) not in keeper.get(address, {"q": case.accession_number}).content.decode()
        assert case.accession_number not in keeper.get(f"{address}{row}/change/").content.decode()
