"""The objections app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectionsConfig(AppConfig):
    name = "cases.objections"
    label = "objections"
    verbose_name = _("Objections of patients")

    def ready(self) -> None:
        from cases import hooks
        from cases.objections import blocks, effects, nouns, panels  # noqa: F401 - effects and the noun register here

        hooks.blocks(blocks.of_objections)
        hooks.access_panels(panels.objection_of_case)
        hooks.case_panels(panels.standing_objection)
        hooks.show_steps("objection", hooks.Steps({"object": "hand-index-thumb", "lift": "check2-circle"}))
