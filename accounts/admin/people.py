"""People in the admin site."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, F, Prefetch, Q, QuerySet, When
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
from core.web.dates import clinical_date


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


class OfMembers(admin.BooleanFieldListFilter):
    """A mark of the account, yes or no; those who have left are found by neither."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those with this mark who are present."""
        marked = super().queryset(request, queryset)
        if marked is None or not self.used_parameters:
            return queryset
        return marked.filter(is_present=True)


@register(User)
class PersonAdmin(ActionAdmin):
    """Who signs in. People come by invitation and leave by deactivation; nobody who has signed is deleted.

    Those who have left stand here by name and by what they were, so that what they did can be read; how and where they
    sign in now is nothing to where they once worked (policy.present_people).
    """

    form = PersonForm
    list_display = ("printed", "address", "works_for", "language_name", "active", "signed_in")
    search_fields = ("given_name", "family_name", "known_email")
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
    fields_of_leavers = ("printed", "works_for")
    actions = ["end_all_sessions", "deactivate_people"]

    def visible(self, actor: Actor) -> QuerySet[User]:
        """The own laboratory's people, with what they are and were there; what they sign in by, while they belong."""
        present = Q(pk__in=policy.present_people(actor).values("pk"))
        known = {f"known_{name}": Case(When(present, then=F(name))) for name in ("language", "is_active", "last_login")}
        there = policy.administered_memberships(actor).select_related("organisation")
        there = there.order_by(F("valid_until").asc(nulls_last=True))  # so the last one counts
        there = there.annotate(
            is_over=Case(When(valid_until__lte=CoreNow(), then=True), default=False),
            is_ahead=Case(When(valid_from__gt=CoreNow(), then=True), default=False),
        )
        return (
            policy.administered_people(actor)
            .annotate(
                is_present=Case(When(present, then=True), default=False),
                known_email=policy.address_if_present(actor),
                **known,
            )
            .prefetch_related(Prefetch("memberships", there, to_attr="memberships_there"))
        )

    def may_change(self, actor: Actor) -> bool:
        """Those who administer a laboratory."""
        return policy.administered(actor).exists()

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Active, role, who runs the installation, and where there are several the organisation."""
        return of_all(
            request,
            ("is_active", OfMembers),
            Works,
            ("is_platform_admin", OfMembers),
            "memberships__organisation",
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of those who belong here; who has left is shown."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_present)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of those who have left, who they are and what they were here."""
        return self.fields if obj is None or obj.is_present else self.fields_of_leavers

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that edit_person does not change."""
        return self.readonly_fields if obj is None or obj.is_present else self.fields_of_leavers

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

    @admin.display(description=_("e-mail"), ordering="known_email")
    def address(self, person: Any) -> str:
        """Of those who belong here."""
        return str(person.known_email)

    @admin.display(description=_("works for"))
    def works_for(self, person: Any) -> str:
        """The organisations that the reader administers; where that is over or yet to come, with the day."""
        last: dict[str, Any] = {}
        for each in person.memberships_there:
            name = each.organisation.short_name
            if name not in last or last[name].is_over or not each.is_ahead:
                last[name] = each
        return "; ".join(_where(name, last[name]) for name in sorted(last))

    @admin.display(description=_("language"), ordering="known_language")
    def language_name(self, person: Any) -> str:
        """In words; of those who belong here."""
        return places.language(person.known_language) if person.known_language else ""

    @admin.display(description=_("active"), ordering="known_is_active", boolean=True)
    def active(self, person: Any) -> bool | None:
        """Whether the account is open; of those who belong here."""
        return person.known_is_active  # type: ignore[no-any-return]  # annotated

    @admin.display(description=_("last signed in"), ordering="known_last_login")
    def signed_in(self, person: Any) -> Any:
        """When; of those who belong here."""
        return person.known_last_login

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


def _where(organisation: str, last: Any) -> str:
    """Where somebody works, until when they did, or from when they will."""
    if last.is_over:
        words = {"organisation": organisation, "day": clinical_date(last.valid_until)}
        return gettext("%(organisation)s, until %(day)s") % words
    if last.is_ahead:
        words = {"organisation": organisation, "day": clinical_date(last.valid_from)}
        return gettext("%(organisation)s, from %(day)s") % words
    return organisation
