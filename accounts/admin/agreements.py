"""Agreements in the admin site: to look at and to confirm; the pages of the app propose, decline and end."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import agreement_words, agreements
from accounts.actions.agreement import confirm
from accounts.admin.base import AdministratorsAdmin, for_each
from accounts.models import Agreement
from accounts.reauthentication import is_fresh
from core.actor import Actor
from core.web.admin import actor_of, register


@register(Agreement)
class AgreementAdmin(AdministratorsAdmin):
    """Agreements of the own organisation, or all of them for whoever runs the installation."""

    list_display = ("between", "about", "identity", "first_day", "last_day", "status")
    list_filter = ("status", "identity")
    ordering = ("-valid_from", "-id")
    fields = ("between", "about", "identity", "first_day", "last_day", "reference", "proposed_for", "status")
    actions = ["confirm"]

    def visible(self, actor: Actor) -> QuerySet[Agreement]:
        """As on the pages."""
        return agreements.visible_agreements(actor)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the action is offered; it asks again for every row."""
        return actor_of(request) is not None

    def app_pages(self, actor: Actor, row: Agreement | None) -> list[tuple[Any, str]]:
        """Where agreements are proposed, answered and ended."""
        if row is not None:
            return [(_("Its page in Consilium"), reverse("accounts:agreement", args=[row.pk]))]
        return [
            (_("Agreements in Consilium"), reverse("accounts:agreements")),
            (_("Propose an agreement"), reverse("accounts:propose_agreement")),
        ]

    @admin.display(description=_("between"))
    def between(self, agreement: Agreement) -> str:
        """Who asks whom."""
        return agreement_words.direction(agreement)

    @admin.display(description=_("about"))
    def about(self, agreement: Agreement) -> str:
        """What may be sent."""
        return agreement_words.work(agreement)

    @admin.display(description=_("first day"), ordering="valid_from")
    def first_day(self, agreement: Agreement) -> Any:
        """As agreed."""
        return agreement.first_day

    @admin.display(description=_("last day"), ordering="valid_until")
    def last_day(self, agreement: Agreement) -> Any:
        """As agreed."""
        return agreement.last_day

    @admin.action(description=_("Confirm"), permissions=["act"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """The proposals chosen; before it the proof of who asks, and then they are chosen again."""
        if not is_fresh(request):
            return redirect(f"{reverse('account_reauthenticate')}?next={request.path}")
        for_each(
            self, request, queryset, lambda actor, row: confirm(actor=actor, agreement_id=row.pk, version=row.version)
        )
        return None
