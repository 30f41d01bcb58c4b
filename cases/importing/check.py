"""Checks a whole table before anything is written: every problem by row and column, and what would be registered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cases import codes
from cases.actions.accession import given_already
from cases.actions.fields import CaseFields, IdentifierFields, MaterialFields, PatientFields
from cases.actions.import_cases import ImportedCase
from cases.banner import birth_words, number_words
from cases.importing import dates
from cases.importing.table import Line, Table
from cases.material import build
from cases.notation import parse
from cases.numbers import OWN_SYSTEM, accession_key, pair_key
from cases.patients import PatientView, holders, views_of
from cases.policy import own_organisation
from core import clock, terms
from core.actor import Actor

YES = {"yes", "y", "true", "1", "x", "ja", "j", "oui", "o", "vrai"}
NO = {"", "no", "n", "false", "0", "nee", "non", "faux", "nej"}
LANGUAGES = ("en", "nl", "fr", "sv")
# field of the action -> column of the file
COLUMN_OF = {
    "given_name": "given_names",
    "used_name": "name_used",
    "birth_family_name": "family_name_at_birth",
    "birth": "birth_date",
    "identifiers": "patient_number",
    "history": "clinical_details",
    "received_at": "received",
    "type": "specimen_type",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: the row as a spreadsheet counts, and the column's name."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class Plan:
    """What the file would register, and everything that is wrong with it; nothing is written while anything is."""

    cases: list[ImportedCase] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Row:
    """One line while it is read: gives a cell, collects what is wrong."""

    def __init__(self, line: Line, problems: list[Problem]) -> None:
        self.line = line
        self.problems = problems

    def __getitem__(self, column: str) -> str:
        return self.line.cells.get(column, "")

    def wrong(self, column: str, message: str) -> None:
        self.problems.append(Problem(self.line.number, column, message))

    def wrong_fields(self, fields: Mapping[str, str]) -> None:
        """Problems by field of an action; a column that was found wrong already is not blamed twice."""
        blamed = {each.column for each in self.problems if each.line == self.line.number}
        for name, message in fields.items():
            column = COLUMN_OF.get(name, name)
            if column not in blamed:
                self.wrong(column, message)

    def code(self, column: str, list_name: str, default: str = "") -> str:
        """The code that the cell means; '' (and a problem) for one that nobody knows."""
        text = self[column]
        if not text:
            return default
        found = codes.resolve(list_name, text)
        if found is None:
            self.wrong(column, codes.question(list_name, text))
        return found or ""


def check(actor: Actor, table: Table, language: str) -> Plan:
    """Read every row as somebody with this language writes. A handful of queries, whatever the number of rows."""
    organisation = own_organisation(actor)
    at, zone = clock.now(), ZoneInfo(organisation.time_zone)
    plan = Plan()
    doubtful = {
        column: dates.month_first(line.cells.get(column, "") for line in table.lines)
        for column in ("birth_date", "received")
    }
    for line in table.lines:
        row = _Row(line, plan.problems)
        case = _case(row, language, zone, doubtful["received"])
        patient = _patient(row, doubtful["birth_date"])
        material = _material(row)
        row.wrong_fields(patient.problems(at.date()))
        row.wrong_fields(case.problems(at))
        plan.cases.append(ImportedCase(line.number, case, patient, None, material))
    _accession_numbers(actor, plan)
    _patients(actor, plan)
    plan.problems.sort(key=lambda problem: problem.line)
    return plan


def _case(row: _Row, language: str, zone: ZoneInfo, suspicious: bool) -> CaseFields:
    received: datetime | None = None
    if row["received"]:
        try:
            received = dates.read_moment(row["received"], zone, suspicious=suspicious)
        except dates.Unclear as error:
            row.wrong("received", str(error))
    text_language = (row["language"] or language)[:2].lower()
    if text_language not in LANGUAGES:
        row.wrong("language", _("Write en, nl, fr or sv."))
    return CaseFields(
        accession_number=row["accession_number"],
        organ_system=row.code("organ_system", "organ_systems"),
        priority=row.code("priority", "priorities", "routine"),
        history=row["clinical_details"],
        language=text_language,
        received_at=received,
    )


def _patient(row: _Row, suspicious: bool) -> PatientFields:
    birth = None
    if row["birth_date"]:
        try:
            birth = dates.read_partial(row["birth_date"], suspicious=suspicious)
        except dates.Unclear as error:
            row.wrong("birth_date", str(error))
    verified = row["number_verified"].casefold()
    if verified not in YES | NO:
        row.wrong("number_verified", _("Write yes or no."))
    number = IdentifierFields(
        row["number_system"] or OWN_SYSTEM, row["patient_number"], row["number_issuer"], verified in YES
    )
    return PatientFields(
        family_name=row["family_name"],
        given_name=row["given_names"],
        used_name=row["name_used"],
        birth_family_name=row["family_name_at_birth"],
        sex=row.code("sex", "sexes", "U"),
        birth=birth,
        identifiers=(number,),
    )


def _material(row: _Row) -> MaterialFields:
    lines, unread = parse(row["material"])
    for each in unread:
        row.wrong("material", each.message)
    kind = row.code("specimen_type", "specimen_types")
    material = build([replace(line, type=kind, site=row["site"]) for line in lines])
    found = {COLUMN_OF.get(column, column): message for _number, column, message in material.problems}
    row.wrong_fields({name if name in {"specimen_type", "site"} else "material": text for name, text in found.items()})
    return material.fields


def _accession_numbers(actor: Actor, plan: Plan) -> None:
    """Each number once in the file and not yet in the laboratory."""
    numbers = [each.case.accession_number for each in plan.cases]
    rows: dict[str, list[int]] = {}
    for each in plan.cases:
        rows.setdefault(accession_key(each.case.accession_number), []).append(each.line)
    for each, given in zip(plan.cases, given_already(actor, numbers), strict=True):
        same = rows[accession_key(each.case.accession_number)]
        if len(same) > 1 and accession_key(each.case.accession_number):
            message = _("This accession number is in the file more than once, in the rows %(rows)s.")
            plan.problems.append(Problem(each.line, "accession_number", message % {"rows": ", ".join(map(str, same))}))
        if given:
            plan.problems.append(Problem(each.line, "accession_number", given))


def _patients(actor: Actor, plan: Plan) -> None:
    """Join the rows of one patient number with each other and with the register; say where they contradict."""
    held = holders(actor.organisation, [_key(each) for each in plan.cases])
    known = views_of(actor, {patient for patients in held.values() for patient in patients})
    first: dict[tuple[str, str], ImportedCase] = {}
    for index, each in enumerate(plan.cases):
        key = _key(each)
        ids = held.get(key, set())
        if len(ids) > 1:
            message = _("More than one patient of your register has this number. Put that right first.")
            plan.problems.append(Problem(each.line, "patient_number", message))
        elif ids:
            view = known[next(iter(ids))]
            plan.cases[index] = replace(each, patient_id=view.id)
            for column, message in _against_register(each.patient, view):
                plan.problems.append(Problem(each.line, column, message))
        elif key[1]:
            before = first.setdefault(key, each)
            for column, message in _against_row(each.patient, before):
                plan.problems.append(Problem(each.line, column, message))


def _key(case: ImportedCase) -> tuple[str, str]:
    number = case.patient.identifiers[0]
    return pair_key(number.system, number.value)


def _against_register(row: PatientFields, view: PatientView) -> list[tuple[str, str]]:
    """Where the row says something else than the register."""
    have = PatientFields(view.name_family, view.name_given, sex=view.sex, birth=_birth(view.birth))
    message = _("Number %(number)s belongs to %(have)s in your register, but this row says %(says)s.")
    number = number_words(row.identifiers[0].system, row.identifiers[0].value)
    return [
        (column, message % {"number": number, "have": old, "says": new}) for column, old, new in _differences(have, row)
    ]


def _against_row(row: PatientFields, before: ImportedCase) -> list[tuple[str, str]]:
    """Where the row says something else than the first row with the same number."""
    message = _("Row %(row)s has the same patient number with %(have)s, but this row says %(says)s.")
    return [
        (column, message % {"row": before.line, "have": old, "says": new})
        for column, old, new in _differences(before.patient, row)
    ]


def _birth(birth: tuple[int | None, int | None, int | None]) -> tuple[int, int | None, int | None] | None:
    year, month, day = birth
    return (year, month, day) if year else None


def _differences(have: PatientFields, says: PatientFields) -> list[tuple[str, str, str]]:
    """(column, what stands, what the row says) where both are given and cannot mean the same person."""
    pairs: Sequence[tuple[str, str, str]] = (
        ("family_name", have.family_name, says.family_name),
        ("given_names", have.given_name, says.given_name),
    )
    found = [pair for pair in pairs if pair[1] and pair[2] and _folded(pair[1]) != _folded(pair[2])]
    if have.birth and says.birth and any(a and b and a != b for a, b in zip(have.birth, says.birth, strict=True)):
        found.append(("birth_date", birth_words(have.birth), birth_words(says.birth)))
    if "U" not in (have.sex, says.sex) and have.sex and says.sex and have.sex != says.sex:
        found.append(("sex", terms.label("sexes", have.sex), terms.label("sexes", says.sex)))
    return found


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def counted(plan: Plan) -> dict[str, int]:
    """How many cases, new patients and slides the plan holds."""
    new: set[tuple[str, str]] = {_key(each) for each in plan.cases if each.patient_id is None}
    slides = sum(len(each.material.slides) for each in plan.cases)
    return {"cases": len(plan.cases), "patients": len(new), "slides": slides}
