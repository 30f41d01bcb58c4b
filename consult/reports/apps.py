"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "consult.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from cases import page_hooks
        from consult.reports import (  # noqa: F401 - effects and nouns register themselves
            effects,
            finding,
            nouns,
            panels,
        )
        from core.search.keep import keys_of

        keys_of("case", finding.rows_of_reports)
        page_hooks.case_panels(panels.reports_of_case)
        page_hooks.show_steps(
            "report", page_hooks.Steps({"receive": "file-earmark-text", "receive_again": "file-earmark-plus"})
        )
