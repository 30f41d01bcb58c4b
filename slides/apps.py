"""The slides app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlidesConfig(AppConfig):
    name = "slides"
    label = "slides"
    verbose_name = _("Slide images")

    def ready(self) -> None:
        from cases import hooks
        from slides import effects, nouns, pictures  # noqa: F401 - effects and nouns register themselves

        hooks.slide_pictures(pictures.of_slides)
        hooks.show_steps("image", hooks.Steps({"link": "image", "expect": "image", "take_off": "exclamation-triangle"}))
