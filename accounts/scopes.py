"""What a machine with a token may do over the API: the scopes, and which of them rests on which.

Every view of the API that is for machines too names the scope of each method in `scopes`
(core.web.api.permissions); a view that names none is closed to them. What they then see is decided where it is for
people: cases/access/branches.py for cases, the policies of requests and reports for those.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """One thing that a token may be made for. Who reads anything reads whose it is, so each rests on CASES_READ."""

    CASES_READ = "cases:read", _("Read the laboratory's own cases and their patients")
    CASES_WRITE = "cases:write", _("Register cases, and add material to them")
    REQUESTS_READ = "requests:read", _("Read the requests that the laboratory asked or accepted")
    REPORTS_READ = "reports:read", _("Read the signed and received reports of the laboratory, and of its cases")


def are_sound(scopes: Iterable[str]) -> bool:
    """Whether these are scopes and what they rest on is among them."""
    chosen = set(scopes)
    return chosen <= set(Scope.values) and Scope.CASES_READ in chosen
