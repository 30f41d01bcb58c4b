"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"

    def ready(self) -> None:
        from accounts import effects, preferences, signals  # noqa: F401 - registers effects and the sign-in's audit
        from core.web.hooks import preference_chosen

        preference_chosen(preferences.keep)
