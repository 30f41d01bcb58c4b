"""Reports in the admin site: everything to look at, nothing to change. What was signed stays as it was signed."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.roles import Role
from cases.access.pseudonym import under_pseudonym
from cases.admin.base import ClinicalAdmin
from consult.reports.models import Report, ReportDocument, ReportVersion, Signature
from consult.reports.nouns import known_number
from consult.reports.policy import visible_reports, visible_versions
from core.actor import Actor
from core.web.admin import register, titled
from core.web.admin_record import SHORT

NUMBER = _("The report's accession number or how it begins, or a whole SHA-256.")
SHOWN_OF_HASH = 12


@register(Report)
class ReportAdmin(ClinicalAdmin):
    """The reports the actor may see, drafts of the actor's own among them."""

    list_display = ("number", "kind", "laboratory", "author", "status", "created_at")
    list_filter = ("kind", "status", "organisation")
    number_fields = ("known_number",)
    search_fields = ("=id", "author__family_name")
    search_help_text = _("The author's name, or the report's accession number or how it begins.")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    list_select_related = ("organisation", "author")
    # Not the draft: somebody else's half-written sentence is not for reading.
    fields = ("number", "kind", "organisation", "language_name", "author", "status", "version", "created_at", "id")
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[Report]:
        """The reports of visible_reports, but for those about what is read under a pseudonym."""
        found = visible_reports(actor).exclude(under_pseudonym(actor, "case"))
        return found.annotate(known_number=known_number(actor, "pk"))

    def name_of(self, row: Any) -> str:
        """The kind and the number."""
        return f"{row.get_kind_display()} {row.known_number}".strip()

    @admin.display(description=_("accession number"), ordering="known_number")
    def number(self, row: Any) -> str:
        """That of the report's laboratory; words where it has none or the reader may not know it."""
        return row.known_number or gettext("Without a number")

    @admin.display(description=_("laboratory"), ordering="organisation__short_name")
    def laboratory(self, row: Report) -> str:
        """By its short name."""
        return row.organisation.short_name

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, row: Report) -> str:
        """In words."""
        return places.language(row.language)


class _OfReport(ClinicalAdmin):
    """What hangs on a report: to look at only, found by the number of its report."""

    to_report, to_version = "", ""
    number_fields = ("known_number",)
    search_help_text = NUMBER

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """Those of the versions the actor may read, not under a pseudonym, with the number that the actor may know."""
        versions = visible_versions(actor).exclude(under_pseudonym(actor, "report__case"))
        found = self.model._default_manager.filter(**{f"{self.to_version}__in": versions})
        numbered: QuerySet[Any] = found.annotate(known_number=known_number(actor, self.to_report))
        return numbered

    @admin.display(description=_("report"), ordering="known_number")
    def report_number(self, row: Any) -> str:
        """The report's number; the end of its key where the reader may not know it."""
        return row.known_number or f"…{str(self.report_key(row))[-SHORT:]}"

    @admin.display(description=_("key of the report"))
    def report_key(self, row: Any) -> UUID:
        """The report's key."""
        key: UUID = row.version.report_id
        return key

    @admin.display(description=_("version"), ordering="version__number")
    def version_number(self, row: Any) -> int:
        """The number of the version."""
        return int(row.version.number)

    @admin.display(description=_("SHA-256"), ordering="sha256")
    def hash_start(self, row: Any) -> str:
        """Its first characters: enough to tell two apart."""
        return f"{row.sha256[:SHOWN_OF_HASH]}…"


@register(ReportVersion)
class ReportVersionAdmin(_OfReport):
    """Each version with its hash."""

    to_report, to_version = "report", "pk"
    list_display = ("report_number", "number", "kind", "report_kind", "hash_start", "created_at")
    list_filter = ("kind", titled("report__kind", _("kind of the report")), "report__organisation")
    search_fields = ("=sha256", "=report__id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    list_select_related = ("report",)
    fields = ("report_number", "number", "kind", "report_kind", "sha256", "reason", "created_at", "report_key")
    readonly_fields = fields

    def name_of(self, row: ReportVersion) -> str:
        """The report and the version."""
        return gettext("%(report)s, version %(number)d") % {"report": self.report_number(row), "number": row.number}

    @admin.display(description=_("kind of the report"), ordering="report__kind")
    def report_kind(self, row: ReportVersion) -> str:
        """What the report is to its case."""
        return row.report.get_kind_display()

    @admin.display(description=_("key of the report"))
    def report_key(self, row: ReportVersion) -> UUID:
        """The report's key."""
        return row.report_id


class _OfVersion(_OfReport):
    """What hangs on a version."""

    to_report, to_version = "version__report", "version"

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """With the version."""
        return super().visible(actor).select_related("version")

    def name_of(self, row: Any) -> str:
        """The report and the version."""
        said = {"report": self.report_number(row), "number": row.version.number}
        return gettext("%(report)s, version %(number)d") % said


class SignedAs(admin.SimpleListFilter):
    """The role under which somebody signed."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The roles."""
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        return queryset.filter(role=self.value()) if self.value() else queryset


@register(Signature)
class SignatureAdmin(_OfVersion):
    """Who signed what, when, as what."""

    list_display = ("printed_name", "report_number", "version_number", "meaning", "role_words", "signed_at")
    list_filter = ("meaning", "method", SignedAs)
    search_fields = ("printed_name", "=registration_number", "=version__report__id")
    search_help_text = _("A name, the report's accession number or how it begins, or a whole number of the register.")
    date_hierarchy = "signed_at"
    ordering = ("-signed_at", "-pk")
    fields = (
        "printed_name",
        "registration_number",
        "registration_body",
        "role_words",
        "organisation_name",
        "report_number",
        "version_number",
        "meaning",
        "method",
        "signed_at",
        "report_key",
    )
    readonly_fields = fields

    @admin.display(description=_("role"), ordering="role")
    def role_words(self, row: Signature) -> str:
        """As what somebody signed."""
        return row.role_label


@register(ReportDocument)
class ReportDocumentAdmin(_OfVersion):
    """The PDFs that were made, by their hash."""

    list_display = ("report_number", "version_number", "hash_start", "size_words", "created_at")
    list_filter = ("version__report__organisation",)
    search_fields = ("=sha256", "=version__report__id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = ("report_number", "version_number", "sha256", "name", "size_words", "created_at", "report_key")
    readonly_fields = fields

    @admin.display(description=_("size"), ordering="size")
    def size_words(self, row: ReportDocument) -> str:
        """In kilobytes or megabytes."""
        return str(filesizeformat(row.size))
