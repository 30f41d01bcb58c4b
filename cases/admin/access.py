"""Who can see the own cases and why, in the admin site. Written by the workflows, never by hand; history only grows."""

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from cases import hooks
from cases.admin.base import ClinicalAdmin, home_cases
from cases.models import CaseGrant, Denial, GrantEvent, Share
from core.actor import Actor
from core.web.admin import register


@register(Share)
class ShareAdmin(ClinicalAdmin):
    """Reasons for access to own cases."""

    list_display = ("accession_number", "why", "purpose", "valid_from", "valid_until", "ended_at", "shows_identity")
    list_filter = ("source_kind", "purpose", "shows_identity", "shows_label")
    search_fields = ("=case__accession_number", "=source_id")
    ordering = ("-valid_from", "-pk")
    readonly_fields = fields = (
        "accession_number",
        "why",
        "source_id",
        "purpose",
        "valid_from",
        "valid_until",
        "ended_at",
        "shows_identity",
        "shows_label",
        "shows_earlier",
        "shows_first_report",
    )

    def visible(self, actor: Actor) -> QuerySet[Share]:
        """Those of own cases."""
        return Share.objects.filter(case__in=home_cases(actor)).select_related("case")

    @admin.display(description=gettext_lazy("accession number"), ordering="case__accession_number")
    def accession_number(self, row: Share) -> str:
        """The case."""
        return row.case.accession_number

    @admin.display(description=gettext_lazy("why"), ordering="source_kind")
    def why(self, row: Share) -> str:
        """The reason in words."""
        return hooks.source_name(row.source_kind)


@register(CaseGrant)
class CaseGrantAdmin(ClinicalAdmin):
    """Who sees what of the own cases."""

    list_display = ("accession_number", "person", "what", "valid_from", "valid_until", "revoked_at")
    list_filter = (("permission", admin.RelatedOnlyFieldListFilter), "purpose")
    search_fields = ("=content_object__accession_number", "user__family_name")
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

    @admin.display(description=gettext_lazy("accession number"), ordering="content_object__accession_number")
    def accession_number(self, row: CaseGrant) -> str:
        """The case."""
        return row.content_object.accession_number

    @admin.display(description=gettext_lazy("person"), ordering="user__family_name")
    def person(self, row: CaseGrant) -> str:
        """Who."""
        return str(row.user.printed_name)

    @admin.display(description=gettext_lazy("what"), ordering="permission")
    def what(self, row: CaseGrant) -> str:
        """What they may see."""
        return permission_words(row.permission)


@register(GrantEvent)
class GrantEventAdmin(ClinicalAdmin):
    """What was given and ended, when, and by whom."""

    list_display = ("at", "given", "user", "what", "by_name", "case")
    list_filter = ("given",)
    search_fields = ("user__family_name", "=case")
    ordering = ("-at", "-pk")
    readonly_fields = fields = ("at", "given", "user", "what", "case", "share", "by_name")

    def visible(self, actor: Actor) -> QuerySet[GrantEvent]:
        """That of own cases."""
        own = home_cases(actor).values("pk")
        return GrantEvent.objects.filter(case__in=own).select_related("user", "permission")

    @admin.display(description=gettext_lazy("what"), ordering="permission")
    def what(self, row: GrantEvent) -> str:
        """What they could see."""
        return permission_words(row.permission)


@register(Denial)
class DenialAdmin(ClinicalAdmin):
    """Reasons against access to own cases."""

    list_display = ("accession_number", "user", "kind", "valid_from", "ended_at")
    list_filter = ("kind",)
    search_fields = ("=case__accession_number", "user__family_name")
    ordering = ("-valid_from", "-pk")
    readonly_fields = fields = (
        "accession_number",
        "user",
        "kind",
        "source_kind",
        "source_id",
        "valid_from",
        "ended_at",
    )

    def visible(self, actor: Actor) -> QuerySet[Denial]:
        """Those on own cases."""
        return Denial.objects.filter(case__in=home_cases(actor)).select_related("case", "user")

    @admin.display(description=gettext_lazy("accession number"), ordering="case__accession_number")
    def accession_number(self, row: Denial) -> str:
        """The case."""
        return row.case.accession_number


PERMISSION_WORDS = {
    "view_case": gettext_lazy("the case and the slides named"),
    "view_identity": gettext_lazy("who the patient is"),
    "view_label": gettext_lazy("label images"),
    "view_earlier": gettext_lazy("earlier cases"),
    "view_first_report": gettext_lazy("the first report"),
}


def permission_words(permission: Permission) -> str:
    """What a permission opens, in words."""
    return str(PERMISSION_WORDS.get(permission.codename, permission.codename))
