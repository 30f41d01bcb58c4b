"""Under a pseudonym also for who may enter the admin site: its lists show rows as they are, and leave these out."""

from collections.abc import Iterator

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from cases.access.queries import visible_cases
from cases.admin.base import PSEUDONYM, ClinicalAdmin
from cases.models import Case
from config.admin import site
from consult.reports.models import Report, ReportDocument, ReportVersion, Signature
from consult.reports.nouns import known_reports
from consult.requests.actions.reply import reply
from consult.requests.models import ConsultRequest, Message
from core import clock
from slides.models import SlideImage
from tests.cast import World, client_for, sign_opinion
from tests.requests.blind import GIVEN, NAME, STATE, accepted, asked_by_name, drafted, name_the_patient, sent

pytestmark = pytest.mark.ci

ABOUT: dict[type[Model], str] = {
    ConsultRequest: "case",
    Message: "request__case",
    Report: "case",
    ReportVersion: "report__case",
    Signature: "version__report__case",
    ReportDocument: "version__report__case",
    SlideImage: "slide__case",
}


@pytest.fixture
def hidden(world: World) -> ConsultRequest:
    """A request under a pseudonym that the expert has accepted."""
    name_the_patient(world)
    return accepted(world, sent(world, drafted(world)))


@pytest.fixture
def by_name(world: World, hidden: ConsultRequest) -> ConsultRequest:
    """A colleague of the expert's has answered about the same case, by name."""
    request, seen = asked_by_name(world, hidden, "5/1/2026"), world.seen(STATE)
    request = reply(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, text=f"Yes, {NAME}.")
    return sign_opinion(world, request, seen, expert=world.expert_colleague)


@pytest.fixture
def expert(world: World) -> Client:
    """The expert, let into the admin site as whoever runs the installation; that gives no clinical right."""
    User.objects.filter(pk=world.expert.who()).update(is_platform_admin=True)
    return client_for(world.expert)


def shown(client: Client, case: Case) -> Iterator[tuple[str, str]]:
    """Every clinical list with all that it holds, and the page of each row about the case of what others share."""
    for model, admin in site._registry.items():
        if isinstance(admin, ClinicalAdmin):
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield model.__name__, client.get(reverse(f"{base}_changelist") + "?all=").content.decode()
            rows = model._default_manager.filter(**{ABOUT[model]: case}) if model in ABOUT else ()
            for row in rows:
                yield model.__name__, client.get(reverse(f"{base}_change", args=[row.pk]), follow=True).content.decode()


@pytest.mark.usefixtures("by_name")
def test_no_list_and_no_row_tells_what_is_read_under_a_pseudonym(
    world: World, hidden: ConsultRequest, expert: Client
) -> None:
    case, request = world.case(STATE), ConsultRequest.objects.get(pk=hidden.pk)
    slide = world.slides(STATE)[0]
    SlideImage.objects.filter(slide=slide).delete()
    SlideImage.objects.create(slide=slide, path="none.svs", status="unreadable", sha256="5" * 64, linked_at=clock.now())
    words = [NAME, GIVEN, case.accession_number, request.number, "EXP-502", "5" * 64]
    told = [(name, word) for name, text in shown(expert, case) for word in words if word.lower() in text.lower()]
    assert told == []


def test_the_lists_say_that_something_is_left_out(world: World, hidden: ConsultRequest, expert: Client) -> None:
    lists = reverse("admin:requests_consultrequest_changelist")
    assert PSEUDONYM in expert.get(lists).content.decode()
    User.objects.filter(pk=world.colleague.who()).update(is_platform_admin=True)
    assert PSEUDONYM not in client_for(world.colleague).get(lists).content.decode()


def test_who_knows_the_patient_finds_all_of_it(world: World, by_name: ConsultRequest) -> None:
    User.objects.filter(pk__in=[world.asker.who(), world.expert_colleague.who()]).update(is_platform_admin=True)
    for who in (world.asker, world.expert_colleague):
        text = "".join(page for _, page in shown(client_for(who), world.case(STATE)))
        assert by_name.number in text
        assert str(Report.objects.get(request=by_name).pk) in text


def test_what_was_answered_by_name_stays_listed_after_the_share_has_ended(world: World, expert: Client) -> None:
    lists = expert.get(reverse("admin:requests_consultrequest_changelist")).content.decode()
    ended = world.request("closed")
    assert ended.number in lists and not visible_cases(world.expert).filter(pk=ended.case_id).exists()


def test_cases_of_the_own_laboratory_open_no_other_laboratorys(
    world: World, by_name: ConsultRequest, expert: Client
) -> None:
    Case.objects.filter(pk=world.case("sent").pk).update(organisation=world.expert.organisation)
    assert visible_cases(world.expert).filter(organisation=world.expert.organisation).exists()
    assert by_name.number not in expert.get(reverse("admin:requests_consultrequest_changelist")).content.decode()


def test_who_reads_it_also_at_home_finds_it_there(world: World, hidden: ConsultRequest, expert: Client) -> None:
    also = Membership.objects.create(user_id=world.expert.who(), organisation_id=world.asker.lab(), role="pathologist")
    lists, number = reverse("admin:requests_consultrequest_changelist"), hidden.number
    assert number not in expert.get(lists).content.decode()
    expert.post(reverse("accounts:switch"), {"membership": str(also.pk)})
    assert number in expert.get(lists).content.decode()


def test_the_record_names_no_report_of_the_own_laboratory_about_such_a_case(
    world: World, hidden: ConsultRequest, by_name: ConsultRequest
) -> None:
    report = Report.objects.get(request=by_name)
    readers = {who: known_reports(world.people[who]).filter(pk=report.pk).exists() for who in ("expert", "asker")}
    assert readers == {"expert": False, "asker": True}
    assert known_reports(world.expert_colleague).filter(pk=report.pk).exists(), "who wrote it"
    own = Report.objects.get(request=sign_opinion(world, hidden, world.seen(STATE)))
    assert known_reports(world.expert).filter(pk=own.pk).exists()
