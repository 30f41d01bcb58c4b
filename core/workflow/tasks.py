"""The task that seals the record and copies the newest checkpoint to where the site keeps it."""

import logging

from core.audit.seal.anchor import NotAnchored, anchor
from core.audit.seal.sealer import seal
from core.jobs.task import task

log = logging.getLogger(__name__)


@task("audit.seal")
def seal_record() -> None:
    """Seal what was recorded since the last time. A copy that fails is tried again with the next tick."""
    seal()
    try:
        anchor()
    except NotAnchored as error:
        log.error("the newest seal was not copied elsewhere", extra={"error": str(error)})
