"""Reports in the admin site: everything to look at, nothing to change. What was signed stays as it was signed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from consult.reports.models import Report, ReportDocument, ReportVersion, Signature
from consult.reports.policy import visible_reports
from core.actor import Actor
from core.web.admin import ActorAdmin, register


@register(Report)
class ReportAdmin(ActorAdmin):
    """The reports the actor may see, drafts of the actor's own among them."""

    list_display = ("pk", "kind", "organisation", "accession_number", "author", "status", "created_at")
    list_filter = ("kind", "status", "organisation")
    search_fields = ("=accession_number", "=id", "author__family_name")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    list_select_related = ("organisation", "author")
    # Not the draft: somebody else's half-written sentence is not for reading.
    fields = ("kind", "organisation", "accession_number", "language", "author", "status", "version", "created_at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Report]:
        """The reports of visible_reports."""
        return visible_reports(actor)


class _OfVersion(ActorAdmin):
    """What hangs on a version: to look at only."""

    @admin.display(description=_("report"))
    def report_id(self, row: Any) -> str:
        """The report's id."""
        return str(row.version.report_id)

    @admin.display(description=_("version"))
    def version_number(self, row: Any) -> int:
        """The number of the version."""
        return int(row.version.number)


@register(ReportVersion)
class ReportVersionAdmin(ActorAdmin):
    """Each version with its hash."""

    list_display = ("report_id", "number", "kind", "sha256", "created_at")
    list_filter = ("kind", "report__kind", "report__organisation")
    search_fields = ("=sha256", "=report__id", "=report__accession_number")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = ("report_id", "number", "kind", "sha256", "reason", "created_at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[ReportVersion]:
        """The versions of the reports the actor may see."""
        return ReportVersion.objects.filter(report__in=visible_reports(actor))

    @admin.display(description=_("report"))
    def report_id(self, version: ReportVersion) -> str:
        """The report's id."""
        return str(version.report_id)


@register(Signature)
class SignatureAdmin(_OfVersion):
    """Who signed what, when, as what."""

    list_display = ("printed_name", "report_id", "version_number", "meaning", "role_label", "signed_at", "method")
    list_filter = ("meaning", "method", "role")
    search_fields = ("printed_name", "=registration_number", "=version__report__id")
    date_hierarchy = "signed_at"
    ordering = ("-signed_at", "-pk")
    fields = (
        "printed_name",
        "registration_number",
        "registration_body",
        "role_label",
        "organisation_name",
        "report_id",
        "version_number",
        "meaning",
        "method",
        "signed_at",
    )
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Signature]:
        """The signatures under reports the actor may see."""
        return Signature.objects.filter(version__report__in=visible_reports(actor)).select_related("version")


@register(ReportDocument)
class ReportDocumentAdmin(_OfVersion):
    """The PDFs that were made, by their hash."""

    list_display = ("report_id", "version_number", "sha256", "size", "created_at")
    search_fields = ("=sha256", "=version__report__id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = ("report_id", "version_number", "sha256", "name", "size", "created_at")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[ReportDocument]:
        """The documents of reports the actor may see."""
        return ReportDocument.objects.filter(version__report__in=visible_reports(actor)).select_related("version")
