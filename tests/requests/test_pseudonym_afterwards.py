"""Under a pseudonym also after sending: what is written about the material later, and who reads in whose place."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.actions.work import WorkFields, enter_absence, plan_work
from accounts.models import Membership
from cases.access.branches import VIEW_IDENTITY, anybodys_standing
from cases.access.lock import Seen
from cases.access.queries import visible_cases
from cases.actions.correct import correct_accession_number, correct_patient
from cases.actions.correct_material import MaterialCorrections, PartCorrection, SlideCorrection, correct_material
from cases.actions.fields import IdentifierFields, PatientFields
from cases.actions.link_patient import link_patient
from cases.models import Case, CaseGrant, Patient, Slide
from consult.requests.actions.accept import accept
from consult.requests.actions.add_slides import add_slides
from consult.requests.actions.ask import ask
from consult.requests.actions.confirm_identity import confirm_identity
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.reply import reply
from consult.requests.actions.send import send
from consult.requests.blind import may_read
from consult.requests.compose import consultation
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.errors import Invalid
from tests.cast import World, client_for, local_day, sign_opinion
from tests.emergency.helping import join

pytestmark = pytest.mark.ci

STATE, NAME = "draft", "Wintertaling"


@pytest.fixture(autouse=True)
def named(world: World) -> None:
    """The patient of the draft's case under a name of their own."""
    Patient.objects.filter(pk=world.case(STATE).patient_id).update(family_name=NAME)


@pytest.fixture
def hidden(world: World) -> ConsultRequest:
    """A request under a pseudonym that the expert has accepted."""
    request, seen = world.request(STATE), world.seen(STATE)
    given = {"actor": world.asker, "request_id": request.pk, "seen": seen}
    request = edit(**given, version=request.version, draft=Draft(is_pseudonymised=True))  # type: ignore[arg-type]  # its own arguments
    request = send(**given, version=request.version)  # type: ignore[arg-type]  # its own arguments
    return accept(
        actor=world.expert, request_id=request.pk, version=request.version, seen=seen, accession_number="EXP-501"
    )


def read(world: World, request: ConsultRequest, slide: Slide) -> str:
    """Everything that the expert reads of the material."""
    client = client_for(world.expert)
    addresses = (
        reverse("cases:detail", args=[request.case_id]),
        reverse("api-case", args=[request.case_id]),
        reverse("requests:detail", args=[request.pk]),
        reverse("api-slide", args=[slide.pk]),
    )
    answers = [client.get(address) for address in addresses]
    assert [each.status_code for each in answers] == [200] * 4
    return " ".join(each.content.decode() for each in answers)


def test_a_note_written_after_sending_does_not_name_the_patient(world: World, hidden: ConsultRequest) -> None:
    slide = world.slides(STATE)[0]
    note = SlideCorrection(slide.pk, slide.label, slide.stain, slide.level, f"Deeper levels, Mrs {NAME}")
    part = PartCorrection(slide.specimen_id, slide.specimen.label, slide.specimen.type, f"arm of {NAME}")
    wanted = MaterialCorrections(slides=[note], parts=[part])
    correct_material(
        actor=world.asker, case_id=hidden.case_id, seen=world.seen(STATE), corrections=wanted, reason="Cut again"
    )
    page = read(world, hidden, slide)
    assert "Deeper levels" in page
    assert NAME not in page


def test_a_label_written_after_sending_names_the_patient_in_no_opinion(world: World, hidden: ConsultRequest) -> None:
    slide = world.slides(STATE)[0]
    wanted = MaterialCorrections(slides=[SlideCorrection(slide.pk, f"A1 {NAME}", slide.stain, level="N-draft")])
    correct_material(
        actor=world.asker, case_id=hidden.case_id, seen=world.seen(STATE), corrections=wanted, reason="As on the glass"
    )
    assert NAME not in read(world, hidden, slide)
    page = client_for(world.expert).get(reverse("requests:read", args=[hidden.pk])).content.decode()
    assert "A1 […]" in page and NAME not in page
    assert hidden.report is not None
    (read_in_it,) = consultation(hidden.report).slides
    assert (read_in_it.label, read_in_it.level) == ("A1 […]", "[…]")


def test_slides_that_are_added_later_are_looked_through_too(world: World, hidden: ConsultRequest) -> None:
    more = add_material_slide(world, hidden, f"A2 {NAME}")
    given = {"actor": world.asker, "request_id": hidden.pk, "version": hidden.version, "seen": world.seen(STATE)}
    with pytest.raises(Invalid) as refusal:
        add_slides(**given, slides=[more.pk])  # type: ignore[arg-type]  # its own arguments
    assert NAME in refusal.value.fields["slides"]
    page = client_for(world.asker).get(reverse("requests:act", args=[hidden.pk, "add_slides"])).content.decode()
    assert "texts_checked" in page, "whoever has looked can say so"
    after = add_slides(**given, slides=[more.pk], texts_checked=True)  # type: ignore[arg-type]  # its own arguments
    assert after.slides.filter(slide=more.pk).exists()


