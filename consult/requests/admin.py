"""Requests in the admin site: to look at; the one thing to do is withdrawing, by the action of the pages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.access import branches
from cases.access.lock import Seen
from cases.access.queries import visible_cases
from consult.requests.actions.withdraw import withdraw
from consult.requests.forms import ReasonForm
from consult.requests.models import ConsultRequest, Message
from consult.requests.policy import visible_requests, with_people
from core.actor import Actor
from core.errors import Refusal
from core.web.admin import ActorAdmin, actor_of, register


@register(ConsultRequest)
class ConsultRequestAdmin(ActorAdmin):
    """The requests that the actor may see."""

    actions = ["withdraw_chosen"]
    list_display = ("number", "accession_number", "status", "priority", "requester", "expert", "sent_at", "due_at")
    list_filter = ("status", "priority", "asking_organisation", "answering_organisation")
    search_fields = ("=number",)
    search_help_text = _("The whole number of a request, or the whole accession number of either laboratory.")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = (
        "number",
        "accession_number",
        "status",
        "priority",
        "question",
        "requester",
        "asking_organisation",
        "expert",
        "answering_organisation",
        "answering_accession_number",
        "shares_first_report",
        "created_at",
        "sent_at",
        "due_at",
        "accepted_at",
        "answered_at",
        "ended_at",
        "end_reason",
        "use",
        "use_note",
        "final_report_reference",
        "version",
    )
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[ConsultRequest]:
        """The requests of visible_requests."""
        return with_people(visible_requests(actor))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ConsultRequest], search_term: str
    ) -> tuple[QuerySet[ConsultRequest], bool]:
        """By whole numbers; the case's own only among cases whose identity the actor may know."""
        actor, term = actor_of(request), search_term.strip()
        if not term or actor is None:
            return queryset, False
        known = visible_cases(actor, branches.VIEW_IDENTITY).filter(accession_number=term)
        found = Q(number__iexact=term) | Q(answering_accession_number=term) | Q(case__in=known.values("pk"))
        return queryset.filter(found), False

    @admin.display(description=_("accession number"))
    def accession_number(self, row: ConsultRequest) -> str:
        """The number as it was sent: what both laboratories know. Empty for a draft."""
        return str(row.as_sent.get("accession_number", ""))

    @admin.action(description=_("Withdraw"), permissions=["view"])
    def withdraw_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask for the reason, then withdraw each; what was refused is said by number."""
        actor = actor_of(request)
        if actor is None:
            return None
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            context = self.admin_site.each_context(request) | {
                "title": _("Withdraw requests"),
                "opts": self.model._meta,
                "chosen": queryset,
                "form": form,
            }
            return TemplateResponse(request, "admin/requests/withdraw.html", context)
        done = sum(self._withdraw(request, actor, each, form.cleaned_data["reason"]) for each in queryset)
        if done:
            said = ngettext("%(number)s request is withdrawn.", "%(number)s requests are withdrawn.", done)
            self.message_user(request, said % {"number": done}, messages.SUCCESS)
        return None

    def _withdraw(self, request: HttpRequest, actor: Actor, row: ConsultRequest, reason: str) -> bool:
        seen = Seen(row.case.identity_version, row.case.patient.version)
        try:
            withdraw(actor=actor, request_id=row.pk, version=row.version, seen=seen, reason=reason)
        except Refusal as refusal:
            self.message_user(request, f"{row.number}: {refusal.message}", messages.ERROR)
            return False
        return True


@register(Message)
class MessageAdmin(ActorAdmin):
    """What was asked and said about those requests."""

    list_display = ("request", "kind", "author_name", "at")
    list_filter = ("kind",)
    search_fields = ("=request__number",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("request", "kind", "codes", "text", "author_name", "at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Message]:
        """The messages of visible_requests."""
        return Message.objects.filter(request__in=visible_requests(actor)).select_related("request")
