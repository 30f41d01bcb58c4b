"""The core app: the clock's SQL and the checks that refuse an unsafe start."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"

    def ready(self) -> None:
        from core import checks  # noqa: F401 - registers the system checks
