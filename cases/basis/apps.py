"""The app of the legal basis."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasisConfig(AppConfig):
    name = "cases.basis"
    label = "basis"
    verbose_name = _("Legal basis of sharing")

    def ready(self) -> None:
        from accounts.hooks import organisation_moved
        from cases import hooks, page_hooks
        from cases.basis import blocks, effects, nouns, panels  # noqa: F401 - effects and nouns register here
        from cases.basis.actions import rule

        organisation_moved(rule.follow_move)
        hooks.blocks(blocks.of_basis)
        page_hooks.access_panels(panels.basis_of_case)
        page_hooks.case_panels(panels.basis_on_case_page)
        page_hooks.show_steps("legal_fact", panels.STEPS)
