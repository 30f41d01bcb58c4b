"""The cases app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    label = "cases"
    verbose_name = _("Cases and access")

    def ready(self) -> None:
        from accounts.hooks import member_left
        from cases import audit_names, finding, nouns, tasks, trail  # noqa: F401 - register looks, nouns, what is told
        from cases.access import grants, ground
        from core.audit import hooks as audit_hooks
        from core.search.keep import keys_of
        from core.workflow.hooks import after_transition

        after_transition(grants.reconcile_after)
        audit_hooks.grounds(ground.grounds)
        audit_hooks.closes(trail.not_closed)
        keys_of("patient", finding.rows_of_patients)
        keys_of("case", finding.rows_of_cases)
        after_transition(finding.refresh_after)
        member_left(grants.reconcile_leaver)
