"""Single sign-on in the admin site: of the own organisation, or for whoever runs the installation to see and remove."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.actions.set_provider import ProviderFields, remove_provider, set_provider
from accounts.admin.base import ActionAdmin, ActionForm, for_each
from accounts.models import IdentityProvider
from accounts.reauthentication import is_fresh
from accounts.sign_in_forms import ROLES, ProviderForm, values_of
from core.actor import Actor
from core.web.admin import actor_of, register

ASKED = ("issuer", "client_id", "client_secret", "new_role", "values", "version_shown")
SHOWN = ("organisation", "issuer", "client_id", "new_role", "factor_values", "changed_by", "changed_at")


class SignInForm(ActionForm):
    """Sets up or changes."""

    grants = True

    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=1_000,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Leave it empty to keep the one there is. It is never shown again."),
    )
    new_role = forms.ChoiceField(
        label=_("Whoever comes for the first time becomes"),
        choices=ROLES,
        required=False,
        help_text=_("The provider must send their name and their e-mail address with email_verified as true."),
    )
    values = forms.CharField(
        label=_("Values that prove a second factor"),
        required=False,
        max_length=2_100,
        help_text=ProviderForm.base_fields["factor_values"].help_text,
    )
    version_shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = IdentityProvider
        fields = ("issuer", "client_id", "new_role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["values"] = " ".join(self.instance.factor_values)
            self.initial["version_shown"] = self.instance.version

    def perform(self, actor: Actor) -> IdentityProvider:
        """set_provider, of the organisation that one acts for."""
        given = self.cleaned_data
        fields = ProviderFields(
            issuer=given["issuer"],
            client_id=given["client_id"],
            secret=given["client_secret"],
            new_role=given["new_role"],
            factor_values=values_of(given["values"]),
        )
        is_new = self.instance._state.adding
        organisation = actor.lab() if is_new else self.instance.organisation_id
        version = None if is_new else given["version_shown"]
        return set_provider(actor=actor, organisation_id=organisation, fields=fields, version=version)

    def add_error(self, field: str | None, error: Any) -> None:
        """At the field as this form calls it."""
        super().add_error({"secret": "client_secret", "factor_values": "values"}.get(field or "", field), error)


@register(IdentityProvider)
class SingleSignOnAdmin(ActionAdmin):
    """By which provider the people of an organisation sign in. Its secret is written, never read."""

    form = SignInForm
    list_display = ("organisation", "issuer", "new_role", "changed_at")
    ordering = ("organisation__name",)
    list_select_related = ("organisation",)
    actions = ["remove"]

    def visible(self, actor: Actor) -> QuerySet[IdentityProvider]:
        """As on the page."""
        return policy.visible_providers(actor)

    def may_add(self, actor: Actor) -> bool:
        """The organisation's administrator, where there is none yet."""
        return policy.may_set_sign_in(actor) and not self.visible(actor).exists()

    def may_change(self, actor: Actor) -> bool:
        """The organisation's administrator."""
        return policy.may_set_sign_in(actor)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is asked for, or all that is known."""
        actor = actor_of(request)
        return ASKED if actor is not None and policy.may_set_sign_in(actor) else SHOWN

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything, for who sets up none."""
        return SHOWN if self.get_fields(request, obj) == SHOWN else ()

    @admin.action(description=_("Remove"), permissions=["act"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Those chosen; before it the proof of who asks, and then they are chosen again."""
        if not is_fresh(request):
            return redirect(f"{reverse('account_reauthenticate')}?next={request.path}")
        for_each(
            self,
            request,
            queryset,
            lambda actor, row: remove_provider(actor=actor, organisation_id=row.organisation_id),
        )
        return None
