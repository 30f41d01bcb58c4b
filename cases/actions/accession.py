"""Which accession numbers the laboratory has given already, and to which case: the refusal at every door."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError
from django.db.models import BooleanField, ExpressionWrapper
from django.utils.translation import gettext as _

from cases.access import branches
from cases.models import Case
from cases.models.case import NUMBER_ONCE
from cases.numbers import accession_key, accession_key_of
from core.actor import Actor
from core.web.dates import clinical_date


def given_already(actor: Actor, numbers: Sequence[str], case_id: UUID | None = None) -> list[str]:
    """For each of these numbers why the laboratory cannot give it, '' where it can. `case_id` is the corrected case.

    The other case is named, unless this person is denied it: then only that there is one.
    """
    keys = [accession_key(number) for number in numbers]
    there = Case.objects.filter(organisation=actor.organisation).exclude(pk__in=[case_id] if case_id else [])
    there = there.annotate(
        number_key=accession_key_of("accession_number"),
        is_known=ExpressionWrapper(branches.not_denied(actor), BooleanField()),
    ).filter(number_key__in=set(keys))
    given = {case.number_key: _words(case, is_known=case.is_known) for case in there}
    return [given.get(key, "") for key in keys]


def is_about_number(error: IntegrityError) -> bool:
    """Whether the database refused a number that another case of the laboratory has."""
    return NUMBER_ONCE in str(error)


def _words(case: Case, *, is_known: bool) -> str:
    if not is_known:
        return _("Your laboratory has a case with this accession number already.")
    said = {"number": case.accession_number, "date": clinical_date(case.received_at)}
    return _("Your laboratory has this number already: case %(number)s, received %(date)s.") % said
