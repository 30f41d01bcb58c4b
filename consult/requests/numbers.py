"""The answering laboratory's own accession number: one request each, and never one of that laboratory's other cases."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases.models import Case
from cases.numbers import is_number
from consult.requests.models import ConsultRequest
from core.errors import Invalid

ONCE = "requests_answering_number_once"  # the constraint that holds where two give the same number at once


def check_number(request: ConsultRequest, organisation: UUID | None, number: str) -> None:
    """Raise Invalid where the laboratory has given the number, however it is spelled, to something else."""
    other = (
        ConsultRequest.objects.filter(
            is_number("answering_accession_number", number), answering_organisation=organisation
        )
        .exclude(pk=request.pk)
        .values_list("number", flat=True)
        .first()
    )
    if other:
        raise taken(other)
    own = Case.objects.filter(is_number("accession_number", number), organisation=organisation)
    if own.exclude(pk=request.case_id).exists():
        message = _("Another case of your laboratory has this number. Enter the number of this consultation.")
        raise Invalid(message, fields={"accession_number": message})


def taken(other: str = "") -> Invalid:
    """The refusal; `other` is the number of the request that has it, '' where it was taken a moment ago."""
    if other:
        message = _("Your laboratory gave this number to request %(number)s. Each request has its own.")
        message %= {"number": other}
    else:
        message = _("Your laboratory gave this number to another request. Each request has its own.")
    return Invalid(message, fields={"accession_number": message})
