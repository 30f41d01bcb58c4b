"""The objections app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectionsConfig(AppConfig):
    name = "cases.objections"
    label = "objections"
    verbose_name = _("Objections of patients")

    def ready(self) -> None:
        from cases import hooks, page_hooks
        from cases.objections import blocks, effects, nouns, panels  # noqa: F401 - effects and the noun register here

        hooks.blocks(blocks.of_objections)
        page_hooks.access_panels(panels.objection_of_case)
        page_hooks.case_panels(panels.standing_objection)
        page_hooks.show_steps("objection", page_hooks.Steps({"object": "hand-index-thumb", "lift": "check2-circle"}))
