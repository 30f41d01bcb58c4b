"""Hashes: of an audit row as it was written, and of many as one Merkle root (RFC 6962, section 2.1)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from core.audit.models import AuditEvent

# What a seal of each scheme covers. A column that is added later belongs to a new scheme: sealed rows keep theirs.
_FIRST = (
    "id",
    "at",
    "transaction",
    "action",
    "outcome",
    "person",
    "person_name",
    "membership",
    "role",
    "on_behalf_of",
    "organisation",
    "organisation_name",
    "object_kind",
    "object_id",
    "object_version",
    "case",
    "patient",
    "share",
    "purpose",
    "reason",
    "facts",
    "door",
    "session",
    "request_id",
    "address",
)
SCHEMES = {1: _FIRST, 2: (*_FIRST, "owner")}
SCHEME = max(SCHEMES)


def leaf(event: AuditEvent, scheme: int = SCHEME) -> str:
    """The hash of a row, in hex: of every column that its scheme covers."""
    row = {name: _plain(getattr(event, name)) for name in SCHEMES[scheme]}
    return hashlib.sha256(b"\0" + canonical(row)).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """The Merkle root of leaf hashes in their order, in hex; of none the hash of nothing."""
    level = [bytes.fromhex(each) for each in leaves]
    if not level:
        return hashlib.sha256().hexdigest()
    while len(level) > 1:
        # Pairing neighbours and carrying an odd last one up gives the tree of RFC 6962.
        pairs = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


def canonical(value: dict[str, object]) -> bytes:
    """JSON that is the same for the same values: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if value is None or isinstance(value, int | str | dict):
        return value
    return str(value)
