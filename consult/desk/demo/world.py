"""Reads the world's files: laboratories, people, stories and the texts beside them. Nothing here touches a database."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

FOLDER = Path(__file__).parent / "world"
WRITTEN_FOR = "26"  # the year in the files' accession numbers


@dataclass(frozen=True, slots=True)
class Laboratory:
    """One laboratory; `consult` is the form of the numbers it gives to consultations for others."""

    id: str
    name: str
    short: str
    country: str
    time_zone: str
    language: str
    languages: list[str]
    address: str
    accreditation: str
    consult: str
    register: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `lab` and `also_at` are ids of laboratories; `also_as` is a second role in their own laboratory."""

    id: str
    given: str
    family: str
    lab: str
    role: str
    languages: tuple[str, ...]
    note: str
    title: str = ""
    organ_systems: tuple[str, ...] = ()
    registration: str = ""
    weekly_capacity: int | None = None
    also_at: str = ""
    also_as: str = ""
    platform_admin: bool = False

    @property
    def email(self) -> str:
        """An address of the domain that is reserved for examples, so that no mail can ever reach anybody."""
        return f"{self.id}@{self.lab}.example"

    def roles_at(self, lab: str) -> list[str]:
        """The roles in this laboratory; the first is the one they act in until they switch."""
        if lab == self.lab:
            return [self.role, self.also_as] if self.also_as else [self.role]
        return [self.role] if lab == self.also_at else []


@dataclass(frozen=True, slots=True)
class Story:
    """One case as its file tells it, with the texts beside it. `raw` keeps what no room shows yet."""

    id: str
    lab: Laboratory
    kind: str
    state: str
    language: str
    priority: str
    organ_system: str
    requester: str
    expert: str
    raw: dict[str, Any] = field(repr=False)

    @property
    def number(self) -> int:
        """14 of demo-014."""
        return int(self.id.rpartition("-")[2])

    @property
    def is_consultation(self) -> bool:
        """Whether it runs as a request; the other kinds are plain cases."""
        return self.kind == "consultation"

    def sent(self, today: date) -> datetime:
        """The moment of sending, `today` being the day on which the demo is made."""
        day = today - timedelta(days=self.raw["sent"]["days_ago"])
        return datetime.combine(day, time.fromisoformat(self.raw["sent"]["at"]), ZoneInfo(self.lab.time_zone))

    def minutes(self, *segments: str) -> timedelta:
        """How long these segments of the request's life took together."""
        return timedelta(minutes=sum(self.raw["clock_minutes"].get(segment, 0) for segment in segments))

    def accession_number(self, received: datetime) -> str:
        """The laboratory's number, with the year in which the case was received."""
        return str(self.raw["accession"]).replace(WRITTEN_FOR, f"{received:%y}", 1)

    def text(self, name: str) -> str:
        """What texts.yaml says about this story under `name`, or ''."""
        return str(texts()[name].get(self.id, ""))


def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both loaders are the safe ones


@cache
def texts() -> dict[str, dict[str, Any]]:
    """texts.yaml: by name, then by story (own_report: by kind, then by language)."""
    found: dict[str, dict[str, Any]] = _read(FOLDER / "texts.yaml")
    return found


@cache
def laboratories() -> dict[str, Laboratory]:
    """The laboratories by id."""
    return {raw["id"]: Laboratory(**raw) for raw in _read(FOLDER / "laboratories.yaml")}


@cache
def people() -> dict[str, Person]:
    """The people by id, in the order of their laboratories."""
    found = {}
    for raw in _read(FOLDER / "people.yaml"):
        lists = {name: tuple(raw[name]) for name in ("languages", "organ_systems")}
        found[raw["id"]] = Person(**{**raw, **lists})
    return found


@cache
def stories() -> dict[str, Story]:
    """The stories by id, in order of id."""
    raws = [raw for path in sorted((FOLDER / "cases").glob("*.yaml")) for raw in _read(path)]
    return {raw["id"]: _story(raw) for raw in sorted(raws, key=lambda raw: str(raw["id"]))}


def _story(raw: dict[str, Any]) -> Story:
    expert = texts()["expert_picked"].get(raw["id"], raw["expert"])
    return Story(
        id=raw["id"],
        lab=laboratories()[raw["lab"]],
        kind=raw["kind"],
        state=raw["state"],
        language=raw["language"],
        priority=raw["priority"],
        organ_system=raw["organ_system"],
        requester=raw["requester"],
        expert=expert,
        raw=raw,
    )