def add_material_slide(world: World, request: ConsultRequest, label: str) -> Slide:
    """A slide of the case that the request does not name."""
    sibling = world.slides(STATE)[0]
    return Slide.objects.create(
        case_id=request.case_id, specimen_id=sibling.specimen_id, label=label, stain=sibling.stain
    )


def asked_by_name(world: World, expert: Actor | None = None) -> ConsultRequest:
    """A second request about the case under the patient's name, of the expert's colleague or of this expert."""
    request = create(actor=world.asker, case_id=world.case(STATE).pk, seen=world.seen(STATE))
    slide = world.slides(STATE)[0].pk
    draft = Draft(question="And this?", expert=(expert or world.expert_colleague).membership, slides=[slide])
    given = {"actor": world.asker, "request_id": request.pk, "seen": world.seen(STATE)}
    request = edit(**given, version=request.version, draft=draft)  # type: ignore[arg-type]  # its own arguments
    return send(**given, version=request.version)  # type: ignore[arg-type]  # its own arguments


def stand_in(world: World, away: Actor | None = None) -> None:
    """The expert (or whoever is named) is away from today on, and the colleague stands in."""
    away = away or world.expert
    fields = WorkFields(deputy=world.expert_colleague.membership)
    plan_work(actor=away, membership_id=away.acting(), fields=fields)
    today = local_day()
    enter_absence(
        actor=away,
        membership_id=away.acting(),
        first_day=today,
        last_day=today + timedelta(days=3),
    )


def test_whoever_stands_in_under_the_pseudonym_is_not_sent_the_name(world: World, hidden: ConsultRequest) -> None:
    stand_in(world)
    assert visible_cases(world.expert_colleague).filter(pk=hidden.case_id).exists()
    with pytest.raises(Invalid):
        asked_by_name(world)
    assert not visible_cases(world.expert_colleague, VIEW_IDENTITY).filter(pk=hidden.case_id).exists()


def test_whoever_knows_the_name_does_not_stand_in_under_the_pseudonym(world: World, hidden: ConsultRequest) -> None:
    asked_by_name(world)
    stand_in(world)
    standing = CaseGrant.objects.filter(user=world.expert_colleague.person, share__source_kind="deputy")
    assert not standing.filter(content_object=hidden.case_id, revoked_at__isnull=True).exists()


def test_whoever_would_stand_in_for_two_stands_in_for_the_one_asked_first(world: World, hidden: ConsultRequest) -> None:
    third = join(world, "Third", "pathologist", world.expert)
    named = asked_by_name(world, third)
    stand_in(world)
    stand_in(world, third)
    standing = anybodys_standing().filter(user=world.expert_colleague.person, share__source_kind="deputy")
    standing = standing.filter(content_object=hidden.case_id)
    assert set(standing.values_list("share__source_id", flat=True)) == {hidden.pk}, "and not " + named.number
    assert not visible_cases(world.expert_colleague, VIEW_IDENTITY).filter(pk=hidden.case_id).exists()


def test_who_knows_the_name_under_another_membership_does_not_read_it_under_the_pseudonym(
    world: World, hidden: ConsultRequest
) -> None:
    person = world.user("expert_colleague")
    assert may_read(Membership.objects.get(pk=world.expert_colleague.acting()), hidden)
    Membership.objects.create(user=person, organisation_id=world.asker.lab(), role="pathologist")
    assert not may_read(Membership.objects.get(pk=world.expert_colleague.acting()), hidden)


def written_about(world: World, request: ConsultRequest) -> Slide:
    """A slide of the request, whose case was written about under the name and number that it has now."""
    Case.objects.filter(pk=request.case_id).update(history=f"Mrs {NAME} under N-draft has moles.")
    return world.slides(STATE)[0]


def corrected_name(world: World, request: ConsultRequest) -> None:
    patient = request.case.patient
    numbers = [IdentifierFields("LOCAL", "77-123456")]
    fields = PatientFields("Tureluur", "Anna", sex="F", birth=(1956, 11, 5), identifiers=numbers)
    correct_patient(
        actor=world.staff, patient_id=patient.pk, version=patient.version, fields=fields, reason="As on the card"
    )


def another_patient(world: World, request: ConsultRequest) -> None:
    other = world.case("sent").patient_id
    link_patient(
        actor=world.asker, case_id=request.case_id, seen=world.seen(STATE), patient_id=other, reason="Mixed up"
    )


def another_number(world: World, request: ConsultRequest) -> None:
    correct_accession_number(
        actor=world.asker,
        case_id=request.case_id,
        seen=world.seen(STATE),
        accession_number="N-other",
        reason="Typed wrong",
    )


@pytest.mark.parametrize("correction", [corrected_name, another_patient, another_number])
def test_a_corrected_identity_does_not_bare_what_was_written_before(
    world: World, hidden: ConsultRequest, correction: Callable[[World, ConsultRequest], None]
) -> None:
    slide = written_about(world, hidden)
    correction(world, hidden)
    page = read(world, hidden, slide)
    assert "has moles" in page and NAME not in page and "N-draft" not in page
    own = client_for(world.asker).get(reverse("cases:detail", args=[hidden.case_id])).content.decode()
    assert f"Mrs {NAME} under N-draft has moles." in own


