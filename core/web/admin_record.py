"""Admin pages of rows that are about something: they say about what, by the number that their reader may know."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.audit import hooks
from core.web.admin import ActorAdmin, actor_of

SHORT = 8  # the last characters of a key tell two keys apart; the first are the time they were made at


class RecordAdmin(ActorAdmin):
    """Rows with a column `about`. `about_key` is the field that holds the key of what they are about."""

    about_key = ""

    def about_of(self, row: Any) -> tuple[str, UUID | None]:
        """The noun (core.audit.hooks) and the key of what a row is about."""
        raise NotImplementedError(type(self).__name__)

    def about_label(self, row: Any) -> str:
        """The word for the kind of what a row is about."""
        return hooks.label(self.about_of(row)[0])

    def search(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By the search fields, and by the number of what the rows are about."""
        found, doubles = super().search(request, queryset, term)
        actor = actor_of(request)
        keys = hooks.found(actor, term) if term and actor else set()
        return (found | queryset.filter(**{f"{self.about_key}__in": keys}) if keys else found), doubles

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the names of what the page's rows are about; one question per noun."""
        found = super().get_changelist_instance(request)
        self._name(request, found.result_list)
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With the name of what it is about."""
        row = super().get_object(request, object_id, from_field)
        self._name(request, [row] if row else [])
        return row

    def _name(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        actor, about = actor_of(request), {row: self.about_of(row) for row in rows}
        if actor is None:
            return
        names = hooks.named(actor, ((noun, key) for noun, key in about.values() if key))
        for row, (noun, key) in about.items():
            row.about_name = names.get((noun, key), "") if key else ""

    @admin.display(description=_("about"))
    def about(self, row: Any) -> str:
        """The kind and the number, which leads to every row about it; the end of the key where no number is known."""
        label, (_noun, key) = self.about_label(row), self.about_of(row)
        if key is None:
            return label
        rows = reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
        name = row.about_name or f"…{str(key)[-SHORT:]}"
        hint = gettext("Everything here about it")
        return format_html('{} <a href="{}?q={}" title="{}">{}</a>', label, rows, key, hint, name)
