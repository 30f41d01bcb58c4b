"""Reading under a pseudonym: who knows the patient cannot join, and a reader who learns the name is on the record."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.end_membership import end_membership
from accounts.actions.invite import invite
from accounts.actors import for_member
from accounts.hooks import WorkChanged
from accounts.models import Absence, Membership
from accounts.roles import Role
from cases.access.branches import anybodys_standing
from cases.access.differences import differences
from cases.access.queries import visible_cases
from cases.emergency.actions.end import end
from cases.emergency.models import EmergencyAccess
from cases.models import Case, CaseGrant
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.actions.take_over import take_over
from consult.requests.actions.withdraw import withdraw
from consult.requests.blind import may_read
from consult.requests.leaving import follow_work
from consult.requests.models import ConsultRequest
from consult.requests.states import SHARED
from core import clock
from core.actor import Actor, Door
from core.audit.models import AuditEvent
from core.errors import Invalid
from core.jobs import run
from notifications.models import Notification
from tests.cast import PATHS, World, client_for, local_day
from tests.emergency.helping import call
from tests.requests.blind import GIVEN, NAME, STATE, accepted, drafted, name_the_patient, sent


@pytest.fixture
def named(world: World) -> None:
    """The patient under a name of their own."""
    name_the_patient(world)


@pytest.fixture
def asked(world: World, named: None) -> ConsultRequest:
    """A request under a pseudonym that nobody has accepted yet."""
    return sent(world, drafted(world))


def opened(world: World, who: Actor) -> None:
    """Open the case by the accession number, as somebody who has it in their hand."""
    case = world.case(STATE)
    call(world, who, organisation=case.organisation_id, accession_number=case.accession_number)


def away(world: World, *, deputy: Actor) -> None:
    """The expert is away from today, and this colleague stands in."""
    expert = Membership.objects.get(pk=world.expert.acting())
    Membership.objects.filter(pk=expert.pk).update(deputy=deputy.acting())
    today = clock.now()
    Absence.objects.create(membership=expert, valid_from=today, valid_until=today.replace(year=today.year + 1))


def fresh(request: ConsultRequest) -> ConsultRequest:
    request.refresh_from_db()
    return request


def test_who_has_opened_the_case_by_name_cannot_accept_it_under_a_pseudonym(
    world: World, asked: ConsultRequest
) -> None:
    opened(world, world.expert)
    page = reverse("requests:act", args=[asked.pk, "accept"])
    form = {"seen_case": 1, "seen_patient": 1, "version": fresh(asked).version, "accession_number": "EXP-7"}
    refused = client_for(world.expert).post(page, form)
    assert refused.status_code == 422
    assert "You know who this patient is" in refused.content.decode()
    assert fresh(asked).status == "sent"


def test_nor_after_the_hour_is_over(world: World, asked: ConsultRequest) -> None:
    opened(world, world.expert)
    access = EmergencyAccess.objects.get()
    end(actor=world.expert, access_id=access.pk, version=access.version)
    with pytest.raises(Invalid, match="You know who this patient is"):
        accepted(world, fresh(asked))


def test_nor_be_asked_under_a_pseudonym(world: World, named: None) -> None:
    opened(world, world.expert)
    with pytest.raises(Invalid) as refusal:
        sent(world, drafted(world))
    assert "knows who this patient is" in refusal.value.fields["expert"]


def closed_by_name(world: World, reader: Actor) -> None:
    """The reader was asked about the case under the patient's name, and that request is over."""
    given = {"actor": world.asker, "seen": world.seen(STATE)}
    other = create(**given, case_id=world.case(STATE).pk)  # type: ignore[arg-type]  # its own arguments
    draft = Draft(question="And this?", expert=reader.membership, slides=[world.slides(STATE)[0].pk])
    steps: list[tuple[Callable[..., ConsultRequest], dict[str, object]]] = [
        (edit, {"draft": draft}),
        (send, {}),
        (withdraw, {"reason": "Asked elsewhere"}),
    ]
    for step, more in steps:
        other = step(**given, request_id=other.pk, version=other.version, **more)
    assert not visible_cases(reader).filter(pk=other.case_id).exists()