def test_names_of_two_corrections_are_kept(world: World, hidden: ConsultRequest) -> None:
    slide = written_about(world, hidden)
    corrected_name(world, hidden)
    case = Case.objects.get(pk=hidden.case_id)
    seen = Seen(case.identity_version, case.patient.version)
    link_patient(
        actor=world.asker, case_id=case.pk, seen=seen, patient_id=world.case("sent").patient_id, reason="Mixed up"
    )
    assert NAME not in read(world, hidden, slide)


RIGHT = "Tureluur"  # what the patient is really called, and nobody in the register when the request is sent


@pytest.fixture
def misnamed(world: World) -> ConsultRequest:
    """A request under a pseudonym whose words hold a name that the register does not know yet, and its answer too."""
    request, seen = world.request(STATE), world.seen(STATE)
    draft = Draft(
        question=f"Mrs {RIGHT}: naevus?",
        working_diagnosis=f"{RIGHT}'s naevus",
        priority="urgent",
        urgency_reason=f"{RIGHT} travels",
        is_pseudonymised=True,
    )
    given = {"request_id": request.pk, "seen": seen}
    request = edit(actor=world.asker, version=request.version, draft=draft, **given)  # type: ignore[arg-type]  # its own arguments
    request = send(actor=world.asker, version=request.version, **given)  # type: ignore[arg-type]  # its own arguments
    number = {"accession_number": "EXP-501"}
    request = accept(actor=world.expert, version=request.version, **given, **number)  # type: ignore[arg-type]  # its own arguments
    request = ask(actor=world.expert, version=request.version, text="Since when?", **given)  # type: ignore[arg-type]  # its own arguments
    return reply(actor=world.asker, version=request.version, text=f"{RIGHT} says two years.", **given)  # type: ignore[arg-type]  # its own arguments


def right_patient(world: World, request: ConsultRequest) -> None:
    """The case hung on somebody else's record; it is put right, and the asking laboratory confirms it."""
    registered = {"sex": "F", "birth_year": 1956, "created_at": clock.now()}
    right = Patient.objects.create(organisation_id=world.asker.lab(), family_name=RIGHT, **registered)
    given = {"actor": world.asker, "case_id": request.case_id, "seen": world.seen(STATE)}
    link_patient(**given, patient_id=right.pk, reason="Mixed up")  # type: ignore[arg-type]  # its own arguments
    case = Case.objects.select_related("patient").get(pk=request.case_id)
    seen, version = Seen(case.identity_version, case.patient.version), ConsultRequest.objects.get(pk=request.pk).version
    confirm_identity(actor=world.asker, request_id=request.pk, version=version, seen=seen)


def words_of(world: World, who: Actor, request: ConsultRequest) -> dict[str, str]:
    """What each page and answer of the API tells of the request, by its address."""
    client, key = client_for(who), request.pk
    addresses = [
        reverse(name, args=[key]) for name in ("requests:detail", "requests:read", "desk:preview", "api-request")
    ]
    addresses += [reverse("cases:detail", args=[request.case_id]), reverse("desk:home"), reverse("api-requests")]
    answers = {address: client.get(address) for address in addresses}
    return {address: each.content.decode() for address, each in answers.items() if each.status_code == 200}


@pytest.mark.parametrize("correction", [corrected_name, right_patient])
def test_words_that_name_the_patient_once_the_register_is_right_are_hidden_from_the_expert(
    world: World, misnamed: ConsultRequest, correction: Callable[[World, ConsultRequest], None]
) -> None:
    assert RIGHT in words_of(world, world.expert, misnamed)[reverse("requests:detail", args=[misnamed.pk])]
    correction(world, misnamed)
    read_by_expert = words_of(world, world.expert, misnamed)
    assert len(read_by_expert) == 7
    assert {address for address, text in read_by_expert.items() if RIGHT in text} == set()
    page = read_by_expert[reverse("requests:detail", args=[misnamed.pk])]
    assert "Mrs […]: naevus?" in page and "[…] says two years." in page and "[…] travels" in page
    assert misnamed.report is not None
    opinion = consultation(misnamed.report)
    assert (opinion.question, opinion.working_diagnosis) == ("Mrs […]: naevus?", "[…]'s naevus")
    assert [each.text for each in opinion.conversation][-1] == "[…] says two years."
    own = words_of(world, world.asker, misnamed)[reverse("requests:detail", args=[misnamed.pk])]
    assert f"Mrs {RIGHT}: naevus?" in own and f"{RIGHT} says two years." in own
    assert ConsultRequest.objects.get(pk=misnamed.pk).question == f"Mrs {RIGHT}: naevus?", "as it was sent"


def test_the_record_of_the_answering_laboratory_hides_them_too(world: World, misnamed: ConsultRequest) -> None:
    request = sign_opinion(world, misnamed, world.seen(STATE))
    corrected_name(world, request)
    address = reverse("requests:detail", args=[request.pk])
    page = client_for(world.expert_colleague).get(address).content.decode()
    assert "Mrs […]: naevus?" in page and "[…] says two years." in page and RIGHT not in page
