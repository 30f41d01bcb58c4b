"""Requests in the admin site: to look at; the one thing to do is withdrawing, by the action of the pages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import CharField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import places
from accounts.models import Membership
from cases.access.lock import Seen
from cases.access.pseudonym import under_pseudonym
from cases.admin.base import ClinicalAdmin
from cases.models import Slide
from cases.nouns import known_number
from cases.order import in_order
from consult.requests.actions.withdraw import withdraw
from consult.requests.forms import ReasonForm
from consult.requests.models import ConsultRequest, Message
from consult.requests.policy import is_withheld, visible_requests, with_people
from core import terms
from core.actor import Actor
from core.errors import Refusal
from core.web.admin import actor_of, register


def _person(membership: Membership | None) -> str:
    return f"{membership.user.printed_name}, {membership.organisation.short_name}" if membership else ""


def _shown(actor: Actor) -> QuerySet[ConsultRequest]:
    """The requests of visible_requests, but for those that their own pages alone can show: those whose case is
    withheld, and what is read under a pseudonym, by this request or by another one about the same case."""
    blind = Q(is_pseudonymised=True) & ~Q(asking_organisation=actor.organisation)
    hidden = is_withheld(actor) | blind | under_pseudonym(actor, "case")
    return visible_requests(actor).exclude(hidden)


@register(ConsultRequest)
class ConsultRequestAdmin(ClinicalAdmin):
    """The requests that the actor may see."""

    actions = ["withdraw_chosen"]
    list_display = ("number", "accession_number", "status", "priority", "asked_by", "asked", "due_at")
    list_filter = (
        "status",
        "priority",
        # Of all organisations those alone that the reader's own requests name: who is there for one case is in no list.
        ("asking_organisation", admin.RelatedOnlyFieldListFilter),
        ("answering_organisation", admin.RelatedOnlyFieldListFilter),
    )
    number_fields = ("known_number", "sent_number", "answering_accession_number")
    search_fields = ("=number",)
    search_help_text = _("The whole number of a request, or an accession number of either laboratory or how it begins.")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = (
        "number",
        "accession_number",
        "status",
        "priority",
        "urgency_reason",
        "question",
        "working_diagnosis",
        "language_name",
        "slides",
        "requester",
        "asking_organisation",
        "expert",
        "answering_organisation",
        "answering_accession_number",
        "is_pseudonymised",
        "shares_first_report",
        "created_at",
        "sent_at",
        "due_at",
        "accepted_at",
        "answered_at",
        "ended_at",
        "end_words",
        "use",
        "use_note",
        "final_report_reference",
        "version",
    )
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[ConsultRequest]:
        """Those of _shown."""
        found = with_people(_shown(actor))
        sent_number = Cast(KT("as_sent__accession_number"), CharField())
        return found.annotate(known_number=known_number(actor, "case"), sent_number=sent_number)

    @admin.display(description=_("accession number"))
    def accession_number(self, row: Any) -> str:
        """The number as it was sent: what both laboratories know. Of a draft, that of the case."""
        return str(row.as_sent.get("accession_number", "") or row.known_number)

    @admin.display(description=_("requester"), ordering="requester__user__family_name")
    def asked_by(self, row: ConsultRequest) -> str:
        """Who asks, and from where."""
        return _person(row.requester)

    @admin.display(description=_("expert"), ordering="expert__user__family_name")
    def asked(self, row: ConsultRequest) -> str:
        """Who is asked, and where."""
        return _person(row.expert)

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, row: ConsultRequest) -> str:
        """In words."""
        return places.language(row.language)

    @admin.display(description=_("slides"))
    def slides(self, row: ConsultRequest) -> str:
        """The slides it shares."""
        named = Slide.objects.filter(pk__in=row.slides.values("slide")).select_related("specimen", "block")
        return ", ".join(slide.label for slide in in_order(named))

    @admin.display(description=_("reason"))
    def end_words(self, row: ConsultRequest) -> str:
        """Why it was declined, in words."""
        return terms.label("decline_reasons", row.end_reason) if row.end_reason else ""

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
class MessageAdmin(ClinicalAdmin):
    """What was asked and said about those requests."""

    list_display = ("request", "kind", "author_name", "at")
    list_filter = ("kind",)
    search_fields = ("=request__number", "author_name")
    search_help_text = _("A name, or the whole number of a request.")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("request", "kind", "asked_for", "text", "author_name", "at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Message]:
        """Those of the requests that are listed."""
        return Message.objects.filter(request__in=_shown(actor)).select_related("request")

    def name_of(self, row: Message) -> str:
        """The kind and the request."""
        return f"{row.get_kind_display()}, {row.request.number}"

    @admin.display(description=_("what is asked for"))
    def asked_for(self, row: Message) -> str:
        """In words."""
        return ", ".join(terms.label("information_requests", code) for code in row.codes)
