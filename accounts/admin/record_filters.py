"""The filters of what happened: when, what, who, about what."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import clock
from core.audit import hooks, names
from core.web.admin import actor_of
from core.workflow import machine

PEOPLE_SHOWN = 200


class When(admin.SimpleListFilter):
    """The last hour, day, week, month."""

    title = _("when")
    parameter_name = "when"
    spans = {
        "hour": (timedelta(hours=1), _("The last hour")),
        "day": (timedelta(days=1), _("The last 24 hours")),
        "week": (timedelta(days=7), _("The last 7 days")),
        "month": (timedelta(days=30), _("The last 30 days")),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The spans."""
        return [(code, words) for code, (_span, words) in self.spans.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows since then."""
        chosen = self.spans.get(self.value() or "")
        return queryset.filter(at__gte=clock.now() - chosen[0]) if chosen else queryset


class Action(admin.SimpleListFilter):
    """The registered names with their words."""

    title = _("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """By their words."""
        return sorted(((name, str(label)) for name, label in names.all_names().items()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One name."""
        return queryset.filter(action=self.value()) if self.value() else queryset


class Person(admin.SimpleListFilter):
    """The people whom the reader administers."""

    title = _("who")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """By family name; the search finds everybody else."""
        actor = actor_of(request)
        if actor is None:
            return []
        people = policy.administered_people(actor).order_by("family_name", "given_name")[:PEOPLE_SHOWN]
        return [(str(person.pk), person.printed_name) for person in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One person."""
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(person=self.value()) if self.value() in known else queryset


class Noun(admin.SimpleListFilter):
    """The nouns that have a table of steps."""

    title = _("about")
    parameter_name = "noun"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """In words."""
        return [(noun, hooks.label(noun) or noun) for noun in machine.nouns()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        return queryset.filter(noun=self.value()) if self.value() else queryset
