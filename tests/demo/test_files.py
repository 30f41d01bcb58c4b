"""The world's files: complete, consistent, and honest about what each picture shows."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.roles import SIGN, Role
from consult.desk.demo import opinion
from consult.desk.demo.consultation import ENDS_AT
from consult.desk.demo.personas import PERSONAS
from consult.desk.demo.pictures import NOTES, pictured
from consult.desk.demo.who import described, lines
from consult.desk.demo.world import Story, laboratories, people, stories
from core import terms

CONSULTATIONS = [story for story in stories().values() if story.is_consultation]
SIGNED = [story for story in CONSULTATIONS if ENDS_AT[story.state] in {"signed", "acknowledged", "closed"}]


def slides(story: Story) -> list[dict[str, str]]:
    return [slide for part in story.raw["specimens"] for block in part["blocks"] for slide in block["slides"]]


def test_there_are_five_laboratories_in_five_countries() -> None:
    assert sorted(lab.country for lab in laboratories().values()) == ["BE", "FR", "GB", "NL", "SE"]


def test_all_sixty_cases_are_there_and_those_written_for_the_pictures() -> None:
    clinical = [story for story in stories().values() if story.number <= 60]
    assert len(clinical) == 60
    assert sum(len(slides(story)) for story in clinical) == 375
    assert Counter(story.kind for story in clinical)["consultation"] == 43


def test_every_laboratory_has_cases_people_and_an_administrator() -> None:
    for lab in laboratories():
        assert any(story.lab.id == lab for story in stories().values()), lab
        roles = {person.role for person in people().values() if person.lab == lab}
        assert {"pathologist", "lab_admin"} <= roles, lab


def test_a_requester_works_where_the_case_lies_and_the_expert_can_sign() -> None:
    for story in CONSULTATIONS:
        assert people()[story.requester].lab == story.lab.id, story.id
        assert story.expert != story.requester, story.id
        assert people()[story.expert].role in SIGN, story.id
        assert people()[story.expert].registration, story.id


def test_every_person_has_a_role_that_exists_and_a_mail_address_that_reaches_nobody() -> None:
    for person in people().values():
        assert person.role in Role.values
        assert person.email.endswith(".example")
        assert set(person.organ_systems) <= set(terms.codes("organ_systems"))


def test_urgent_requests_say_why_in_at_most_two_hundred_characters() -> None:
    for story in CONSULTATIONS:
        if story.priority == "urgent":
            assert 0 < len(story.text("urgency")) <= 200, story.id


@pytest.mark.parametrize("story", SIGNED, ids=lambda story: str(story.id))
def test_a_signed_opinion_answers_the_question(story: Story) -> None:
    text = opinion.sections(story)
    assert text["answer"] and text["diagnosis"] and text["microscopy"]
    assert text["confidence"] in terms.codes("confidence_levels")
    assert story.state != "not_diagnosable" or text["limits"]


def test_pictures_are_given_to_slides_of_their_tissue_and_stain_only() -> None:
    fits: dict[str, Callable[[Story, dict[str, Any]], bool]] = {
        "skin": lambda story, slide: story.organ_system in {"skin", "derm_inflam"} and slide["stain"] == "HE",
        "large": lambda story, slide: story.organ_system in {"skin", "derm_inflam"} and slide["stain"] == "HE",
        "colon": lambda story, slide: story.organ_system == "gi_lower" and slide["stain"] == "OTHER_IHC",
    }
    for story in stories().values():
        for slide in slides(story):
            if "picture" in slide:
                assert fits[slide["picture"]](story, slide), (story.id, slide["id"])
                assert story.number > 60, "a story that was not written for its picture shows another one's tissue"
                assert NOTES[slide["picture"]]
    assert list(pictured(stories()["demo-061"])) == [("A1-HE-1", "skin")]


def test_patients_come_from_test_ranges_and_no_number_is_used_twice() -> None:
    numbers = [story.raw["patient"]["national_id"] for story in stories().values()]
    assert len({str(number["value"]) for number in numbers}) == len(numbers)
    for number in numbers:
        assert "test" in number["kind"] or "invalid" in number["kind"]


def test_accession_numbers_carry_the_year_of_the_case() -> None:
    story = stories()["demo-001"]
    assert story.accession_number(datetime(2031, 3, 4, tzinfo=UTC)) == "V31-001241"
    assert len({s.raw["accession"] for s in stories().values()}) == len(stories())


def test_personas_are_one_word_each_and_everybody_hears_of_them() -> None:
    text = "\n".join(lines())
    for persona in PERSONAS:
        assert persona.label.isalpha()
        assert f"{persona.label} " in text and described(persona) in text
    assert len({persona.label for persona in PERSONAS}) == len(PERSONAS)
    assert "http://asker.localhost" in text


def test_the_list_calls_everybody_what_they_are() -> None:
    said = {line.split()[0]: line.split(" - ")[0] for line in lines() if " - " in line}
    assert said["platform"].endswith("Aalders, Platform administrator, Veenmeer")
    assert said["head"].endswith("Achterberg, Pathologist / Laboratory administrator, Veenmeer")
