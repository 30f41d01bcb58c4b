"""Looks at cases and patients that leave an audit row: opening one, and listing several with the filter used."""

from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from cases.access.ground import on_ground
from cases.access.queries import get_case
from cases.audit_names import CASE_READ, CASES_LISTED, PATIENT_READ, PATIENTS_SEARCHED
from cases.models import Case
from cases.patients import PatientView, get_patient
from core.actor import Actor
from core.audit.models import AuditEvent, CoreNow, Outcome
from core.audit.record import record
from core.errors import TooMany
from core.limits import passed

RECENT = timedelta(minutes=10)
LIMITS = ((60, 120), (3_600, 600))  # seconds, different cases: twice what leafing through a long list takes


def open_case(actor: Actor, case_id: UUID) -> Case:
    """The case with patient and lab, and the row that says who looked. Raises Hidden."""
    with transaction.atomic():
        case = get_case(actor, case_id)
        look(actor, CASE_READ, case, object_kind="case", object_id=case.pk, object_version=case.version)
    return case


def look(
    actor: Actor,
    action: str,
    case: Case,
    *,
    object_kind: str,
    object_id: UUID,
    object_version: int | None = None,
    facts: dict[str, object] | None = None,
) -> None:
    """The row of a look at something of this case, with the share that allowed it and its purpose.

    One query more for somebody of another laboratory. Without a share it was the own laboratory's case or record.
    Raises TooMany for a person who opens one case after the other faster than anybody reads.
    """
    _count(actor, case)
    grounded, share = on_ground(actor, case)
    record(
        grounded,
        action,
        object_kind=object_kind,
        object_id=object_id,
        object_version=object_version,
        case=case.pk,
        patient=case.patient_id,
        share=share,
        facts=facts,
    )


def _count(actor: Actor, case: Case) -> None:
    """Count a case that this person has not opened within the hour; what is open already is not closed again."""
    if actor.person is None:
        return
    known = f"looked:{actor.person}:{case.pk}"
    try:
        if not cache.add(known, True, timeout=3_600):
            return
        over = passed(f"looks:{actor.person}", LIMITS)
        if over is None:
            return
        cache.delete(known)
    except RedisError:
        return  # as `passed` says
    raise TooMany(
        _("You opened very many cases in a short time. Wait a moment, then go on."),
        after=over.after,
        is_told=over.is_first,
    )


def glance(
    actor: Actor, action: str, case: Case, *, object_kind: str, object_id: UUID, object_version: int | None = None
) -> None:
    """The same, for parts of a page that are asked for again and again.

    Nothing more where this session has left a row of this case within the last minutes: the page that the part belongs
    to has, and a part that is asked for by itself does.
    """
    left = AuditEvent.objects.filter(case=case.pk, person=actor.person, session=actor.session)
    if not left.filter(outcome=Outcome.SUCCESS, at__gt=CoreNow() - RECENT).exists():
        look(actor, action, case, object_kind=object_kind, object_id=object_id, object_version=object_version)


def listed(actor: Actor, filters: dict[str, object], shown: int) -> None:
    """A list of cases was shown. `filters` holds codes and never what somebody typed."""
    record(actor, CASES_LISTED, object_kind="case", facts={"filter": filters, "shown": shown})


def patients_searched(actor: Actor, found: int, by: str) -> None:
    """The own register was searched. The number that was typed is nobody's business here."""
    record(actor, PATIENTS_SEARCHED, object_kind="patient", facts={"by": by, "found": found})


def open_patient(actor: Actor, patient_id: UUID) -> PatientView:
    """A patient of the own register, and the row that says who looked. Raises Hidden."""
    with transaction.atomic():
        patient = get_patient(actor, patient_id)
        record(
            actor,
            PATIENT_READ,
            object_kind="patient",
            object_id=patient.id,
            object_version=patient.version,
            patient=patient.id,
        )
    return patient
