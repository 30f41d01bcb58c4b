"""The base of every admin page: what is shown comes from visible_..., what changes goes through an action.

Rooms decorate their admin classes with `register`; config.admin puts them on the site.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.actor import Actor

AdminClass = TypeVar("AdminClass", bound="type[admin.ModelAdmin[Any]]")
if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin  # generic in the stubs only

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


class ActorAdmin(_ModelAdmin):
    """Read-only unless a subclass says otherwise, and scoped to the actor.

    `visible(actor)` gives the queryset. `may_change(actor)` lets the own fields be edited through the action that
    the subclass calls in save_model; nothing is ever deleted here.
    """

    list_per_page = 50
    show_full_result_count = False

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """What this actor sees. Subclasses answer with a visible_... queryset."""
        raise NotImplementedError(type(self).__name__)

    def may_add(self, actor: Actor) -> bool:
        """Whether this actor adds rows here."""
        return False

    def may_change(self, actor: Actor) -> bool:
        """Whether this actor changes rows here."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The actor's rows only."""
        actor = actor_of(request)
        found = self.visible(actor) if actor else self.model._default_manager.none()
        ordering = self.get_ordering(request)
        return found.order_by(*ordering) if ordering else found

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everybody whom the site lets in sees the list; the rows decide."""
        return actor_of(request) is not None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows outside the queryset are 404 anyway."""
        return actor_of(request) is not None

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


def actor_of(request: HttpRequest) -> Actor | None:
    """The actor of an admin request."""
    return getattr(request, "actor", None)
