"""The web app: template tags and shared views."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "core.web"
    label = "web"
