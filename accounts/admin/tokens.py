"""Tokens of machines in the admin site: read and withdrawn. They are made in the app, where the text is shown once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy, queries
from accounts.actions.withdraw_token import withdraw_token
from accounts.admin.base import ActionAdmin, for_each, of_all
from accounts.models import MachineToken
from accounts.reauthentication import is_fresh
from core.actor import Actor
from core.web.admin import register

STATES = {"in_force": _("In force"), "withdrawn": _("Withdrawn"), "ended": _("Ended")}
SHOWN = (
    "organisation",
    "name",
    "purpose",
    "prefix",
    "may",
    "network",
    "state",
    "created_by",
    "created_at",
    "expires_at",
    "withdrawn_by",
    "withdrawn_at",
    "last_used_at",
    "last_used_address",
)


@register(MachineToken)
class TokenAdmin(ActionAdmin):
    """Which machines come in, what each may, when it was used last."""

    list_display = ("name", "prefix", "may", "state", "expires_at", "last_used_at")
    search_fields = ("name", "=prefix")
    ordering = ("-created_at", "-id")
    fields = SHOWN
    readonly_fields = SHOWN
    actions = ["withdraw"]

    def visible(self, actor: Actor) -> QuerySet[MachineToken]:
        """Those of the own laboratory."""
        return policy.visible_tokens(actor)

    def app_pages(self, actor: Actor, row: MachineToken | None) -> list[tuple[Any, str]]:
        """Where tokens are made, and one is withdrawn."""
        if row is not None:
            return [(_("Its page in Consilium"), reverse("accounts:token", args=[row.pk]))]
        return [(_("Tokens of machines in Consilium"), reverse("accounts:tokens"))]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Where there are several, the organisation."""
        return of_all(request, "organisation")

    @admin.display(description=_("what it may"))
    def may(self, token: MachineToken) -> str:
        """In words."""
        return "; ".join(queries.token_row(token).scopes)

    @admin.display(description=_("state"))
    def state(self, token: MachineToken) -> str:
        """In words."""
        return str(STATES[queries.token_row(token).state])

    @admin.action(description=_("Withdraw"), permissions=["act"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """The tokens chosen; before it the proof of who asks, and then they are chosen again."""
        if not is_fresh(request):
            return redirect(f"{reverse('account_reauthenticate')}?next={request.path}")
        for_each(self, request, queryset, lambda actor, row: withdraw_token(actor=actor, token_id=row.pk))
        return None
