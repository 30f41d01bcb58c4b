"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "consult.reports"
    label = "reports"

    def ready(self) -> None:
        from cases import hooks
        from consult.reports import effects, panels  # noqa: F401 - effects registers the PDF

        hooks.case_panels(panels.reports_of_case)