def test_nor_be_asked_after_a_request_by_name_is_over(world: World, named: None) -> None:
    request = drafted(world)
    closed_by_name(world, world.expert)
    with pytest.raises(Invalid) as refusal:
        sent(world, request)
    assert "knows who this patient is" in refusal.value.fields["expert"]


def test_a_share_by_name_that_never_began_tells_nobody(world: World, asked: ConsultRequest) -> None:
    closed_by_name(world, world.expert_colleague)
    colleague = Membership.objects.select_related("user").get(pk=world.expert_colleague.acting())
    assert not may_read(colleague, asked)
    later = clock.now() + timedelta(days=1)
    CaseGrant.objects.filter(user=colleague.user, content_object=asked.case_id).update(
        valid_from=later, valid_until=later + timedelta(days=1)
    )
    assert may_read(colleague, asked)


def test_nobody_stands_in_under_a_pseudonym_who_has_read_the_case_by_name(world: World, asked: ConsultRequest) -> None:
    colleague = world.expert_colleague
    closed_by_name(world, colleague)
    away(world, deputy=colleague)
    follow_work(WorkChanged(membership=world.expert.acting(), actor=world.asker))
    assert not visible_cases(colleague).filter(pk=asked.case_id).exists()
    assert client_for(colleague).get(reverse("cases:detail", args=[asked.case_id])).status_code == 404


def test_a_deputy_who_opens_the_case_by_name_stands_in_no_more(world: World, asked: ConsultRequest) -> None:
    away(world, deputy=world.expert_colleague)
    follow_work(WorkChanged(membership=world.expert.acting(), actor=world.asker))
    standing = anybodys_standing().filter(user=world.expert_colleague.person, share__source_id=asked.pk)
    assert standing.exists()
    opened(world, world.expert_colleague)
    assert not standing.exists()
    row = AuditEvent.objects.get(action="request.opened_by_name", object_id=str(asked.pk))
    assert row.person == world.expert_colleague.person


@pytest.mark.parametrize("begins", [0, 3])
def test_a_deputy_who_joins_the_laboratory_of_the_patient_stands_in_no_more(
    world: World, asked: ConsultRequest, at: Callable[[datetime], None], begins: int
) -> None:
    """From the first day there; and again from when they left. In the rows, too, at once."""
    away(world, deputy=world.expert_colleague)
    follow_work(WorkChanged(membership=world.expert.acting(), actor=world.asker))
    reader = for_member(world.expert_colleague.acting(), Door.WEB)
    case = Case.objects.filter(pk=asked.case_id)
    assert visible_cases(reader).contains(case.get())
    invitation = invite(
        actor=world.admin,
        organisation_id=world.asker.lab(),
        email=world.user("expert_colleague").email,
        given_name="Dr",
        family_name="Colleague",
        role=Role.PATHOLOGIST,
        registration_number="1",
        registration_body="BIG",
        first_day=local_day() + begins * timedelta(days=1),
    )
    accept_invitation(actor=reader, invitation_id=invitation.pk, password="")
    if begins:
        assert visible_cases(reader).contains(case.get()), "not yet there"
        at(clock.now() + timedelta(days=begins, hours=1))
        run.drain()
    assert not visible_cases(reader).contains(case.get())
    assert differences([asked.case_id]) == 0
    there = Membership.objects.get(user=reader.who(), organisation=world.asker.lab())
    end_membership(actor=world.admin, membership_id=there.pk)
    assert visible_cases(reader).contains(case.get())
    assert differences([asked.case_id]) == 0


def test_a_deputy_who_knows_the_patient_cannot_take_it_over(world: World, asked: ConsultRequest) -> None:
    away(world, deputy=world.expert_colleague)
    opened(world, world.expert_colleague)
    with pytest.raises(Invalid, match="You know who this patient is"):
        take_over(
            actor=world.expert_colleague,
            request_id=asked.pk,
            version=fresh(asked).version,
            seen=world.seen(STATE),
        )


