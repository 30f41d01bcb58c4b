"""The desk app."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "consult.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from consult.desk import audit_names, links  # noqa: F401 - registers the names

        links.offer()
        if settings.DEMO:
            from consult.desk.demo import large_slide, nouns  # noqa: F401 - register the demo's job and words
