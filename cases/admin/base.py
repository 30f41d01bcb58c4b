"""What the clinical admin pages share: which rows are shown, and the sentence for those to whom none are."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policy
from cases.access import branches
from cases.access.pseudonym import under_pseudonym
from cases.models import Case
from cases.numbers import begins_number
from core.actor import Actor
from core.web.admin import ActorAdmin, actor_of

ADMINISTERING = gettext_noop(
    "Administering gives no access to patients: your role shows only what somebody shares with you."
)
PSEUDONYM = gettext_noop("What you read under a pseudonym is not listed here. You find it among your requests.")


class ClinicalAdmin(ActorAdmin):
    """Read-only rows of what the actor may see; says so where a role sees none.

    Rows stand here as they are, not as CaseView shows them: a list leaves out what the actor reads under a pseudonym
    (under_pseudonym).

    `number_fields` lead to accession numbers that this list shows: they are searched from their start, however they are
    spelled, besides `search_fields`.
    """

    number_fields: tuple[str, ...] = ()

    def may_see(self, actor: Actor) -> bool:
        """Not those to whom the audit alone is open."""
        return not policy.only_reads(actor)

    def search(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By search_fields, or by how an accession number begins."""
        if not term or not self.number_fields:
            return super().search(request, queryset, term)
        begins = reduce(or_, (Q(begins_number(field, term)) for field in self.number_fields))
        numbered = queryset.filter(begins)
        if not self.get_search_fields(request):
            return numbered, False
        named, twice = super().search(request, queryset, term)
        return named | numbered, twice

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Offered to roles that work with cases: an administrator's lists would be empty. Their addresses say why."""
        actor = actor_of(request)
        return actor is not None and branches.sees_home(actor)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with a sentence for those whose role opens nothing."""
        actor = actor_of(request)
        if actor is not None and request.method != "POST":
            if not branches.sees_home(actor):
                messages.info(request, _(ADMINISTERING))
            elif branches.all_in_force(actor).filter(under_pseudonym(actor, "content_object")).exists():
                messages.info(request, _(PSEUDONYM))
        return super().changelist_view(request, extra_context)


def home_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the own laboratory: who may know who has access to them."""
    return branches.home(actor).filter(branches.not_denied(actor))
