"""Seals the rows of the record that no running transaction can add to any more, in batches, one after the other.

Writers never wait for it: a row is a plain insert, and this looks below the oldest running transaction.
"""

import hashlib
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from core import clock
from core.audit.models import AuditEvent, AuditLeaf, AuditSeal
from core.audit.seal import tree
from core.audit.seal.checkpoint import Checkpoint, origin

BATCH = 10_000
LOCK = 7_301  # advisory: one sealer at a time
NOTHING = "0" * 64  # what the first seal follows


def seal() -> int:
    """Seal everything that can be sealed; how many rows that were."""
    sealed = 0
    while count := _seal_batch():
        sealed += count
        if count < BATCH:
            break
    return sealed


def seal_hash(seal: AuditSeal) -> str:
    """The hash of a seal, in hex: over what it covers and the seal before it."""
    covered: dict[str, object] = {
        "number": seal.number,
        "scheme": seal.scheme,
        "previous": seal.previous,
        "root": seal.root,
        "count": seal.count,
        "total": seal.total,
        "at": seal.at.isoformat(timespec="microseconds"),
    }
    return hashlib.sha256(b"\2" + tree.canonical(covered)).hexdigest()


def floor() -> int:
    """The oldest transaction that still runs; all before it have ended. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def unsealed() -> "QuerySet[Any]":
    """The rows without a seal, in the order of their transactions; a leaf under a seal that is not there is none."""
    ordered = AuditEvent.objects.annotate(written_by=Cast("transaction", BigIntegerField()))
    leaf = AuditLeaf.objects.filter(Exists(AuditSeal.objects.filter(number=OuterRef("seal"))), event=OuterRef("pk"))
    return ordered.filter(~Exists(leaf)).order_by("written_by", "pk")


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    below = floor()  # before the rows are read: what is below this has been committed or taken back when they are
    last = AuditSeal.objects.order_by("-number").first()
    rows = unsealed()
    if last is None or int(last.below) <= below:
        rows = rows.filter(written_by__gte=int(last.below) if last else 0, written_by__lt=below)
    # Else the last seal knows later transactions than there are: the database was restored in another place, and what
    # it then held has all been committed.
    batch = list(rows[:BATCH])
    if not batch:
        return 0
    leaves = [tree.leaf(event) for event in batch]
    whole = len(batch) < BATCH
    new = AuditSeal(
        number=last.number + 1 if last else 1,
        scheme=tree.SCHEME,
        below=str(below if whole else batch[-1].written_by),
        previous=last.hash if last else NOTHING,
        root=tree.root(leaves),
        count=len(batch),
        total=(last.total if last else 0) + len(batch),
        at=clock.now(),
    )
    new.hash = seal_hash(new)
    new.checkpoint = Checkpoint(origin(), new.number, new.total, new.hash).signed()
    new.save(force_insert=True)
    AuditLeaf.objects.bulk_create(
        [
            AuditLeaf(event=event.pk, seal=new.number, position=position, hash=hashed)
            for position, (event, hashed) in enumerate(zip(batch, leaves, strict=True))
        ]
    )
    return len(batch)
