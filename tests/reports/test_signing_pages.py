"""Preview and signature on the page: exactly what was shown, exactly once, by whoever proves it is them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.change_membership import MembershipFields, change_membership
from accounts.identities import PROVIDER
from accounts.models import Membership
from accounts.reauthentication import CODE, PASSKEY, PASSWORD
from cases.access.lock import Seen
from cases.actions.correct import correct_accession_number
from cases.models import Case
from consult.reports.actions.receive import receive
from consult.reports.models import Signature
from consult.reports.models.signature import Method
from core.actor import Actor
from core.audit.models import AuditEvent
from slides.models import SlideImage
from slides.states import Status
from tests.accounts.second_factor import code, give_app
from tests.cast import World
from tests.reports.pages import ANSWER, preview, sign, write

pytestmark = pytest.mark.usefixtures("own_cache")  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]


@pytest.fixture
def expert(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.expert)


def test_the_preview_shows_what_will_be_signed_and_who_the_patient_is(world: World, expert: Client) -> None:
    report = write(world)
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    assert ANSWER in page
    assert "ZWARTKOPMEES, Given accepted" in page
    assert "N-accepted" in page, "the asking laboratory's number"
    assert "EXP-1" in page, "the answering laboratory's number"
    assert "Register REG-expert" in page
    assert 'data-mark="Not signed"' in page, "across every sheet when it is printed"
    assert AuditEvent.objects.filter(action="report.previewed", object_id=str(report.pk)).count() == 1


def test_signing_fixes_what_was_shown_and_leads_to_the_signed_report(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    response = sign(expert, report, held)
    assert response.status_code == 302
    assert response["Location"] == reverse("reports:detail", args=[report.pk])
    version = report.versions.get()
    assert version.sha256 == held["shown_sha256"]
    signature = Signature.objects.get(version=version)
    assert (signature.printed_name, signature.registration_number, signature.method) == (
        "Dr North Expert",
        "REG-expert",
        "password",
    )
    assert world.request("accepted").status == "answered"


def test_a_signature_says_in_words_how_it_was_proved(world: World, expert: Client) -> None:
    give_app(world.user("expert"))
    report = write(world)
    assert sign(expert, report, preview(expert, report), password="", code=code()).status_code == 302
    assert Signature.objects.get(version__report=report).method == "totp"
    page = expert.get(reverse("reports:detail", args=[report.pk])).text
    assert "authenticator app" in page and "totp" not in page


@pytest.mark.parametrize("missing", ["registration_number", "registration_body"])
def test_nobody_signs_without_a_number_and_its_register_and_the_page_says_who_enters_them(
    world: World, expert: Client, missing: str
) -> None:
    report = write(world)
    held = preview(expert, report)
    Membership.objects.filter(pk=world.expert.acting()).update(**{missing: ""})
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    words = "An administrator of North answering laboratory can enter them."
    assert words in page
    assert 'id="sign-dialog"' not in page
    refused = sign(expert, report, held)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Signature.objects.filter(version__report=report).exists()
    assert world.request("accepted").status == "accepted"
    checks = expert.get(f"/api/v1/reports/{report.pk}/preview").json()["checks"]
    assert ("registration", True) in {(each["code"], each["blocks"]) for each in checks}
    entered = MembershipFields("pathologist", "REG-expert", "Register", organ_systems=["skin"])
    change_membership(actor=world.expert_admin, membership_id=world.expert.acting(), fields=entered)
    assert sign(expert, report, preview(expert, report)).status_code == 302


def test_every_way_to_prove_it_has_its_words() -> None:
    assert set(Method.values) == {PASSWORD, CODE, PASSKEY, PROVIDER}


def test_the_second_signature_is_refused_and_points_to_the_first(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    assert sign(expert, report, held).status_code == 302
    again = sign(expert, report, held)
    assert again.status_code == 409
    assert reverse("reports:detail", args=[report.pk]) in again.content.decode()
    assert Signature.objects.filter(version__report=report).count() == 1


def test_a_text_changed_after_the_preview_is_shown_again_and_not_signed(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    write(world, answer="Something else was typed in another window.")
    response = sign(expert, report, held)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Something else was typed in another window." in page
    assert "Nothing was signed" in page
    assert not report.versions.exists()
    assert sign(expert, report, preview(expert, report)).status_code == 302


def test_the_hash_alone_does_not_let_another_text_through(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    later = write(world, answer="Another answer.")
    assert sign(expert, report, {**held, "version": str(later.version)}).status_code == 409
    assert not report.versions.exists()


def test_a_patient_corrected_after_the_preview_is_a_conflict(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    case = world.case("accepted")
    correct_accession_number(
        actor=world.asker, case_id=case.pk, seen=world.seen("accepted"), accession_number="N-new", reason="Misread"
    )
    response = sign(expert, report, held)
    assert response.status_code == 409
    assert not report.versions.exists()


def test_a_warning_that_was_not_confirmed_stops_the_signature_and_keeps_what_was_ticked(
    world: World, expert: Client
) -> None:
    report = write(world)
    _newer_report(world)
    _unopened_image(world)
    held = preview(expert, report)
    response = sign(expert, report, held, confirmed=["slides_not_opened"])
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="slides_not_opened" id="id_confirmed_0" checked' in page
    assert 'value="first_report_changed" id="id_confirmed_1" checked' not in page
    assert "data-opens" in page, "the dialog is open again"
    assert not report.versions.exists()
    both = ["slides_not_opened", "first_report_changed"]
    assert sign(expert, report, preview(expert, report), confirmed=both).status_code == 302


def test_a_wrong_password_signs_nothing_keeps_the_page_and_is_recorded(world: World, expert: Client) -> None:
    report = write(world)
    _unopened_image(world)
    held = preview(expert, report)
    response = sign(expert, report, held, password="not the password", confirmed=["slides_not_opened"])
    assert response.status_code == 422
    page = response.content.decode()
    assert "This is not your password." in page
    assert "not the password" not in page
    assert 'value="slides_not_opened" id="id_confirmed_0" checked' in page
    assert not report.versions.exists()
    refused = AuditEvent.objects.get(action="report.signature_refused")
    assert (refused.outcome, refused.object_id, refused.reason) == ("denied", str(report.pk), "wrong-password")


def test_passwords_cannot_be_tried_without_end(world: World, expert: Client) -> None:
    report = write(world)
    held = preview(expert, report)
    answers = [sign(expert, report, held, password=f"guess {number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert sign(expert, report, held).status_code == 429, "the right one has to wait too"


def test_what_is_missing_must_be_mended_first(world: World, expert: Client) -> None:
    report = world.report("accepted")
    page = expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    assert "Write the answer to the question." in page
    assert f"{reverse('requests:read', args=[world.request('accepted').pk])}#id_answer" in page
    assert "sign-dialog" not in page


def test_nobody_but_the_author_previews_or_signs(world: World, expert: Client, sign_in: SignIn) -> None:
    report = write(world)
    held = preview(expert, report)
    for who in ("asker", "expert_colleague", "stranger"):
        other = sign_in(world.people[who])
        assert other.get(reverse("reports:preview", args=[report.pk])).status_code == 404
        assert sign(other, report, held).status_code == 404
    assert not report.versions.exists()


def _newer_report(world: World) -> None:
    """The requester's own report changes after the request was sent."""
    receive(
        actor=world.asker,
        case_id=world.case("accepted").pk,
        seen=Seen(1, 1),
        diagnosis="Atypical Spitz tumour.",
        reason="Deeper levels",
        after_version=1,
    )


def _unopened_image(world: World) -> None:
    """The shared slide has pixels that the expert has not looked at."""
    case = Case.objects.get(pk=world.case("accepted").pk)
    SlideImage.objects.create(
        slide=world.slides("accepted")[0],
        path="x.svs",
        status=Status.READY,
        content_version="0123456789abcdef",
        sha256="a" * 64,
        linked_at=case.created_at,
    )
