"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        from accounts import effects, nouns, preferences, signals  # noqa: F401 - register effects, nouns, audit names
        from core.web.hooks import preference_chosen

        preference_chosen(preferences.keep)
