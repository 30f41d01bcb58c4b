"""The task that finds access which no workflow states, or which one states and nobody has."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.access.differences import STEP, differences, slice_of
from core import clock
from core.jobs.task import task
from notifications.actions.notify import notify
from notifications.hooks import subject

ACCESS = UUID(int=1)  # there is one


def _jobs(_key: UUID) -> str:
    return reverse("admin:jobs_job_changelist")


DIFFERS = subject(
    "access.differs",
    _("Access to cases is not what requests and other reasons state. Run manage.py grants, and see why."),
    _jobs,
    label=_("Access that nothing states"),
)


@task("access.check")
def check_access() -> None:
    """Count one sixteenth of the cases, another one each hour, and tell the platform administrators where it differs.

    Corrects nothing: a difference is a fault, which somebody must understand first. What differs is counted again
    at the end: at the moment at which a time begins or ends its job may be still to come.
    """
    hour = clock.now()
    keys, doubtful = slice_of(hour.hour).values_list("pk", flat=True), []
    some = list(keys[:STEP])
    while some:
        if differences(some):
            doubtful.append(some)
        some = list(keys.filter(pk__gt=some[-1])[:STEP])
    if not any(differences(again) for again in doubtful):
        return
    with transaction.atomic():
        for person in User.objects.filter(is_active=True, is_platform_admin=True).values_list("pk", flat=True):
            notify(recipient=person, kind=DIFFERS, subject=ACCESS, occasion=hour.strftime("%Y-%m-%dT%H"), urgent=True)
