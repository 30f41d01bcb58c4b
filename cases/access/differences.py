"""How far shares, grants and denials are from what the workflows state. The target is 0."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast, Right

from cases import hooks
from cases.access.grants import reconcile
from cases.access.lock import lock_rows
from cases.models import Case, CaseGrant, Denial, Share, ShareSlide
from core import clock
from core.actor import system

STEP = 500  # cases looked at together
SLICES = 16  # by the last sign of a key
COPIED = ("received_at", "status", "priority", "organ_system")  # from the case, by a trigger


def differences(case_ids: Collection[UUID]) -> int:
    """How many rows about these cases reconciling would put in, take away or change, and how many copies of the case's
    columns are not the case's. What has run out and stands as if it had not opens nothing and is not counted.

    Reconciles those for which there is, or should be, anything, and takes it back: locks them for as long.
    """
    concerned = _concerned(case_ids)
    with transaction.atomic():
        lock_rows(concerned)  # so that no action ends between the two looks
        before = _standing(concerned)
        reconcile(concerned, actor=system("access"))
        changed = len(before ^ _standing(concerned))
        transaction.set_rollback(True)
    same = Q(**{name: F(f"content_object__{name}") for name in COPIED})
    return changed + CaseGrant.objects.filter(content_object__in=case_ids).exclude(same).count()


def slice_of(number: int) -> QuerySet[Case]:
    """The cases whose key ends with this hexadecimal digit, by key: a sixteenth of all."""
    digit = Right(Cast("pk", CharField()), 1)
    return Case.objects.alias(digit=digit).filter(digit=f"{number % SLICES:x}").order_by("pk")


def _concerned(case_ids: Collection[UUID]) -> set[UUID]:
    """Those with a reason or a row that has not run out. Most cases are shared with nobody."""
    now = clock.now()
    stated = {spec.case for spec in hooks.stated_shares(case_ids) if spec.valid_until > now}
    stated |= {spec.case for spec in hooks.expected_denials(case_ids)}
    rows = (
        Share.objects.filter(case__in=case_ids, ended_at=None, valid_until__gt=now).values_list("case", flat=True),
        CaseGrant.objects.filter(content_object__in=case_ids, revoked_at=None, valid_until__gt=now).values_list(
            "content_object", flat=True
        ),
        Denial.objects.filter(case__in=case_ids, ended_at=None).values_list("case", flat=True),
    )
    return stated.union(*rows)


def _standing(case_ids: Collection[UUID]) -> set[tuple[Any, ...]]:
    """Everything about access to these cases that has not run out."""
    now = clock.now()
    shares = Share.objects.filter(case__in=case_ids, valid_until__gt=now)
    named = ShareSlide.objects.filter(share__in=shares).values_list("share", "slide")
    grants = CaseGrant.objects.filter(content_object__in=case_ids, valid_until__gt=now)
    denials = Denial.objects.filter(case__in=case_ids)
    return {*shares.values_list(), *grants.values_list(), *denials.values_list(), *named}
