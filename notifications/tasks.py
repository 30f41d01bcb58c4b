"""The task that tells whoever runs the installation when the record is no longer kept as it should be."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.watch import state
from core.jobs.task import task
from notifications.actions.notify import notify
from notifications.hooks import subject

RECORD = UUID(int=0)  # there is one


def _seals(_key: UUID) -> str:
    return reverse("admin:audit_auditseal_changelist")


STANDS_STILL = subject(
    "audit.stands_still",
    _("The audit has not been sealed for more than five minutes. See that worker and beat run."),
    _seals,
    label=_("Audit not sealed"),
)
NOT_COPIED = subject(
    "audit.not_copied",
    _("The seals of the audit have not been copied for more than an hour. See AUDIT_ANCHOR_FILE or the command."),
    _seals,
    label=_("Audit not copied"),
)
MONTHS_MISSING = subject(
    "audit.months_missing",
    _("The audit lacks tables for its coming months. Run manage.py audit_partitions."),
    _seals,
    label=_("Audit without coming months"),
)


@task("audit.watch")
def watch_record() -> None:
    """Tell the platform administrators, once an hour as long as it lasts. Monitoring asks /health/ready for itself."""
    found = state()
    wrong = [STANDS_STILL] if not found.is_sealing else []
    wrong += [NOT_COPIED] if not found.is_copied else []
    wrong += [MONTHS_MISSING] if not found.months.is_well else []
    if not wrong:
        return
    occasion = clock.now().strftime("%Y-%m-%dT%H")
    with transaction.atomic():
        for person in User.objects.filter(is_active=True, is_platform_admin=True).values_list("pk", flat=True):
            for kind in wrong:
                notify(recipient=person, kind=kind, subject=RECORD, occasion=occasion, urgent=True)
