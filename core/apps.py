"""The core app: the clock's SQL and the checks that refuse an unsafe start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = _("System")

    def ready(self) -> None:
        from core import checks  # noqa: F401 - registers the system checks
