"""The web app: template tags and shared views."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "core.web"
    label = "web"
    verbose_name = _("Pages")
