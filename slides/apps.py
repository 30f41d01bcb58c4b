"""The slides app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlidesConfig(AppConfig):
    name = "slides"
    label = "slides"
    verbose_name = _("Slide images")

    def ready(self) -> None:
        from cases import page_hooks
        from core.web.hooks import asked_by_pages
        from slides import effects, nouns, pictures  # noqa: F401 - effects and nouns register themselves

        asked_by_pages("slides:closed", "slides:heartbeat")
        page_hooks.slide_pictures(pictures.of_slides)
        page_hooks.show_steps(
            "image", page_hooks.Steps({"link": "image", "expect": "image", "take_off": "exclamation-triangle"})
        )
