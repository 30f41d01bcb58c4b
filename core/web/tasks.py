"""The task that forgets what is kept for a time only."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings

from core import clock
from core.jobs.task import task
from core.web.models import IdempotentAnswer

KEPT = timedelta(days=1)


@task("web.forget")
def forget() -> None:
    """What POSTs of the API led to: after a day. Sessions: when they have run out."""
    IdempotentAnswer.objects.filter(at__lt=clock.now() - KEPT).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
