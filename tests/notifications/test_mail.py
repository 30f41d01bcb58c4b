"""The mail about a notification: in the reader's language, without a word about the patient."""

import pytest
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import get_language

from accounts.models import User
from consult.requests.actions.accept import accept
from core.ids import new_id
from core.jobs.models import Job, State
from core.jobs.run import run
from core.mail import deliver
from notifications import hooks
from notifications.actions.notify import notify
from notifications.actions.read import mark_read
from notifications.hooks import Subject
from notifications.models import Notification
from tests.cast import CANARY, World

# Where a mail may lead besides the inbox.
PAGES = (
    "/requests/",
    "/agreements/",
    "/emergency/",
    "/cases/",
    "/auditseal/",
    "/single-sign-on/",
    "/tokens/",
    "/jobs/",
)


@pytest.fixture
def mails(world: World, mailoutbox: list[EmailMessage]) -> list[EmailMessage]:
    """What is told when an expert accepts, and when anything else that can be told about a request happens."""
    request = world.request("sent")
    accept(
        actor=world.expert,
        request_id=request.pk,
        version=request.version,
        seen=world.seen("sent"),
        accession_number="EXP-77",
    )
    assert _do("requests.tell_requester") == 1
    for who in (world.expert, world.asker):
        assert who.person
        for kind in hooks.registrants():
            notify(
                recipient=who.person,
                kind=kind,
                subject=request.pk,
                occasion="test",
                number=request.number,
                person_name=world.asker.name,
            )
    return mailoutbox


def _do(kind: str) -> int:
    return sum(run(pk) for pk in Job.objects.filter(kind=kind, state=State.WAITING).values_list("pk", flat=True))


def _send_mails() -> None:
    assert _do("notifications.mail")


def test_no_mail_names_the_patient_or_the_case(world: World, mails: list[EmailMessage]) -> None:
    _send_mails()
    assert len(mails) == 2 * len(hooks.registrants()) + 1
    for mail in mails:
        text = f"{mail.subject}\n{mail.body}\n{mail.extra_headers}".lower()
        assert CANARY.lower() not in text
        case = world.case("sent")
        for secret in (case.accession_number, "EXP-77", "Given sent", str(case.pk), str(case.patient_id)):
            assert secret.lower() not in text
        assert "spitz" not in text
        inbox = f"{settings.PUBLIC_ORIGIN}{reverse('notifications:list')}"
        assert inbox in mail.body or any(page in mail.body for page in PAGES)


def test_the_mail_is_in_the_readers_language(
    world: World, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence of this kind is the name of the language it is read in."""
    spoken = Subject("test.spoken", lazystr(_Language()), lambda subject: f"/{subject}/")
    monkeypatch.setitem(hooks._subjects, spoken.kind, spoken)
    User.objects.filter(pk=world.expert.who()).update(language="sv")
    User.objects.filter(pk=world.asker.who()).update(language="fr-be")
    for who in (world.expert, world.asker):
        assert who.person
        notify(recipient=who.person, kind=spoken.kind, subject=new_id(), occasion="1")
    _send_mails()
    found = {mail.to[0].split("@")[0]: mail.body.splitlines()[0] for mail in mailoutbox}
    assert found == {"expert": "sv", "asker": "fr-be"}


def test_the_subject_says_that_it_is_urgent(world: World, mailoutbox: list[EmailMessage]) -> None:
    assert world.expert.person
    for urgent in (False, True):
        notify(
            recipient=world.expert.person,
            kind="request.send",
            subject=new_id(),
            occasion=str(urgent),
            number="T-9",
            person_name="Dr A",
            urgent=urgent,
        )
    _send_mails()
    sentence = "Dr A asks for your opinion: request T-9."
    assert sorted(mail.subject for mail in mailoutbox) == [f"Consilium: {sentence}", f"Consilium: Urgent. {sentence}"]


class _Language:
    def __str__(self) -> str:
        return str(get_language())


def test_what_was_read_in_the_meantime_and_who_has_left_gets_no_mail(world: World, mails: list[EmailMessage]) -> None:
    mark_read(actor=world.expert)
    User.objects.filter(pk=world.asker.who()).update(is_active=False)
    assert _do("notifications.mail")
    assert not {mail.to[0] for mail in mails} & {world.user("expert").email, world.user("asker").email}


def test_a_mail_header_takes_no_line_break(mailoutbox: list[EmailMessage]) -> None:
    for subject, to in (("Hello\nBcc: x@x.example", "a@a.example"), ("Hello", "a@a.example\r\nBcc: x@x.example")):
        with pytest.raises(BadHeaderError):
            deliver(to=to, subject=subject, body="x", message_id=new_id())
    assert mailoutbox == []


def test_a_job_done_twice_is_one_message(world: World, mails: list[EmailMessage]) -> None:
    job = Job.objects.filter(kind="notifications.mail", state=State.WAITING).first()
    assert job is not None
    assert Notification.objects.filter(pk=job.subject).exists()
    run(job.pk)
    run(job.pk)
    assert [str(job.pk) in str(mail.extra_headers["Message-ID"]) for mail in mails] == [True]
