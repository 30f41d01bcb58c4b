"""The one task decorator: every Celery task of the project is set up here, so that leaving Celery is one file."""

from collections.abc import Callable
from typing import Any

from celery import Task, shared_task  # noqa: TID251 - this is the decorator that replaces it
from django.conf import settings


def task(name: str, *, time_limit: int = settings.TASK_TIME_LIMIT) -> Callable[[Callable[..., None]], Task[Any, None]]:
    """Make a function a task called `name`, with late acknowledgement; its arguments are ids, by keyword.

    `time_limit` in seconds; the soft limit is 0.9 of it and must stay below the broker's visibility timeout.
    """

    def decorate(function: Callable[..., None]) -> Task[Any, None]:
        decorated: Task[Any, None] = shared_task(
            name=name,
            acks_late=True,
            reject_on_worker_lost=True,
            ignore_result=True,
            time_limit=time_limit,
            soft_time_limit=int(0.9 * time_limit),
        )(function)
        return decorated

    return decorate
