"""What the list says: plain words in the language chosen, staff by name or by role as each organisation has set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.models.organisation import StaffNames
from cases.access import branches
from cases.banner import birth_words
from cases.models import Patient
from cases.numbers import system_words
from cases.trail import looked_at
from cases.trail_words import Line
from core import clock
from core.actor import Actor
from core.web.dates import clinical_datetime

MOST = 5_000  # entries of one list


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything printed, as text. `lang` is a code of two letters; `rows` are when, who, what, because of what."""

    lang: str
    title: str
    organisation: str
    address: tuple[str, ...]
    patient: tuple[tuple[str, str], ...]
    at: datetime
    made: str
    introduction: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    none: str
    cut: str


def letter(actor: Actor, patient: Patient, cases: dict[UUID, str], language: str, *, is_for_patient: bool) -> Letter:
    """The list of every case given and of the patient's record, newest first; in words to the patient, or about them.

    A privacy officer's names the accession numbers and not the patient: that is for the roles that see the cases.
    """
    lab = Organisation.objects.get(pk=actor.lab())
    at = clock.now()
    by_role = set(Organisation.objects.filter(staff_names=StaffNames.ROLES).values_list("pk", flat=True))
    with translation.override(language), timezone.override(ZoneInfo(lab.time_zone)):
        found = looked_at(actor, cases, numbers=cases, patient=patient.pk, size=MOST)
        return Letter(
            lang=language[:2],
            title=_("Who looked at your data") if is_for_patient else _("Who looked at this patient's data"),
            organisation=lab.name,
            address=tuple(line for line in lab.address.splitlines() if line.strip()),
            patient=tuple(_patient(actor, patient, cases)),
            at=at,
            made=_("Made %(when)s") % {"when": _moment(at)},
            introduction=tuple(_introduction(is_for_patient)),
            columns=(_("When"), _("Who"), _("What"), _("Because of what")),
            rows=tuple(_row(line, by_role) for line in found.lines),
            none=_("Nobody has looked so far."),
            cut=_("Older entries are not on this list: ask for them.") if found.after else "",
        )


def _introduction(is_for_patient: bool) -> Iterator[str]:
    if is_for_patient:
        yield _("This list says who opened or changed data about you in this system, when, and why they could.")
    else:
        yield _(
            "Made for our own supervision: who opened or changed data about this patient, when, and why they could."
        )
    yield _("It is about the cases that whoever made it may see; they are named above.")
    yield _("It also names attempts that the system refused. What the data say is not part of it.")
    if is_for_patient:
        yield _("If something in it is not right in your eyes, ask the laboratory above for its privacy officer.")


def _patient(actor: Actor, patient: Patient, cases: dict[UUID, str]) -> Iterator[tuple[str, str]]:
    if branches.sees_home(actor):
        yield _("Patient"), ", ".join(part for part in (patient.family_name.upper(), patient.given_name) if part)
        if born := birth_words((patient.birth_year, patient.birth_month, patient.birth_day)):
            yield _("Born"), born
        for each in patient.identifiers.all():
            counted_by = system_words(each.system) or patient.organisation.name
            yield _("Patient number (%(system)s)") % {"system": counted_by}, each.value
    yield _("Cases"), ", ".join(cases.values()) or _("None that whoever made this list may see")


def _row(line: Line, by_role: set[UUID]) -> tuple[str, str, str, str]:
    """A person by name and role, or by role alone, and so the absent colleague; the system as it is called."""
    # Without its key (a refused emergency) nobody knows what the organisation has set, so its staff stand by role.
    is_by_role = line.lab in by_role or (line.lab is None and line.role != "")
    named = (line.role or _("Staff"),) if is_by_role else (line.who, line.role)
    place = _("for a colleague who was away") if is_by_role else _("for %(name)s") % {"name": line.for_whom}
    who = ", ".join(part for part in (*named, line.organisation, place if line.for_whom else "") if part)
    what = _("%(case)s: %(what)s") % {"case": line.case, "what": line.what} if line.case else line.what
    return _moment(line.at), who, what, line.because


def _moment(at: datetime) -> str:
    return clinical_datetime(at, zone=True)
