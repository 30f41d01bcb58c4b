"""The slides app."""

from django.apps import AppConfig


class SlidesConfig(AppConfig):
    name = "slides"
    label = "slides"

    def ready(self) -> None:
        from slides import effects  # noqa: F401 - registers the ingest
