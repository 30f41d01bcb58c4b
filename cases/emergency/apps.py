"""The emergency app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmergencyConfig(AppConfig):
    name = "cases.emergency"
    label = "emergency"
    verbose_name = _("Emergency access")

    def ready(self) -> None:
        from accounts.hooks import absence_changed, holds_organisation
        from cases import hooks, page_hooks
        from cases.emergency import (  # noqa: F401 - names, effects, noun register here
            audit_names,
            effects,
            nouns,
            policy,
            shares,
        )

        holds_organisation(policy.owed_by)
        absence_changed(shares.follow_work)
        hooks.shares(shares.of_emergencies)
        hooks.name_source(shares.KIND, _("Emergency access"))
        hooks.reasons(shares.KIND, shares.told)
        page_hooks.show_steps("emergency", shares.STEPS)
