"""A thing that was found, as one line: where it leads, what it is called, and what tells it from others."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from accounts.models import Membership
from cases.access.view import CaseView
from cases.banner import age_words, birth_words, first_number
from cases.patients import PatientView
from consult.reports.finding import FoundReport
from consult.requests.rows import Row
from core import terms
from core.web.dates import clinical_date

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 140  # signs of a text in a line


@dataclass(frozen=True, slots=True)
class Hit:
    """One line. `key` is the id of what it leads to, None for a page; `details` are in the order of their weight.

    `patient` is whom it shows, for the count of patients shown: the case stands for a patient whose key the reader does
    not get. None where it shows nobody.
    """

    key: UUID | None
    url: str
    title: str
    details: tuple[str, ...] = ()
    is_pseudonymised: bool = False
    patient: UUID | None = None


def of_patient(view: PatientView) -> Hit:
    """Name, birth date and number."""
    title = _name(view.name_family, view.name_given)
    details = _said(view.birth_text, view.sex_label if view.sex != "U" else "", view.identifier_text)
    return Hit(view.id, reverse("cases:patient", args=[view.id]), title, details, patient=view.id)


def of_case(view: CaseView) -> Hit:
    """The number, or the pseudonym; and whose case it is, as far as the reader may know."""
    sex = view.sex_label if view.sex != "U" else ""
    who = (view.name, birth_words(view.birth), first_number(view.identifiers))
    shown = who if not view.is_pseudonymised else (sex, age_words(view.birth))
    received = clinical_date(view.received_at) if view.received_at else str(view.received_year)
    details = _said(*shown, str(view.organ_system_label), view.organisation_short, received)
    title = view.accession_number or view.name
    url = reverse("cases:detail", args=[view.id])
    return Hit(view.id, url, title, details, view.is_pseudonymised, view.patient or view.id)


def of_request(row: Row) -> Hit:
    """The number, the patient's short name, the question and where it stands."""
    request, view = row.request, row.view
    other = row.other.short_name if row.other else ""
    details = _said(row.patient, _short(request.question), str(request.get_status_display()), other)
    url = reverse("requests:detail", args=[request.pk])
    return Hit(request.pk, url, request.number, details, view.is_pseudonymised, view.patient or request.case_id)


def of_report(found: FoundReport) -> Hit:
    """What it is, whose it is and its diagnosis."""
    report, made = found.version.report, found.version.created_at
    who = found.content.patient
    name = found.known_as or who.pseudonym or _name(who.family_name, who.given_names)
    first = found.content.text("diagnosis") or next((each.text for each in found.content.sections), "")
    details = _said(
        name,
        _short(first),
        report.organisation.short_name,
        str(made.year) if found.is_masked else clinical_date(made),
    )
    url = f"{reverse('reports:detail', args=[report.pk])}?version={found.version.number}"
    is_pseudonymised = bool(who.pseudonym) and not found.known_as
    patient = report.case_id if is_pseudonymised else report.case.patient_id
    return Hit(report.pk, url, str(report.get_kind_display()), details, is_pseudonymised, patient)


def of_person(member: Membership) -> Hit:
    """The printed name, the role, the laboratory and the subspecialties."""
    organs = "; ".join(str(terms.label("organ_systems", each.organ_system)) for each in member.expertise.all())
    details = _said(str(member.get_role_display()), member.organisation.name, organs)
    return Hit(member.pk, reverse("accounts:colleague", args=[member.pk]), member.user.printed_name, details)


def of_page(label: "StrOrPromise", url: str) -> Hit:
    """A page to go to."""
    return Hit(None, url, str(label))


def _name(family: str, given: str) -> str:
    return ", ".join(part for part in (family.upper(), given) if part)


def _said(*parts: str) -> tuple[str, ...]:
    return tuple(part for part in parts if part)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
