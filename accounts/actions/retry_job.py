"""Try a failed job again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden
from core.jobs import run

RETRIED = names.register("job.retried", gettext_lazy("Job tried again"))


def retry_job(*, actor: Actor, job_id: UUID) -> None:
    """Make it due now; an outside effect keeps its message id. For the platform administrator.

    Raises Forbidden for everybody else and Conflict when it is not a failed job.
    """
    if not actor.is_system and not policy.is_platform_admin(actor):
        raise Forbidden(_("Jobs are looked after by whoever runs this installation."))
    with transaction.atomic():
        if not run.retry(job_id):
            raise Conflict(_("Only a failed job can be tried again."))
        record(actor, RETRIED, object_kind="job", object_id=job_id)
