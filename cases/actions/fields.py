"""What a person may type about a patient, a case and its material, with the checks that hold at every door."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from cases.numbers import number_key, pair_key
from core import terms


@dataclass(frozen=True, slots=True)
class IdentifierFields:
    """One patient number."""

    system: str
    value: str
    issuer: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class PatientFields:
    """A patient's identity. `birth` is (year, month or None, day or None), or None where unknown."""

    family_name: str
    given_name: str = ""
    used_name: str = ""
    birth_family_name: str = ""
    sex: str = "U"
    birth: tuple[int, int | None, int | None] | None = None
    identifiers: Sequence[IdentifierFields] = field(default_factory=tuple)

    def problems(self, today: date) -> dict[str, str]:
        """What is wrong, by field."""
        found = {}
        if not self.family_name.strip():
            found["family_name"] = _("Enter the family name.")
        for name in ("family_name", "given_name", "used_name", "birth_family_name"):
            if len(getattr(self, name)) > 100:
                found[name] = _("This is too long: at most 100 characters.")
        if self.sex not in terms.codes("sexes"):
            found["sex"] = _("Choose one of the list.")
        if self.birth is not None and (problem := birth_problem(self.birth, today)):
            found["birth"] = problem
        if not self.identifiers:
            found["identifiers"] = _("Enter at least one patient number.")
        for each in self.identifiers:
            if not number_key(each.system) or not number_key(each.value):
                found["identifiers"] = _("Each patient number needs its system and its value.")
            elif len(each.system) > 60 or len(each.value) > 60 or len(each.issuer) > 120:
                found["identifiers"] = _("A patient number is too long: at most 60 characters.")
        pairs = [pair_key(each.system, each.value) for each in self.identifiers]
        if len(pairs) != len(set(pairs)):
            found["identifiers"] = _("The same patient number is entered twice.")
        return found


def birth_problem(birth: tuple[int, int | None, int | None], today: date) -> str:
    """Why this (year, month, day), month and day perhaps None, cannot be a birth date; '' when it can."""
    year, month, day = birth
    if day and not month:
        return _("A day of birth needs its month.")
    try:
        earliest = date(year, month or 1, day or 1)
    except ValueError:
        return _("This date does not exist.")
    if earliest > today:
        return _("The birth date lies in the future.")
    if year < today.year - 130:
        return _("The birth date is more than 130 years ago.")
    return ""


@dataclass(frozen=True, slots=True)
class CaseFields:
    """What a case says besides its patient and material."""

    accession_number: str
    organ_system: str
    priority: str = "routine"
    history: str = ""
    language: str = "en"
    received_at: datetime | None = None

    def problems(self, now: datetime) -> dict[str, str]:
        """What is wrong, by field."""
        found = {}
        if not number_key(self.accession_number):
            found["accession_number"] = _("Enter the accession number.")
        elif len(self.accession_number) > 40:
            found["accession_number"] = _("This is too long: at most 40 characters.")
        for name, terms_list in (("organ_system", "organ_systems"), ("priority", "priorities")):
            if getattr(self, name) not in terms.codes(terms_list):
                found[name] = _("Choose one of the list.")
        if self.language not in {"en", "nl", "fr", "sv"}:
            found["language"] = _("Choose one of the languages.")
        if len(self.history) > 20_000:
            found["history"] = _("This text is too long: at most 20,000 characters.")
        if self.received_at is not None and self.received_at > now:
            found["received_at"] = _("The date of receipt lies in the future.")
        return found


@dataclass(frozen=True, slots=True)
class SlideFields:
    """One slide: which part, which block ('' for none), its label, stain and level."""

    label: str
    stain: str
    part: str
    block: str = ""
    level: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartFields:
    """One specimen part."""

    label: str
    type: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class MaterialFields:
    """Parts and slides to add; blocks come from the slides that name them, and from `blocks` (part, label)."""

    parts: Sequence[PartFields] = ()
    slides: Sequence[SlideFields] = ()
    blocks: Sequence[tuple[str, str]] = ()

    def problems(self, known_parts: set[str]) -> dict[str, str]:
        """What is wrong, keyed by `parts.0.type`, `slides.3.stain` and the like. `known_parts` exist already."""
        found = {}
        parts_known = known_parts | {part.label for part in self.parts}
        for number, part in enumerate(self.parts):
            if not part.label.strip() or len(part.label) > 10:
                found[f"parts.{number}.label"] = _("A part needs a label of at most 10 characters.")
            if part.type not in terms.codes("specimen_types"):
                found[f"parts.{number}.type"] = _("Choose one of the specimen types.")
            if len(part.site) > 200:
                found[f"parts.{number}.site"] = _("This is too long: at most 200 characters.")
        labels: set[str] = set()
        for number, slide in enumerate(self.slides):
            if slide.part not in parts_known:
                found[f"slides.{number}.part"] = _("There is no part with this label.")
            if not slide.label.strip() or len(slide.label) > 30:
                found[f"slides.{number}.label"] = _("A slide needs a label of at most 30 characters.")
            if slide.label in labels:
                found[f"slides.{number}.label"] = _("This slide label occurs twice.")
            if slide.stain not in terms.codes("stains"):
                found[f"slides.{number}.stain"] = _("Choose one of the stains.")
            for name, longest in (("block", 10), ("level", 10), ("note", 200)):
                if len(getattr(slide, name)) > longest:
                    message = _("This is too long: at most %(count)s characters.")
                    found[f"slides.{number}.{name}"] = message % {"count": longest}
            labels.add(slide.label)
        for number, (owner, block) in enumerate(self.blocks):
            if owner not in parts_known:
                found[f"blocks.{number}.part"] = _("There is no part with this label.")
            if not 0 < len(block) <= 10:
                found[f"blocks.{number}.label"] = _("A block needs a label of at most 10 characters.")
        return found
