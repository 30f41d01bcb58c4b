"""The task that seals the record, copies the newest checkpoint to where the site keeps it, and makes months ahead."""

import logging

from django.db import DatabaseError

from core.audit.partitions import make_ahead
from core.audit.seal.anchor import NotAnchored, anchor
from core.audit.seal.sealer import seal
from core.jobs.task import task

log = logging.getLogger(__name__)


@task("audit.seal")
def seal_record() -> None:
    """Seal what was recorded since the last time. What fails of the rest is tried again with the next tick."""
    seal()
    try:
        make_ahead()
    except DatabaseError as error:
        log.warning("no month of the record was made ahead", extra={"error": type(error).__name__})
    try:
        anchor()
    except NotAnchored as error:
        log.error("the newest seal was not copied elsewhere", extra={"error": str(error)})