def test_before_somebody_leaves_no_deputy_is_named_who_cannot_take_it(world: World, asked: ConsultRequest) -> None:
    """And what was said before is what happens."""
    away(world, deputy=world.expert_colleague)
    opened(world, world.expert_colleague)
    page = client_for(world.expert_admin).get(reverse("accounts:end_membership", args=[world.expert.acting()])).text
    name = world.user("expert_colleague").printed_name
    assert f"Request {asked.number} ends and goes back to who asked: there is no deputy who can take it" in page
    assert f"Request {asked.number} goes to the deputy" not in page
    assert f"Request {world.request('accepted').number} goes to the deputy, {name}" in page
    end_membership(actor=world.expert_admin, membership_id=world.expert.acting())
    assert fresh(asked).status == "declined"
    assert world.request("accepted").expert_id == world.expert_colleague.membership


def test_a_deputy_who_reads_under_a_pseudonym_is_not_told_the_name_by_standing_in(
    world: World, asked: ConsultRequest
) -> None:
    colleague = world.expert_colleague
    other = create(actor=world.asker, case_id=asked.case_id, seen=world.seen(STATE))
    slides = [world.slides(STATE)[0].pk]
    draft = Draft(question="And this?", expert=colleague.membership, slides=slides)
    given = {"actor": world.asker, "request_id": other.pk, "seen": world.seen(STATE)}
    other = edit(**given, version=other.version, draft=draft)  # type: ignore[arg-type]  # its own arguments
    other = send(**given, version=other.version)  # type: ignore[arg-type]  # its own arguments
    Membership.objects.filter(pk=colleague.acting()).update(deputy=world.expert.acting())
    now = clock.now()
    member = Membership.objects.get(pk=colleague.acting())
    Absence.objects.create(membership=member, valid_from=now, valid_until=now.replace(year=now.year + 1))
    follow_work(WorkChanged(membership=member.pk, actor=world.asker))
    reader = for_member(world.expert.acting(), Door.WEB)
    assert visible_cases(reader).filter(pk=asked.case_id).exists()
    assert not visible_cases(reader, "view_identity").filter(pk=asked.case_id).exists()
    with pytest.raises(Invalid, match="You read this case under a pseudonym"):
        take_over(actor=reader, request_id=other.pk, version=other.version, seen=world.seen(STATE))


def test_a_reader_who_opens_the_case_by_name_is_on_the_record_and_both_sides_are_told(
    world: World, asked: ConsultRequest
) -> None:
    request = accepted(world, asked)
    opened(world, world.expert)
    run.drain()
    assert fresh(request).status == "accepted"
    told = Notification.objects.filter(kind="request.open_by_name", subject=request.pk)
    assert set(told.values_list("recipient", flat=True)) == {world.asker.person, world.expert.person}
    row = AuditEvent.objects.get(action="request.opened_by_name", object_id=str(request.pk))
    assert row.person == world.expert.person
    words = "has opened this case by name in an emergency"
    for who in (world.asker, world.colleague, world.expert):
        client = client_for(who)
        page = client.get(reverse("requests:detail", args=[request.pk])).content.decode()
        assert f"Dr North Expert {words}" in page
        assert "Case opened by name in an emergency" in page
        body = client.get(reverse("api-request", args=[request.pk])).json()
        assert body["opened_by_name"] == ["Dr North Expert"]
    for who in (world.asker, world.expert):
        inbox = client_for(who).get(reverse("notifications:list")).content.decode()
        assert words in inbox
        assert request.number in inbox and NAME not in inbox and GIVEN not in inbox


@pytest.mark.parametrize("state", SHARED)
def test_a_reader_who_opens_it_is_on_the_record_however_far_it_has_come(world: World, named: None, state: str) -> None:
    request = drafted(world)
    for step in PATHS[state]:
        request = step(world, request, world.seen(STATE))
    opened(world, world.expert)
    row = AuditEvent.objects.get(action="request.opened_by_name", object_id=str(request.pk))
    assert (row.person, fresh(request).status) == (world.expert.person, state)


def test_who_only_keeps_the_record_is_no_reader(world: World, asked: ConsultRequest) -> None:
    request = accepted(world, asked)
    opened(world, world.expert_colleague)
    assert not AuditEvent.objects.filter(action="request.opened_by_name").exists()
    page = client_for(world.asker).get(reverse("requests:detail", args=[request.pk])).content.decode()
    assert "by name in an emergency" not in page
