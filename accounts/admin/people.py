"""People in the admin site."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places, policy
from accounts.actions.deactivate import check, deactivate
from accounts.actions.edit_person import edit_person
from accounts.actions.end_sessions import end_sessions_of
from accounts.admin.base import ActionAdmin, ActionForm, for_each, not_refused, of_all
from accounts.admin.leaving import ask_first
from accounts.models import Membership, User
from accounts.roles import Role
from core.actor import Actor
from core.audit.models import CoreNow
from core.web.admin import actor_of, register


class PersonForm(ActionForm):
    """Corrects the name; asks for another address."""

    grants = True

    class Meta:
        model = User
        fields = ("title", "given_name", "family_name", "email")

    def perform(self, actor: Actor) -> User:
        """edit_person."""
        return edit_person(
            actor=actor,
            person_id=self.instance.pk,
            **{name: self.value(name) for name in ("title", "given_name", "family_name", "email")},
        )


class Works(admin.SimpleListFilter):
    """As what people work, in the organisations that the reader administers."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The roles."""
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those with a membership in this role, past ones too."""
        actor = actor_of(request)
        if actor is None or self.value() not in Role.values:
            return queryset
        return queryset.filter(pk__in=policy.administered_memberships(actor).filter(role=self.value()).values("user"))


@register(User)
class PersonAdmin(ActionAdmin):
    """Who signs in. People come by invitation and leave by deactivation; nobody who has signed is deleted."""

    form = PersonForm
    list_display = ("printed", "email", "works_for", "language_name", "is_active", "signed_in")
    search_fields = ("given_name", "family_name", "email")
    ordering = ("family_name", "given_name", "id")
    readonly_fields = (
        "waiting_address",
        "works_for",
        "language_name",
        "is_active",
        "is_platform_admin",
        "signed_in",
        "date_joined",
    )
    fields = ("title", "given_name", "family_name", "email", *readonly_fields)
    actions = ["end_all_sessions", "deactivate_people"]

    def visible(self, actor: Actor) -> QuerySet[User]:
        """The own laboratory's people."""
        return policy.administered_people(actor).prefetch_related("memberships__organisation")

    def may_change(self, actor: Actor) -> bool:
        """Those who administer a laboratory."""
        return policy.administered(actor).exists()

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Active, role, who runs the installation, and where there are several the organisation."""
        return of_all(request, "is_active", Works, "is_platform_admin", "memberships__organisation")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action has done it; a new address is not in force yet."""
        if form.cleaned_data.get("email", obj.email) != obj.email:
            words = gettext("Both addresses get a mail. The old one holds until this person opens the link in the new.")
            messages.info(request, words)

    @admin.display(description=_("address that waits for its owner"))
    def waiting_address(self, person: User) -> str:
        """The one that edit_person was asked for last."""
        waiting = person.address_changes.filter(confirmed_at=None, withdrawn_at=None, expires_at__gt=CoreNow())
        return waiting.values_list("new_email", flat=True).first() or ""

    @admin.display(description=_("name"), ordering="family_name")
    def printed(self, person: User) -> str:
        """As on a signature."""
        return person.printed_name

    @admin.display(description=_("works for"))
    def works_for(self, person: User) -> str:
        """The organisations, past ones too."""
        return ", ".join(sorted({each.organisation.short_name for each in person.memberships.all()}))

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, person: User) -> str:
        """In words."""
        return places.language(person.language) if person.language else ""

    @admin.display(description=_("last signed in"), ordering="last_login")
    def signed_in(self, person: User) -> Any:
        """When."""
        return person.last_login

    @admin.action(description=_("End all sessions now; the person can sign in again"), permissions=["act"])
    def end_all_sessions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Of the people chosen."""
        for_each(self, request, queryset, lambda actor, person: end_sessions_of(actor=actor, person_id=person.pk))

    @admin.action(description=_("Deactivate: end all memberships and sessions now"), permissions=["act"])
    def deactivate_people(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """The people chosen, after a page that says what becomes of their open work."""
        if "confirmed" in request.POST:
            for_each(self, request, queryset, lambda actor, person: deactivate(actor=actor, person_id=person.pk))
            return None
        people = not_refused(self, request, queryset, lambda actor, person: check(actor=actor, person_id=person.pk))
        actor = actor_of(request)
        known = policy.administered_memberships(actor) if actor else Membership.objects.none()
        ending = list(Membership.objects.not_ended().filter(user__in=people, pk__in=known.values("pk")))
        return ask_first(
            self,
            request,
            {
                person.pk: (person.printed_name, [each for each in ending if each.user_id == person.pk])
                for person in people
            },
            action="deactivate_people",
            title=_("Deactivate now"),
            consequence=_(
                "These people can no longer sign in. Their memberships, sessions and all access end now; what they did"
                " and signed stays as it is. An invitation brings a person back."
            ),
        )
