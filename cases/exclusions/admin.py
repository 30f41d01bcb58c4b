"""Exclusions in the admin site: to look at. They are recorded and lifted on the pages of their case."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.admin.base import ClinicalAdmin
from cases.exclusions.models import Exclusion
from cases.exclusions.policy import visible_exclusions
from core.actor import Actor
from core.web.admin import register


@register(Exclusion)
class ExclusionAdmin(ClinicalAdmin):
    """Those about own cases."""

    list_display = ("accession_number", "person", "reason", "status", "recorded_at", "recorded_by")
    list_filter = ("status", "reason")
    number_fields = ("case__accession_number",)
    ordering = ("-recorded_at", "-pk")
    search_help_text = _("The accession number or how it begins.")
    readonly_fields = fields = (
        "accession_number",
        "person",
        "reason",
        "note",
        "status",
        "recorded_at",
        "recorded_by",
        "lifted_at",
        "lifted_by",
    )

    def visible(self, actor: Actor) -> QuerySet[Exclusion]:
        """Those of visible_exclusions."""
        return visible_exclusions(actor).select_related("case", "person")

    def name_of(self, row: Exclusion) -> str:
        """The case."""
        return str(row.case.accession_number)

    @admin.display(description=_("accession number"), ordering="case__accession_number")
    def accession_number(self, row: Any) -> str:
        """The case."""
        return str(row.case.accession_number)
