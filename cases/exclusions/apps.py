"""The exclusions app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExclusionsConfig(AppConfig):
    name = "cases.exclusions"
    label = "exclusions"
    verbose_name = _("People kept out of cases")

    def ready(self) -> None:
        from cases import hooks, page_hooks
        from cases.exclusions import denials, nouns, panels  # noqa: F401 - the noun registers here

        hooks.denials(denials.of_exclusions)
        page_hooks.access_panels(panels.kept_out_of_case)
        page_hooks.show_steps("exclusion", panels.STEPS)
