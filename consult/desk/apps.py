"""The desk app."""

from django.apps import AppConfig
from django.conf import settings


class DeskConfig(AppConfig):
    name = "consult.desk"
    label = "desk"

    def ready(self) -> None:
        if settings.DEMO:
            from consult.desk.demo import large_slide  # noqa: F401 - registers its job
