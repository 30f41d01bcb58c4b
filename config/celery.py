"""The Celery application. Its settings are settings.CELERY_*; tasks are set up by core.jobs.task alone."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init

from core.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("consilium")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def start(**kwargs: object) -> None:
    """Worker and beat refuse an unsafe start as every other process does."""
    refuse_unsafe_start()
