"""Looks at cases and patients that leave an audit row: opening one, and listing several with the filter used."""

from collections.abc import Collection, Iterable
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
PATIENT_LIMITS = ((60, 500), (3_600, 3_000))  # seconds, different patients: ten full pages a minute, sixty an hour


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
    Raises TooMany for a person or a machine that opens one case after the other faster than anybody reads.
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
    """Count a case that this person or machine has not opened within the hour; what is open already is not closed."""
    if actor.is_system:
        return
    who = actor.person or actor.machine
    known = f"looked:{who}:{case.pk}"
    try:
        if not cache.add(known, True, timeout=3_600):
            return
        over = passed(f"looks:{who}", LIMITS)
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


def patients_shown(actor: Actor, patients: Iterable[UUID]) -> None:
    """Count those of these patients that this person or machine was not shown within the hour, each row of a list.

    Raises TooMany past what anybody reads: a list is a way to read a register out, as opening one after the other is.
    """
    if actor.is_system:
        return
    who = actor.person or actor.machine
    known = {f"shown:{who}:{each}" for each in patients}
    try:
        new = known - cache.get_many(known).keys()
        over = passed(f"patients:{who}", PATIENT_LIMITS, count=len(new)) if new else None
        if over is None:
            cache.set_many(dict.fromkeys(new, True), timeout=3_600)
            return
    except RedisError:
        return  # as `passed` says
    raise TooMany(
        _("You looked at very many patients in a short time. Wait a moment, then go on."),
        after=over.after,
        is_told=over.is_first,
    )


def listed(actor: Actor, filters: dict[str, object], cases: Collection[Case]) -> None:
    """A list of these cases is shown. `filters` holds codes and never what somebody typed. Raises TooMany."""
    patients_shown(actor, (each.patient_id for each in cases))
    record(actor, CASES_LISTED, object_kind="case", facts={"filter": filters, "shown": len(cases)})


def patients_searched(actor: Actor, found: Collection[PatientView], by: str) -> None:
    """The own register was searched. The number that was typed is nobody's business here. Raises TooMany."""
    patients_shown(actor, (each.id for each in found))
    record(actor, PATIENTS_SEARCHED, object_kind="patient", facts={"by": by, "found": len(found)})


def open_patient(actor: Actor, patient_id: UUID) -> PatientView:
    """A patient of the own register, and the row that says who looked. Raises Hidden, and TooMany as for a list."""
    with transaction.atomic():
        patient = get_patient(actor, patient_id)
        patients_shown(actor, [patient.id])
        record(
            actor,
            PATIENT_READ,
            object_kind="patient",
            object_id=patient.id,
            object_version=patient.version,
            patient=patient.id,
        )
    return patient
