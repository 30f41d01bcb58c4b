"""The case page: what each reader may know, who can see it and why, and what may be done."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases.access.queries import visible_slides
from cases.actions.close import close
from cases.models import Case, PatientIdentifier, Share, ShareSlide, Slide
from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent
from slides.models import SlideImage
from tests.cast import CANARY, Answer, World
from tests.emergency.helping import call
from tests.finding import found

SignIn = Callable[[Actor], Client]


def page(client: Client, world: World, state: str = "sent") -> Answer:
    return client.get(reverse("cases:detail", args=[world.case(state).pk]))


def slides_shown(answer: Answer) -> list[str]:
    return [slide.label for part in answer.context["parts"] for block in part.blocks for slide in block.slides]


def test_the_own_laboratory_sees_everything(world: World, sign_in: SignIn) -> None:
    answer = page(sign_in(world.staff), world)
    text = answer.content.decode()
    assert slides_shown(answer) == ["A1-HE", "A2-HE"]
    assert CANARY.upper() in text and "north-sent-1" in text and "05 Nov 1956" in text
    assert [section["title"] for section in answer.context["sections"]] == ["Consultations", "Reports", "Legal basis"]


def test_who_reads_it_in_an_emergency_reads_no_legal_basis_at_home_either(world: World, sign_in: SignIn) -> None:
    call(world, world.clinician)
    shown = page(sign_in(world.clinician), world)
    assert shown.status_code == 200
    assert "Legal basis" not in [section["title"] for section in shown.context["sections"]]


def test_a_patients_numbers_are_named_as_people_say_them(world: World, sign_in: SignIn) -> None:
    patient = world.case("sent").patient
    PatientIdentifier.objects.create(patient=patient, system="GB:NHS", value="999 102 9249")
    text = page(sign_in(world.staff), world).content.decode()
    assert "<dt>NHS</dt><dd>999 102 9249" in text
    assert f"<dt>{patient.organisation.short_name}</dt><dd>north-sent-1" in text, "the laboratory's own number"


def test_the_expert_sees_the_slides_named_and_nothing_of_the_register(world: World, sign_in: SignIn) -> None:
    answer = page(sign_in(world.expert), world)
    assert slides_shown(answer) == ["A1-HE"]
    assert [block.label for part in answer.context["parts"] for block in part.blocks] == ["A1"]
    assert "readers" not in answer.context and "patient" not in answer.context
    assert not answer.context["buttons"]


@pytest.mark.parametrize("who", ["staff", "expert"])
def test_an_urgent_case_looks_urgent_on_its_own_page(world: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(world.people[who])

    def above() -> str:
        """What the banner says, where the case has no request's number to stand beside."""
        shown = page(client, world).content.decode().partition('class="cs-patient')[2].partition("</section>")[0]
        return re.sub(r"<[^>]+>", " ", shown)

    assert "Urgent" not in above()
    Case.objects.filter(pk=world.case("sent").pk).update(priority="urgent")
    assert "Urgent" in above()


def test_opening_is_a_look(world: World, sign_in: SignIn) -> None:
    page(sign_in(world.expert), world)
    look = AuditEvent.objects.get(action="case.read", person=world.expert.person)
    assert (look.case, look.patient) == (world.case("sent").pk, world.case("sent").patient_id)


@pytest.mark.parametrize("who", ["stranger", "expert_colleague", "admin", "clinician"])
def test_others_find_nothing(world: World, sign_in: SignIn, who: str) -> None:
    assert page(sign_in(world.people[who]), world).status_code == 404


def test_the_window_title_names_the_case_and_never_the_patient(world: World, sign_in: SignIn) -> None:
    for who in (world.asker, world.expert):
        title = found(r"<title>(.*?)</title>", page(sign_in(who), world).content.decode(), re.S)[1]
        assert "N-sent" in title and CANARY.lower() not in title.lower()


