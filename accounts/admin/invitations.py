"""Invitations in the admin site."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import places, policy, queries
from accounts.actions.invite import invite
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.admin.base import ActionAdmin, ActionForm, for_each, of_all
from accounts.forms import FROM_ACCEPTING
from accounts.models import Invitation
from core.actor import Actor
from core.audit.models import CoreNow
from core.web.admin import register

REGISTRATION = ("registration_number", "registration_body")
FIELDS = ("organisation", "role", "title", "given_name", "family_name", "email", *REGISTRATION, "first_day", "language")
STATES = {
    queries.OPEN: _("Waiting for an answer"),
    queries.USED: _("Accepted"),
    queries.WITHDRAWN: _("Withdrawn"),
    queries.TOO_OLD: _("Too old"),
}


class InvitationForm(ActionForm):
    """Invites."""

    grants = True

    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    first_day = forms.DateField(
        label=_("First day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=FROM_ACCEPTING,
    )

    class Meta:
        model = Invitation
        fields = FIELDS

    def perform(self, actor: Actor) -> Invitation:
        """Call invite."""
        given = {name: self.value(name) for name in FIELDS if name != "organisation"}
        return invite(actor=actor, organisation_id=self.cleaned_data["organisation"].pk, **given)


class State(admin.SimpleListFilter):
    """What became of it, as queries.state_of says, in SQL."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """In words."""
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        waits = Q(accepted_at__isnull=True, withdrawn_at__isnull=True)
        found = {
            queries.OPEN: waits & Q(expires_at__gt=CoreNow()),
            queries.USED: Q(accepted_at__isnull=False),
            queries.WITHDRAWN: Q(accepted_at__isnull=True, withdrawn_at__isnull=False),
            queries.TOO_OLD: waits & Q(expires_at__lte=CoreNow()),
        }.get(self.value() or "")
        return queryset.filter(found) if found else queryset


@register(Invitation)
class InvitationAdmin(ActionAdmin):
    """Who was invited. An invitation is made and withdrawn, never changed."""

    form = InvitationForm
    list_display = ("email", "name", "role", "invited_to", "state", "expires_at")
    search_fields = ("email", "given_name", "family_name")
    ordering = ("-created_at", "-id")
    list_select_related = ("organisation",)
    actions = ["withdraw"]

    def visible(self, actor: Actor) -> QuerySet[Invitation]:
        """Those into the own laboratory."""
        return policy.visible_invitations(actor)

    def may_add(self, actor: Actor) -> bool:
        """Those who administer a laboratory."""
        return policy.administered(actor).exists()

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """State, role, and where there are several the organisation."""
        return of_all(request, State, "role", "organisation")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is asked for, or all that is known."""
        if obj is None:
            return FIELDS
        given = tuple("language_name" if name == "language" else name for name in FIELDS)
        return (*given, "state", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything, once it is sent."""
        return () if obj is None else self.get_fields(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Into one's own laboratory only."""
        actor = getattr(request, "actor", None)
        if db_field.name == "organisation" and actor is not None:
            kwargs["queryset"] = queries.inviting_organisations(actor)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("name"), ordering="family_name")
    def name(self, invitation: Invitation) -> str:
        """Who is invited."""
        return " ".join(filter(None, (invitation.title, invitation.given_name, invitation.family_name)))

    @admin.display(description=_("organisation"), ordering="organisation__short_name")
    def invited_to(self, invitation: Invitation) -> str:
        """By its short name."""
        return invitation.organisation.short_name

    @admin.display(description=_("language of the mail"))
    def language_name(self, invitation: Invitation) -> str:
        """In words."""
        return places.language(invitation.language) if invitation.language else ""

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        """In words."""
        return str(STATES[queries.state_of(invitation)])

    @admin.action(description=_("Withdraw"), permissions=["act"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """The invitations chosen."""
        for_each(self, request, queryset, lambda actor, row: withdraw_invitation(actor=actor, invitation_id=row.pk))
