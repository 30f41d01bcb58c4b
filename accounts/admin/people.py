"""People in the admin site."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.actions.deactivate import deactivate
from accounts.actions.edit_person import edit_person
from accounts.admin.base import ActionAdmin, ActionForm, for_each
from accounts.models import User
from core.actor import Actor
from core.web.admin import register


class PersonForm(ActionForm):
    """Corrects name and address."""

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


@register(User)
class PersonAdmin(ActionAdmin):
    """Who signs in. People come by invitation and leave by deactivation; nobody who has signed is deleted."""

    form = PersonForm
    list_display = ("printed", "email", "works_for", "language", "is_active", "is_platform_admin", "last_login")
    list_filter = ("is_active", "is_platform_admin")
    search_fields = ("given_name", "family_name", "email")
    ordering = ("family_name", "given_name", "id")
    readonly_fields = ("language", "is_active", "is_platform_admin", "last_login", "date_joined", "works_for")
    fields = ("title", "given_name", "family_name", "email", *readonly_fields)
    actions = ["deactivate_people"]

    def visible(self, actor: Actor) -> QuerySet[User]:
        """The own laboratory's people."""
        return policy.administered_people(actor).prefetch_related("memberships__organisation")

    def may_change(self, actor: Actor) -> bool:
        """Those who administer a laboratory."""
        return policy.administered(actor).exists()

    @admin.display(description=_("name"), ordering="family_name")
    def printed(self, person: User) -> str:
        """As on a signature."""
        return person.printed_name

    @admin.display(description=_("works for"))
    def works_for(self, person: User) -> str:
        """The organisations, past ones too."""
        return ", ".join(sorted({each.organisation.short_name for each in person.memberships.all()}))

    @admin.action(description=_("Deactivate: end all memberships and sessions now"), permissions=["act"])
    def deactivate_people(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """The people chosen."""
        for_each(self, request, queryset, lambda actor, person: deactivate(actor=actor, person_id=person.pk))