def test_it_says_who_can_see_the_case_why_and_until_when(world: World, sign_in: SignIn) -> None:
    answer = page(sign_in(world.asker), world)
    (reader,) = answer.context["readers"]
    assert (reader.name, reader.organisation, reader.slides) == ("Dr North Expert", "Nanswering", 1)
    assert reader.why == "Asked for an opinion" and reader.knows_patient
    assert page(sign_in(world.asker), world, "withdrawn").context["readers"] == []


def test_nobody_is_listed_once_the_window_has_ended(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.asker)
    until = page(client, world).context["readers"][0].until
    with clock.travel(until - timedelta(seconds=1)):
        client = sign_in(world.asker)
        assert len(page(client, world).context["readers"]) == 1
    with clock.travel(until):
        assert page(client, world).context["readers"] == []


def test_buttons_are_those_of_the_table(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.staff)
    assert set(page(client, world).context["buttons"]) == {"edit", "add_material", "correct_material", "correct"}
    assert page(client, world).context["may_close"]
    case = world.case("sent")
    close(actor=world.staff, case_id=case.pk, seen=None)
    answer = page(client, world)
    assert answer.context["buttons"] == {} and answer.context["may_reopen"] and not answer.context["may_close"]


def test_what_happened_is_told_and_reasons_stay_at_home(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.staff)
    case, seen = world.case("sent"), world.seen("sent")
    client.post(
        reverse("cases:correct", args=[case.pk]),
        {
            "step": "number",
            "number-accession_number": "N-sent",
            "number-reason": "Typed from the wrong jar",
            "seen_case": seen.case,
            "seen_patient": seen.patient,
        },
    )
    assert "Typed from the wrong jar" in page(client, world).content.decode()
    shared = page(sign_in(world.expert), world)
    assert "Case identity corrected" in [event.title for event in shared.context["happened"].lines]
    assert "wrong jar" not in shared.content.decode()


@pytest.mark.parametrize(
    ("status", "facts", "words"),
    [
        ("waiting", {}, "Waiting to be prepared"),
        ("preparing", {"progress": 40, "step": "Checking the file"}, "Checking the file"),
        ("unreadable", {"problem": "truncated"}, "incomplete"),
        ("ready", {"content_version": "0123456789abcdef", "sha256": "0" * 64, "mpp": 0.5}, "0.500 µm per pixel"),
    ],
)
def test_each_slide_says_what_image_it_has(
    world: World, sign_in: SignIn, status: str, facts: dict[str, object], words: str
) -> None:
    slide = world.slides("sent")[0]
    SlideImage.objects.filter(slide__case=slide.case_id).delete()
    SlideImage.objects.create(slide=slide, path="x.svs", status=status, linked_at=clock.now(), **facts)
    text = page(sign_in(world.staff), world).content.decode()
    assert words in text
    assert ("hx-trigger" in text.split('id="material"')[1].split(">")[0]) is (status in {"waiting", "preparing"})
    assert (f"/tiles/{slide.pk}/0123456789abcdef/thumbnail.jpg" in text) is (status == "ready")
    card = sign_in(world.staff).get(reverse("cases:material", args=[slide.case_id]))
    assert words in card.content.decode()


def test_blocks_and_slides_stand_in_their_natural_order(world: World, sign_in: SignIn) -> None:
    case = world.case("draft")
    part = case.specimens.get()
    for number in (10, 9):
        Slide.objects.create(case=case, specimen=part, label=f"S{number}", stain="P63")
    Slide.objects.create(case=case, specimen=part, label="S11", stain="HE")
    assert slides_shown(page(sign_in(world.staff), world, "draft"))[-3:] == ["S11", "S9", "S10"]


def test_a_share_opens_slides_of_its_own_case_alone(world: World) -> None:
    share = Share.objects.get(source_kind="request", source_id=world.request("sent").pk)
    other = world.slides("draft")[0]
    ShareSlide.objects.create(share=share, slide=other)
    assert not visible_slides(world.expert).filter(pk=other.pk).exists()
