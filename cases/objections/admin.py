"""Objections of patients in the admin site: to look at. They are recorded and lifted on the pages of their case."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.admin.base import ClinicalAdmin
from cases.objections.models import Objection
from cases.objections.policy import visible_objections
from core.actor import Actor
from core.web.admin import register


@register(Objection)
class ObjectionAdmin(ClinicalAdmin):
    """Those about own cases."""

    list_display = ("accession_number", "kind", "stated_by", "status", "recorded_at", "recorded_by")
    list_filter = ("status", "kind", "stated_by")
    number_fields = ("case__accession_number",)
    ordering = ("-recorded_at", "-pk")
    search_help_text = _("The accession number or how it begins.")
    readonly_fields = fields = (
        "accession_number",
        "kind",
        "stated_by",
        "stated_on",
        "note",
        "status",
        "recorded_at",
        "recorded_by",
        "lifted_at",
        "lifted_by",
    )

    def visible(self, actor: Actor) -> QuerySet[Objection]:
        """Those of visible_objections."""
        return visible_objections(actor).select_related("case")

    def name_of(self, row: Objection) -> str:
        """The case."""
        return str(row.case.accession_number)

    @admin.display(description=_("accession number"), ordering="case__accession_number")
    def accession_number(self, row: Any) -> str:
        """The case."""
        return str(row.case.accession_number)
