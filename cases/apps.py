"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    label = "cases"

    def ready(self) -> None:
        from accounts.hooks import member_left
        from cases import audit_names  # noqa: F401 - registers the names of looks
        from cases.access import grants
        from core.workflow.hooks import after_transition

        after_transition(grants.reconcile_after)
        member_left(grants.reconcile_leaver)
