"""Optimistic locking in the API: the versions that the caller read, as ETag and If-Match."""

import re

from django.utils.translation import gettext as _
from rest_framework.request import Request

from cases.access.lock import Seen
from cases.access.view import CaseView
from core.actor import Actor
from core.errors import Invalid
from core.web.api.preconditions import if_match

CASE_TAG = re.compile(r'(?:W/)?"(\d{1,9})\.(\d{1,9})\.(\d{1,9})"')
PATIENT_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def acting(request: Request) -> Actor:
    """The actor of an API request that its door has let in."""
    actor = request.auth
    if not isinstance(actor, Actor):
        raise TypeError("An API view runs for an actor.")
    return actor


def case_tag(view: CaseView) -> str:
    """The ETag of a case: its own version, that of its identity, that of its patient."""
    return f'"{view.case_version}.{view.identity_version}.{view.patient_version}"'


def case_match(request: Request) -> tuple[int, Seen]:
    """The version and what was seen, from If-Match. Raises PreconditionMissing or Invalid."""
    found = CASE_TAG.fullmatch(if_match(request))
    if found is None:
        raise Invalid(_("If-Match must hold the ETag that you read."))
    return int(found[1]), Seen(int(found[2]), int(found[3]))


def patient_tag(version: int) -> str:
    """The ETag of a patient."""
    return f'"{version}"'


def patient_match(request: Request) -> int:
    """The version of a patient, from If-Match. Raises PreconditionMissing or Invalid."""
    found = PATIENT_TAG.fullmatch(if_match(request))
    if found is None:
        raise Invalid(_("If-Match must hold the ETag that you read."))
    return int(found[1])
