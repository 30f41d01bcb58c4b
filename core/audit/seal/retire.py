"""Takes away rows whose time is over, on record: signed, in the audit itself, and with every leaf left in its place.

Only rows that were sealed before the day in question go, so that `verify_audit` can tell from the seals alone whether
a retirement was lawful. Retirements themselves are never retired.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from core import clock
from core.actor import Actor
from core.audit.models import AuditEvent, AuditLeaf, AuditRetired, AuditRetirement, AuditSeal
from core.audit.own_names import RETIRED
from core.audit.record import record
from core.audit.seal import tree
from core.audit.seal.checkpoint import sign

LEAST_MONTHS = 60  # NEN 7513: five years; the database's trigger refuses less
BATCH = 10_000


def retire(
    actor: Actor, organisation: UUID | None, name: str, before: datetime, kept_longer: Mapping[UUID, datetime]
) -> int:
    """Retire the rows before this time that belong to an organisation (None: to none); how many went.

    A row belongs to the laboratory whose case it is about, else to that of who acted. `kept_longer` are organisations
    with an earlier time of their own: what their people did stays until then. Call as the owner's role.
    """
    gone = 0
    while count := _retire_batch(actor, organisation, name, before, kept_longer):
        gone += count
        if count < BATCH:
            break
    return gone


def claim(retirement: AuditRetirement) -> dict[str, object]:
    """What is signed and recorded of a retirement."""
    return {
        "organisation": str(retirement.organisation or ""),
        "before": retirement.before.isoformat(timespec="microseconds"),
        "count": retirement.count,
        "first_seal": retirement.first_seal,
        "last_seal": retirement.last_seal,
        "root": retirement.root,
    }


@transaction.atomic
def _retire_batch(
    actor: Actor, organisation: UUID | None, name: str, before: datetime, kept_longer: Mapping[UUID, datetime]
) -> int:
    last = AuditSeal.objects.filter(at__lt=before).order_by("-number").first()
    if last is None:
        return 0
    sealed = AuditLeaf.objects.filter(event=OuterRef("pk"), seal__lte=last.number)
    of = AuditEvent.objects.annotate(keeper=Coalesce("owner", "organisation")).filter(Exists(sealed), at__lt=before)
    of = of.filter(keeper=organisation) if organisation else of.filter(keeper__isnull=True)
    for other, since in kept_longer.items():
        of = of.exclude(Q(organisation=other, at__gte=since))
    rows = list(of.exclude(action=RETIRED).order_by("at", "pk").values_list("pk", flat=True)[:BATCH])
    leaves = list(AuditLeaf.objects.filter(event__in=rows).order_by("seal", "position"))
    if not leaves:
        return 0
    made = AuditRetirement(
        at=clock.now(),
        organisation=organisation,
        before=before,
        count=len(leaves),
        first_seal=leaves[0].seal,
        last_seal=leaves[-1].seal,
        root=tree.root([leaf.hash for leaf in leaves]),
    )
    made.signature = sign(tree.canonical(claim(made)))
    made.save(force_insert=True)
    AuditRetired.objects.bulk_create([AuditRetired(event=leaf.event, retirement=made.pk) for leaf in leaves])
    AuditEvent.objects.filter(pk__in=[leaf.event for leaf in leaves], at__lt=before).delete()
    record(
        replace(actor, organisation=organisation, organisation_name=name),
        RETIRED,
        object_kind="retirement",
        object_id=made.pk,
        facts=claim(made),
    )
    return len(leaves)
