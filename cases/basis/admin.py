"""Rules and records of the legal basis in the admin site: to look at; the pages of the app state and record."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.agreements import above
from accounts.policy import is_platform_admin
from cases.admin.base import ClinicalAdmin
from cases.basis.models import LegalFact, LegalRule, RuleConfirmation
from cases.basis.policy import reads_rules, visible_facts, visible_rules
from core.actor import Actor
from core.web.admin import ActorAdmin, register


@register(LegalRule)
class LegalRuleAdmin(ActorAdmin):
    """Those of the own organisation and country; all of them for whoever runs the installation."""

    list_display = ("name", "as_of", "status", "confirmed", "valid_from", "superseded_at", "made_by")
    list_filter = ("status", "preset")
    readonly_fields = fields = (
        "country",
        "organisation",
        "number",
        "preset",
        "as_of",
        "confirmed",
        "conditions",
        "sources",
        "reason",
        "status",
        "valid_from",
        "superseded_at",
        "made_at",
        "made_by",
    )
    ordering = ("-valid_from", "-pk")

    def visible(self, actor: Actor) -> QuerySet[LegalRule]:
        """Those of visible_rules."""
        everybodys = is_platform_admin(actor)
        rows = LegalRule.objects.all() if everybodys else visible_rules(actor)
        confirmed = RuleConfirmation.objects.filter(rule=OuterRef("pk"))
        if not everybodys and actor.organisation:
            confirmed = confirmed.filter(organisation__in=above(actor.organisation).values("pk"))
        return rows.select_related("organisation").annotate(is_confirmed=Exists(confirmed))

    def app_pages(self, actor: Actor, row: LegalRule | None) -> list[tuple[Any, str]]:
        """Where the rule is confirmed, stated and dropped; for who reads it there."""
        return [(_("Rules for sharing in Consilium"), reverse("basis:rules"))] if reads_rules(actor) else []

    @admin.display(description=_("rule"))
    def name(self, row: LegalRule) -> str:
        """Place and version."""
        return str(row)

    @admin.display(description=_("confirmed locally"), boolean=True)
    def confirmed(self, row: Any) -> bool:
        """Whether somebody who answers for the own organisation has confirmed it."""
        return bool(row.is_confirmed)


@register(LegalFact)
class LegalFactAdmin(ClinicalAdmin):
    """Those about own patients."""

    list_display = ("kind", "reach", "on_day", "status", "recorded_at", "recorded_by")
    list_filter = ("status", "kind")
    ordering = ("-recorded_at", "-pk")
    readonly_fields = fields = (
        "kind",
        "reach",
        "on_day",
        "by_whom",
        "how",
        "valid_from",
        "valid_until",
        "status",
        "recorded_at",
        "recorded_by",
        "ended_at",
        "ended_by",
        "end_reason",
    )

    def visible(self, actor: Actor) -> QuerySet[LegalFact]:
        """Those of visible_facts."""
        return visible_facts(actor)
