"""Registers the case of a story: patient, numbers, parts, blocks, slides, and the laboratory's own report."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from cases.access.lock import Seen
from cases.actions.fields import (
    CaseFields,
    IdentifierFields,
    MaterialFields,
    PartFields,
    PatientFields,
    SlideFields,
)
from cases.actions.register import NewCase, register
from cases.models import Case
from consult.desk.demo.pictures import NOTES
from consult.desk.demo.world import Story, texts
from consult.reports.actions.receive import receive
from consult.reports.models import ReportVersion
from core import clock
from core.actor import Actor

UNVERIFIED_EVERY = 6  # one patient in six has a national number that nobody has checked at its source


def new_case(story: Story, received: datetime) -> NewCase:
    """Everything that is entered when the case of this story comes in."""
    return NewCase(case=_case(story, received), patient=_patient(story), material=_material(story))


def enter(story: Story, actor: Actor) -> Case:
    """Register the case, received now."""
    return register(actor=actor, new=new_case(story, clock.now()))


def own_report(story: Story, actor: Actor, case: Case) -> ReportVersion | None:
    """Bring in the laboratory's own report, where the story has a first diagnosis."""
    told: dict[str, Any] = story.raw.get("own_report", {})
    if not story.raw["working_diagnosis"] or told.get("skip"):
        return None
    with translation.override(story.language):
        return receive(
            actor=actor,
            case_id=case.pk,
            seen=seen(case),
            diagnosis=story.raw["working_diagnosis"],
            microscopy=told.get("microscopy", ""),
            comment=texts()["own_report"][story.kind][story.language],
            author=actor.name,
        )


def seen(case: Case) -> Seen:
    """The versions that are on the screen of whoever looks at the case now."""
    return Seen(case=case.identity_version, patient=case.patient.version)


def _case(story: Story, received: datetime) -> CaseFields:
    return CaseFields(
        accession_number=story.accession_number(received),
        organ_system=story.organ_system,
        priority=story.priority,
        history=story.raw["history"],
        language=story.language,
        received_at=received,
    )


def _patient(story: Story) -> PatientFields:
    told = story.raw["patient"]
    year, month, day = (*map(int, str(told["birth_date"]).split("-")), None, None)[:3]
    national = told["national_id"]
    return PatientFields(
        family_name=told["family"],
        given_name=told["given"],
        used_name=told.get("used", ""),
        birth_family_name=told.get("birth_name", ""),
        sex=told["sex"],
        birth=(year or 0, month, day),
        identifiers=(
            IdentifierFields(national["system"], str(national["value"]), verified=story.number % UNVERIFIED_EVERY != 0),
            IdentifierFields("LOCAL", told["local_id"], issuer=story.lab.short, verified=True),
        ),
    )


def _material(story: Story) -> MaterialFields:
    parts = story.raw["specimens"]
    return MaterialFields(
        parts=[PartFields(part["id"], part["type"], part["site"]) for part in parts],
        slides=[
            SlideFields(
                label=slide["id"],
                stain=slide["stain"],
                part=part["id"],
                block=block["id"],
                level=str(slide.get("level", "")),
                note=NOTES.get(slide.get("picture", ""), ""),
            )
            for part in parts
            for block in part["blocks"]
            for slide in block["slides"]
        ],
    )


def stay(story: Story) -> timedelta:
    """How long before sending the material came in: a day, or less where minutes count."""
    return timedelta(hours=3) if story.priority in {"same_day", "frozen"} else timedelta(hours=26)
