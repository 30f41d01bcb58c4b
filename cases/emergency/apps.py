"""The emergency app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmergencyConfig(AppConfig):
    name = "cases.emergency"
    label = "emergency"
    verbose_name = _("Emergency access")

    def ready(self) -> None:
        from cases import hooks, page_hooks
        from cases.emergency import audit_names, effects, nouns, shares  # noqa: F401 - names, effects, noun register here

        hooks.shares(shares.of_emergencies)
        hooks.name_source(shares.KIND, _("Emergency access"))
        hooks.reasons(shares.KIND, shares.told)
        page_hooks.show_steps("emergency", shares.STEPS)
