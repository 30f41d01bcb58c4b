"""Who can see the own cases and why, in the admin site. Written by the workflows, never by hand; history only grows."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases import hooks
from cases.admin.base import ClinicalAdmin, home_cases
from cases.models import CaseGrant, Denial, GrantEvent, Share, Slide
from cases.order import in_order
from core.actor import Actor
from core.audit.models import CoreNow
from core.web.admin import register
from core.web.admin_record import RecordAdmin

PERMISSION_WORDS = {
    "view_case": _("the case and the slides named"),
    "view_identity": _("who the patient is"),
    "view_label": _("label images"),
    "view_earlier": _("earlier cases"),
    "view_first_report": _("the first report"),
}


def permission_words(permission: Permission) -> str:
    """What a permission opens, in words."""
    return str(PERMISSION_WORDS.get(permission.codename, permission.codename))


class Why(admin.SimpleListFilter):
    """The reasons that the workflows give."""

    title = _("why")
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """In words."""
        return list(hooks.source_names().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        return queryset.filter(source_kind=self.value()) if self.value() else queryset


class What(admin.SimpleListFilter):
    """What an access opens."""

    title = pgettext_lazy("access", "what")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """In words."""
        return list(PERMISSION_WORDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        return queryset.filter(permission__codename=self.value()) if self.value() else queryset


class InForce(admin.SimpleListFilter):
    """Whether it counts now; decided in SQL. `ended` names the field that ends it early, where its time is limited."""

    title = _("in force")
    parameter_name = "in_force"
    ended = "ended_at"
    is_limited = True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Yes or ended."""
        return [("yes", _("Yes")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        over = Q(**{f"{self.ended}__isnull": False})
        if self.is_limited:
            over |= Q(valid_until__lte=CoreNow())
        if self.value() == "yes":
            return queryset.filter(~over, valid_from__lte=CoreNow())
        return queryset.filter(over) if self.value() == "ended" else queryset


class GrantInForce(InForce):
    """A grant is revoked where other rows are ended."""

    ended = "revoked_at"


class DenialInForce(InForce):
    """A denial lasts until it is ended."""

    is_limited = False


class _Reasoned(RecordAdmin, ClinicalAdmin):
    """Rows for or against access that a workflow gave the reason for: which request, which meeting."""

    about_key = "source_id"

    def about_of(self, row: Any) -> tuple[str, UUID | None]:
        """What gave the reason."""
        return row.source_kind, row.source_id

    def about_label(self, row: Any) -> str:
        """The reason in words."""
        return hooks.source_name(row.source_kind)

    @admin.display(description=_("accession number"), ordering="case__accession_number")
    def accession_number(self, row: Any) -> str:
        """The case."""
        return str(row.case.accession_number)

    @admin.display(description=_("why"), ordering="source_kind")
    def why(self, row: Any) -> str:
        """The reason and what gave it."""
        return self.about(row)


@register(Share)
class ShareAdmin(_Reasoned):
    """Reasons for access to own cases."""

    list_display = ("accession_number", "why", "valid_from", "valid_until", "ended_at", "shows_identity")
    list_filter = (InForce, Why, "purpose", "shows_identity", "shows_label")
    number_fields = ("case__accession_number",)
    search_fields = ("=source_id",)
    search_help_text = _("The accession number or how it begins, or the whole number of a request.")
    ordering = ("-valid_from", "-pk")
    readonly_fields = fields = (
        "accession_number",
        "why",
        "purpose",
        "valid_from",
        "valid_until",
        "ended_at",
        "slides",
        "shows_identity",
        "shows_label",
        "shows_earlier",
        "shows_first_report",
    )

    def visible(self, actor: Actor) -> QuerySet[Share]:
        """Those of own cases."""
        return Share.objects.filter(case__in=home_cases(actor)).select_related("case")

    def name_of(self, row: Share) -> str:
        """The case and the reason."""
        return f"{row.case.accession_number}: {self.about_label(row)}"

    @admin.display(description=_("slides"))
    def slides(self, row: Share) -> str:
        """The slides it names."""
        named = Slide.objects.filter(pk__in=row.slides.values("slide")).select_related("specimen", "block")
        return ", ".join(slide.label for slide in in_order(named))


@register(CaseGrant)
class CaseGrantAdmin(ClinicalAdmin):
    """Who sees what of the own cases."""

    list_display = ("accession_number", "person", "what", "valid_from", "valid_until", "revoked_at")
    list_filter = (GrantInForce, What, "purpose")
    number_fields = ("content_object__accession_number",)
    search_fields = ("user__family_name", "user__given_name")
    search_help_text = _("A person's name, or the accession number or how it begins.")
    ordering = ("-valid_from", "-pk")
    readonly_fields = fields = (
        "accession_number",
        "person",
        "what",
        "purpose",
        "valid_from",
        "valid_until",
        "revoked_at",
    )

    def visible(self, actor: Actor) -> QuerySet[CaseGrant]:
        """Those on own cases."""
        found: QuerySet[CaseGrant] = CaseGrant.objects.filter(content_object__in=home_cases(actor))
        return found.select_related("content_object", "user", "permission")

    def name_of(self, row: CaseGrant) -> str:
        """Who sees which case."""
        return f"{row.content_object.accession_number}: {self.person(row)}"

    @admin.display(description=_("accession number"), ordering="content_object__accession_number")
    def accession_number(self, row: CaseGrant) -> str:
        """The case."""
        return row.content_object.accession_number

    @admin.display(description=_("person"), ordering="user__family_name")
    def person(self, row: CaseGrant) -> str:
        """Who."""
        return str(row.user.printed_name)

    @admin.display(description=pgettext_lazy("access", "what"), ordering="permission")
    def what(self, row: CaseGrant) -> str:
        """What they may see."""
        return permission_words(row.permission)


@register(GrantEvent)
class GrantEventAdmin(RecordAdmin, ClinicalAdmin):
    """What was given and ended, when, and by whom."""

    about_key = "case"
    list_display = ("at", "about", "change", "user", "what", "by_name")
    list_filter = ("given", What)
    search_fields = ("user__family_name", "user__given_name", "=case")
    search_help_text = _("A person's name, or the whole accession number.")
    ordering = ("-at", "-pk")
    readonly_fields = fields = (
        "at",
        "about",
        "change",
        "user",
        "what",
        "valid_from",
        "valid_until",
        "by_name",
        "share",
    )

    def visible(self, actor: Actor) -> QuerySet[GrantEvent]:
        """That of own cases."""
        own = home_cases(actor).values("pk")
        return GrantEvent.objects.filter(case__in=own).select_related("user", "permission")

    def about_of(self, row: GrantEvent) -> tuple[str, UUID | None]:
        """The case."""
        return "case", row.case

    def name_of(self, row: GrantEvent) -> str:
        """To whom it happened."""
        return f"{self.change(row)}: {row.user}"

    @admin.display(description=_("change"), ordering="given")
    def change(self, row: GrantEvent) -> str:
        """Given or ended."""
        return gettext("Access given") if row.given else gettext("Access ended")

    @admin.display(description=pgettext_lazy("access", "what"), ordering="permission")
    def what(self, row: GrantEvent) -> str:
        """What they could see."""
        return permission_words(row.permission)


@register(Denial)
class DenialAdmin(_Reasoned):
    """Reasons against access to own cases."""

    list_display = ("accession_number", "user", "kind", "why", "valid_from", "ended_at")
    list_filter = (DenialInForce, "kind", Why)
    number_fields = ("case__accession_number",)
    search_fields = ("user__family_name", "user__given_name")
    search_help_text = _("A person's name, or the accession number or how it begins.")
    ordering = ("-valid_from", "-pk")
    readonly_fields = fields = ("accession_number", "user", "kind", "why", "valid_from", "ended_at")

    def visible(self, actor: Actor) -> QuerySet[Denial]:
        """Those on own cases."""
        return Denial.objects.filter(case__in=home_cases(actor)).select_related("case", "user")

    def name_of(self, row: Denial) -> str:
        """Whom it keeps from which case."""
        return f"{row.case.accession_number}: {row.user}"
