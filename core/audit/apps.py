"""The audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "core.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from core.audit import own_names  # noqa: F401 - registers them
