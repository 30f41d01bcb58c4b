"""The slides app."""

from django.apps import AppConfig


class SlidesConfig(AppConfig):
    name = "slides"
    label = "slides"

    def ready(self) -> None:
        from cases import hooks
        from slides import effects, pictures  # noqa: F401 - effects registers the ingest

        hooks.slide_pictures(pictures.of_slides)
