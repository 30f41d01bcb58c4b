"""A part of the demo's world, made through the real actions: what a visitor finds in it."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from accounts.actors import actor_for, memberships_of
from accounts.models import Membership, Organisation, User
from cases.access.grants import reconcile
from cases.access.queries import visible_slides
from cases.models import Case, Slide
from consult.desk.demo.personas import by_label
from consult.reports.models import Report, ReportDocument, ReportVersion
from consult.reports.models.report import Kind
from consult.requests.models import ConsultRequest
from consult.requests.policy import visible_requests
from consult.requests.states import OPEN, REMIND_TO_CLOSE, Status
from core import clock
from core.actor import Actor, Door, system
from core.jobs.models import Job, State
from core.workflow.models import TimelineEntry
from notifications.effects import MAIL
from notifications.models import Notification
from slides.models import SlideImage, SlideOpening
from slides.states import Status as ImageStatus
from slides.synthesis.samples import SKIN
from tests.cast import client_for

pytestmark = [pytest.mark.usefixtures("made"), pytest.mark.ci]


def persona(label: str) -> Actor:
    found = by_label(label)
    assert found
    member = Membership.objects.active().select_related("user", "organisation").get(user__email=found.email)
    return actor_for(member.user, member, door=Door.WEB)


def hero() -> ConsultRequest:
    return ConsultRequest.objects.get(case__accession_number__endswith="S-003781")


def test_the_hero_waits_for_the_expert_urgent_and_with_time_left() -> None:
    waiting = visible_requests(persona("expert")).filter(status=Status.SENT)
    assert list(waiting) == [hero()]
    assert hero().requester.user.email == persona_email("asker")
    assert hero().priority == "urgent" and hero().urgency_reason
    due = hero().due_at
    assert due and timedelta(hours=8) < due - clock.now() < timedelta(hours=48)


def persona_email(label: str) -> str:
    found = by_label(label)
    return found.email if found else ""


def test_the_heros_slide_is_the_real_skin_and_the_expert_may_open_it() -> None:
    slide = visible_slides(persona("expert")).get(case=hero().case, image__status=ImageStatus.READY)
    assert slide.stain == "HE"
    assert "Skin, H&E" in slide.note and "OpenSlide" in slide.note
    assert slide.image.sha256 == SKIN.sha256
    assert (slide.image.prepared_root / slide.image.content_version / "meta.json").exists()


def test_the_experts_first_screen_leads_to_the_hero() -> None:
    page = client_for(persona("expert")).get(reverse("desk:home"))
    assert page.status_code == 200
    assert "LARKENBY" in page.content.decode().upper()
    assert str(hero().pk) in page.content.decode()


def test_the_expert_has_been_told_of_the_hero_and_has_not_read_it() -> None:
    told = Notification.objects.get(subject=hero().pk)
    assert told.recipient.email == persona_email("expert")
    assert told.read_at is None and told.urgent


def test_every_state_of_a_request_is_present() -> None:
    found = set(ConsultRequest.objects.values_list("status", flat=True))
    assert found == set(Status.values) - {Status.DISCARDED}


def test_there_are_five_laboratories_each_with_people_who_can_come_in() -> None:
    labs = Organisation.objects.filter(kind="lab")
    assert sorted(labs.values_list("country", flat=True)) == ["BE", "FR", "GB", "NL", "SE"]
    for lab in labs:
        assert Membership.objects.active().filter(organisation=lab, role="lab_admin").exists()


def test_somebody_sees_the_clinical_part_of_the_admin_site_and_can_have_an_image_tried_again() -> None:
    member = memberships_of(User.objects.get(email=persona_email("head")))[0]
    assert member.role == "pathologist", "acts as one without switching"
    client = client_for(actor_for(member.user, member, door=Door.WEB))
    index = client.get(reverse("admin:index")).content.decode()
    for model in ("cases_case", "cases_patient", "slides_slideimage", "requests_consultrequest", "cases_casegrant"):
        assert reverse(f"admin:{model}_changelist") in index
    images = client.get(reverse("admin:slides_slideimage_changelist")).content.decode()
    assert "-003268" in images and "Try again" in images


def test_only_slides_that_match_have_an_image_and_each_says_what_it_shows() -> None:
    pictured = Slide.objects.filter(image__isnull=False).select_related("case", "image")
    assert pictured.count() == 4
    for slide in pictured:
        tissue = ("skin", "derm_inflam") if slide.stain == "HE" else ("gi_lower",)
        assert slide.case.organ_system in tissue
        assert "skin" in slide.note.lower() or "Colon" in slide.note


def test_the_large_slide_is_left_to_the_worker_and_shows_that_it_is_coming() -> None:
    image = SlideImage.objects.get(slide__note__startswith="Synthetic")
    assert image.status == ImageStatus.PREPARING
    assert Job.objects.get(kind="demo.large_slide", subject=image.pk).state == State.WAITING


def test_nothing_else_waits_but_the_mails_of_the_last_day(made: datetime) -> None:
    left = Job.objects.exclude(state=State.DONE).exclude(kind="demo.large_slide")
    reminders = left.filter(kind=REMIND_TO_CLOSE)
    assert all(job.state == State.CANCELLED or job.due_at > made for job in reminders), "their day is still to come"
    waiting = left.exclude(kind=REMIND_TO_CLOSE)
    assert {job.kind for job in waiting} <= {MAIL}
    assert all(job.created_at > made - timedelta(hours=24) for job in waiting)
    assert not Job.objects.exclude(error="").exists()
    assert Job.objects.filter(kind=MAIL, state=State.DONE).count() > 10
    assert mail.outbox == []


def test_only_work_that_is_open_is_unread() -> None:
    for each in Notification.objects.filter(read_at__isnull=True, kind__startswith="request."):
        request = ConsultRequest.objects.get(pk=each.subject)
        assert request.status in (*OPEN, Status.ANSWERED)
        assert each.about.needs_action


def test_grants_are_as_the_workflows_state_them() -> None:
    assert reconcile(list(Case.objects.values_list("pk", flat=True)), actor=system("test")) == 0
    call_command("search_keys", "--check")


def test_the_past_lies_in_the_past_and_in_order(made: datetime) -> None:
    for request in ConsultRequest.objects.select_related("case"):
        steps = list(TimelineEntry.objects.filter(noun="request", noun_id=request.pk).order_by("at", "id"))
        assert steps[0].action == "create" and steps[-1].at < made
        assert [step.facts["version"] for step in steps] == list(range(1, len(steps) + 1))
        assert request.case.received_at < steps[0].at
    assert not Case.objects.filter(created_at__gt=made).exists()


def test_opinions_are_signed_with_a_registration_number_and_printed() -> None:
    versions = ReportVersion.objects.filter(report__kind=Kind.CONSULTATION)
    assert versions.count() == 5
    for version in versions:
        signature = version.signatures.get()
        assert signature.registration_number and signature.registration_body
        assert signature.signed_at == version.created_at
    assert ReportDocument.objects.count() == 5


def test_an_opinion_is_in_a_language_both_laboratories_read() -> None:
    for report in Report.objects.filter(kind=Kind.CONSULTATION).select_related("organisation", "case__organisation"):
        shared = report.organisation.language == report.case.organisation.language
        assert report.language == (report.case.language if shared else "en")


def test_experts_have_opened_the_slides_before_they_signed() -> None:
    for version in ReportVersion.objects.filter(report__kind=Kind.CONSULTATION).select_related("report"):
        for read in version.tree.slides:
            assert read.opened == bool(read.sha256)
    assert SlideOpening.objects.exists()


def test_the_own_report_has_a_second_version_where_the_opinion_changed_it() -> None:
    versions = ReportVersion.objects.filter(report__kind=Kind.RECEIVED, report__case__accession_number="V26-001774")
    first, second = versions.order_by("number")
    assert "Melanoom in situ" in first.tree.text("diagnosis")
    assert "Pigmented spindle cell naevus" in second.tree.text("diagnosis") and second.reason


def test_a_draft_that_was_begun_still_holds_its_text() -> None:
    drafts = Report.objects.filter(status="draft", request__status=Status.ACCEPTED).exclude(draft={})
    assert [report.draft["diagnosis"].split(";")[0] for report in drafts] == ["Oncocytic renal neoplasm"]
