"""The patient of a request: the banner with both accession numbers, and the short line of a list."""

from datetime import date

from cases.access.view import CaseView
from cases.banner import Banner
from cases.banner import banner as case_banner
from consult.requests.models import ConsultRequest
from core.web.dates import PartialDate, age_text


def banner(view: CaseView, request: ConsultRequest) -> Banner:
    """The case's banner with the answering laboratory's own number beside the requester's. One query."""
    answering = request.expert.organisation.short_name if request.expert else ""
    return case_banner(
        view,
        second_accession_number=request.answering_accession_number,
        second_organisation_short=answering,
    )


def short_name(view: CaseView) -> str:
    """DEMO-VERMEER A., or the pseudonym."""
    if view.is_pseudonymised:
        return view.name_family
    return " ".join(part for part in (view.name_family.upper(), f"{view.name_given[:1].upper()}.") if part.strip("."))


def sex_and_age(view: CaseView, today: date) -> str:
    """F 70: the first letter of the sex in the active language, where it is known, and the age."""
    letter = view.sex_label[:1] if view.sex in {"F", "M"} else ""
    year, month, day = view.birth
    age = age_text(PartialDate(year, month, day), today) if year else ""
    return " ".join(part for part in (letter, age) if part)
