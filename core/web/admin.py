"""The base of every admin page: what is shown comes from visible_..., what changes goes through an action.

Rooms decorate their admin classes with `register`; config.admin puts them on the site.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst

from core.actor import Actor

AdminClass = TypeVar("AdminClass", bound="type[admin.ModelAdmin[Any]]")
if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin  # generic in the stubs only

NUL = "%00"  # as an address spells it; a typed %00 is %2500 there
KEPT = "~"  # stands in an address for what is searched for
_SEARCH = "admin_search"
_registered: "dict[type[Model], type[admin.ModelAdmin[Any]]]" = {}


def register(model: type[Model]) -> Callable[[AdminClass], AdminClass]:
    """Remember the decorated class as the admin of `model`."""

    def decorate(admin_class: AdminClass) -> AdminClass:
        _registered[model] = admin_class
        return admin_class

    return decorate


def registered() -> "dict[type[Model], type[admin.ModelAdmin[Any]]]":
    """Every model's admin class."""
    return dict(_registered)


def titled(field: str, title: Any, filtering: "type[admin.FieldListFilter]" = admin.ChoicesFieldListFilter) -> Any:
    """A list filter on a field under a title of its own, where the field's name alone would say too little."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        filtering.__init__(self, *args, **kwargs)
        self.title = title

    return field, type(f"Titled{filtering.__name__}", (filtering,), {"__init__": __init__})


class ActorAdmin(_ModelAdmin):
    """Read-only unless a subclass says otherwise, and scoped to the actor.

    `visible(actor)` gives the queryset. `may_change(actor)` lets the own fields be edited through the action that
    the subclass calls in save_model; nothing is ever deleted here. What somebody searches for may be a patient's name:
    it comes by POST and waits in the session, so that no address and no log holds it.
    """

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """What this actor sees. Subclasses answer with a visible_... queryset."""
        raise NotImplementedError(type(self).__name__)

    def may_see(self, actor: Actor) -> bool:
        """Whether this actor has a list here at all; its rows are decided by `visible`."""
        return True

    def may_add(self, actor: Actor) -> bool:
        """Whether this actor adds rows here."""
        return False

    def may_change(self, actor: Actor) -> bool:
        """Whether this actor changes rows here."""
        return False

    def name_of(self, row: Any) -> str:
        """What a row is called above its page. Subclasses say more where the row's own words are few."""
        return str(row)

    def app_pages(self, actor: Actor, row: Any) -> list[tuple[Any, str]]:
        """Label and address of the app's pages beside a row, or beside the list where there is none: what is done there
        alone is found from here. Each is open to this actor."""
        return []

    def search(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """The rows that fit a term, and whether some may come twice. Subclasses widen or replace search_fields."""
        return super().get_search_results(request, queryset, term)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As `search` says, for the term that the session keeps or the address names."""
        return self.search(request, queryset, self._term(request, search_term).strip())

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """What the list's own filters and its days ask. Django lets an address ask of every column of the row, and so
        read out letter by letter what no page shows: hashes of passwords, reasons, keys of patients."""
        offered = [self.date_hierarchy, *map(_asked_by, self.get_list_filter(request))]
        is_offered = any(each and f"{lookup}__".startswith(f"{each}__") for each in offered)
        return is_offered and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, called by what it lists; or, for a search, the way to it."""
        if NUL in request.GET.urlencode():
            raise SuspiciousOperation("no database keeps this sign")
        if request.method == "POST" and SEARCH_VAR in request.POST:
            return self._keep_search(request)
        own = {"title": capfirst(str(self.opts.verbose_name_plural)), "app_pages": self._app_pages(request, None)}
        return super().changelist_view(request, own | (extra_context or {}))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the term itself in its box."""
        found = super().get_changelist_instance(request)
        found.query = self._term(request, found.query)
        return found

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The row under the name that name_of gives it."""
        row = context.get("original")
        opts, site = self.opts, self.admin_site.name
        context["list_url"] = reverse(f"{site}:{opts.app_label}_{opts.model_name}_changelist")
        if row is not None:
            context |= {"subtitle": self.name_of(row), "app_pages": self._app_pages(request, row)}
        return super().render_change_form(request, context, *args, **kwargs)

    def _app_pages(self, request: HttpRequest, row: Any) -> list[tuple[Any, str]]:
        actor = actor_of(request)
        return [] if actor is None else self.app_pages(actor, row)

    def _term(self, request: HttpRequest, term: str) -> str:
        kept = request.session.get(_SEARCH, ["", ""])
        return (kept[1] if kept[0] == self.opts.label else "") if term == KEPT else term

    def _keep_search(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        term, wanted = request.POST[SEARCH_VAR].replace("\0", "").strip(), request.GET.copy()
        for name in (SEARCH_VAR, PAGE_VAR):
            wanted.pop(name, None)
        request.session[_SEARCH] = [self.opts.label, term]
        if term:
            wanted[SEARCH_VAR] = KEPT
        return redirect(f"{request.path}?{wanted.urlencode()}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The actor's rows only."""
        actor = actor_of(request)
        found = self.visible(actor) if actor else self.model._default_manager.none()
        ordering = self.get_ordering(request)
        return found.order_by(*ordering) if ordering else found

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As may_see says."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As may_see says; rows outside the queryset are 404 anyway."""
        actor = actor_of(request)
        return actor is not None and self.may_see(actor)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As may_add says."""
        actor = actor_of(request)
        return actor is not None and self.may_add(actor)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As may_change says."""
        actor = actor_of(request)
        return actor is not None and self.may_change(actor)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was recorded stays."""
        return False


def _asked_by(list_filter: Any) -> str:
    """The field or parameter by which a filter asks in the address."""
    if isinstance(list_filter, type):
        return str(getattr(list_filter, "parameter_name", ""))
    return str(list_filter[0] if isinstance(list_filter, tuple | list) else list_filter)


def actor_of(request: HttpRequest) -> Actor | None:
    """The actor of an admin request."""
    return getattr(request, "actor", None)
