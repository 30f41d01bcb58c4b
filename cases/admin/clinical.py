"""Patients, cases and their material in the admin site: read-only, and what the actor sees elsewhere.

A laboratory administrator has no clinical role, so these lists are empty for them, and say why. What changes here
goes through the actions.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from accounts import places
from cases.access.queries import visible_cases, visible_slides
from cases.actions import close as moves
from cases.admin.base import ClinicalAdmin, home_cases
from cases.looks import patients_shown
from cases.models import Block, Case, Patient, PatientIdentifier, Slide, Specimen
from cases.numbers import number_key
from cases.policy import visible_patients
from core.actor import Actor
from core.errors import Refusal
from core.web.admin import actor_of, register
from core.web.dates import PartialDate, partial_text


class _Register(ClinicalAdmin):
    """Rows that name a patient of the own register: each is counted, in the list and by itself (cases.looks)."""

    patient_field = "pk"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list with its patients counted. Raises TooMany."""
        found = super().get_changelist_instance(request)
        self._count(request, found.result_list)
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with its patient counted. Raises TooMany."""
        found = super().get_object(request, object_id, from_field)
        self._count(request, [found] if found else [])
        return found

    def _count(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        if actor := actor_of(request):
            patients_shown(actor, (getattr(row, self.patient_field) for row in rows))


@register(Patient)
class PatientAdmin(_Register):
    """The own laboratory's register."""

    list_display = ("family_name", "given_name", "born", "sex", "created_at")
    list_filter = ("sex",)
    search_fields = ("family_name", "given_name")
    search_help_text = gettext_lazy("A name, or a whole number of the patient.")
    ordering = ("family_name", "pk")
    readonly_fields = fields = (
        "family_name",
        "given_name",
        "used_name",
        "birth_family_name",
        "sex",
        "born",
        "numbers",
        "version",
        "created_at",
    )

    def visible(self, actor: Actor) -> QuerySet[Patient]:
        """The register."""
        return visible_patients(actor)

    def search(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By name, or by a number however it is spelled."""
        named, twice = super().search(request, queryset, term)
        holders = PatientIdentifier.objects.filter(value_key=number_key(term)).values("patient")
        return (named | queryset.filter(pk__in=holders) if term else named), twice

    def name_of(self, row: Patient) -> str:
        """Family name in capitals, as everywhere."""
        return ", ".join(filter(None, (row.family_name.upper(), row.given_name)))

    @admin.display(description=gettext_lazy("born"), ordering="birth_year")
    def born(self, patient: Patient) -> str:
        """As far as it is known."""
        if patient.birth_year is None:
            return ""
        return partial_text(PartialDate(patient.birth_year, patient.birth_month, patient.birth_day))

    @admin.display(description=gettext_lazy("patient identifiers"))
    def numbers(self, patient: Patient) -> str:
        """All of them, verified ones first."""
        return ", ".join(f"{number.system} {number.value}" for number in patient.identifiers.all())


@register(PatientIdentifier)
class PatientIdentifierAdmin(_Register):
    """Patients' numbers."""

    patient_field = "patient_id"
    list_display = ("value", "system", "issuer", "verified", "family_name")
    list_filter = ("system", "verified")
    search_fields = ("patient__family_name",)
    search_help_text = gettext_lazy("A family name, or a whole number of the patient.")
    ordering = ("value", "pk")
    list_select_related = ("patient",)
    readonly_fields = fields = ("system", "value", "issuer", "verified", "family_name")

    def visible(self, actor: Actor) -> QuerySet[PatientIdentifier]:
        """Those of the register's patients."""
        return PatientIdentifier.objects.filter(patient__in=visible_patients(actor))

    def search(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By family name, or by the number however it is spelled."""
        named, twice = super().search(request, queryset, term)
        same = queryset.filter(pk__in=PatientIdentifier.objects.filter(value_key=number_key(term)))
        return (named | same if term else named), twice

    @admin.display(description=gettext_lazy("family name"), ordering="patient__family_name")
    def family_name(self, number: PatientIdentifier) -> str:
        """Whose it is."""
        return number.patient.family_name


@register(Case)
class CaseAdmin(ClinicalAdmin):
    """The own laboratory's cases; closing and reopening are the actions of the pages."""

    actions: ClassVar[list[str]] = ["close_cases", "reopen_cases"]  # type: ignore[misc]  # Django reads it from the class
    list_display = ("accession_number", "status", "priority", "organ_system", "received_at")
    list_filter = ("status", "priority", "organ_system", "received_at")
    number_fields = ("accession_number",)
    search_help_text = gettext_lazy("The accession number, or how it begins.")
    ordering = ("-received_at", "-pk")
    readonly_fields = fields = (
        "accession_number",
        "organisation",
        "status",
        "priority",
        "organ_system",
        "history",
        "language_name",
        "received_at",
        "created_at",
        "version",
        "identity_version",
    )

    def visible(self, actor: Actor) -> QuerySet[Case]:
        """Own cases only: a shared one is read through CaseView, which hides what is not shared."""
        return home_cases(actor).filter(pk__in=visible_cases(actor)).select_related("organisation")

    def name_of(self, row: Case) -> str:
        """The accession number."""
        return row.accession_number

    @admin.display(description=gettext_lazy("language of the text"), ordering="language")
    def language_name(self, case: Case) -> str:
        """In words."""
        return places.language(case.language)

    @admin.action(description=gettext_lazy("Close the chosen cases"), permissions=["view"])
    def close_cases(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Close each; say for which that was not possible."""
        self._each(request, queryset, moves.close)

    @admin.action(description=gettext_lazy("Open the chosen cases again"), permissions=["view"])
    def reopen_cases(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Reopen each; say for which that was not possible."""
        self._each(request, queryset, moves.reopen)

    def _each(self, request: HttpRequest, queryset: QuerySet[Any], act: Any) -> None:
        actor, done = actor_of(request), 0
        for case in queryset if actor else ():
            try:
                act(actor=actor, case_id=case.pk, seen=None)
                done += 1
            except Refusal as refusal:
                self.message_user(request, f"{case.accession_number}: {refusal.message}", messages.ERROR)
        if done:
            said = ngettext("%(count)s case is changed.", "%(count)s cases are changed.", done)
            self.message_user(request, said % {"count": done}, messages.SUCCESS)


class _Material(ClinicalAdmin):
    """Labelled things of a case."""

    def name_of(self, row: Any) -> str:
        """The case's number and the label."""
        return f"{self.accession_number(row)} {row.label}"

    @admin.display(description=gettext_lazy("accession number"), ordering="case__accession_number")
    def accession_number(self, row: Any) -> str:
        """The case."""
        return str(row.case.accession_number)


@register(Specimen)
class SpecimenAdmin(_Material):
    """Parts of own cases."""

    list_display = ("accession_number", "label", "type", "site")
    list_filter = ("type",)
    number_fields = ("case__accession_number",)
    search_fields = ("site",)
    search_help_text = gettext_lazy("The accession number or how it begins, or words of the site.")
    ordering = ("case__accession_number", "label")
    readonly_fields = fields = ("accession_number", "label", "type", "site")

    def visible(self, actor: Actor) -> QuerySet[Specimen]:
        """Those of own cases."""
        return Specimen.objects.filter(case__in=home_cases(actor)).select_related("case")


@register(Block)
class BlockAdmin(_Material):
    """Blocks of own cases."""

    list_display = ("accession_number", "part", "label")
    list_filter = ("specimen__type",)
    number_fields = ("specimen__case__accession_number",)
    search_fields = ("=label",)
    search_help_text = gettext_lazy("The accession number or how it begins, or the whole label of a block.")
    ordering = ("specimen__case__accession_number", "label")
    readonly_fields = fields = ("accession_number", "part", "label")

    def visible(self, actor: Actor) -> QuerySet[Block]:
        """Those of own cases."""
        return Block.objects.filter(specimen__case__in=home_cases(actor)).select_related("specimen__case")

    @admin.display(description=gettext_lazy("accession number"), ordering="specimen__case__accession_number")
    def accession_number(self, row: Block) -> str:
        """The case."""
        return row.specimen.case.accession_number

    @admin.display(description=gettext_lazy("part"), ordering="specimen__label")
    def part(self, row: Block) -> str:
        """The part it was cut from."""
        return row.specimen.label


@register(Slide)
class SlideAdmin(_Material):
    """Slides of own cases."""

    list_display = ("accession_number", "part", "block", "label", "stain", "level")
    list_filter = ("stain",)
    number_fields = ("case__accession_number",)
    search_fields = ("label",)
    search_help_text = gettext_lazy("The accession number or how it begins, or the label of a slide.")
    ordering = ("case__accession_number", "label")
    readonly_fields = fields = ("accession_number", "part", "block", "label", "stain", "level", "note")

    def visible(self, actor: Actor) -> QuerySet[Slide]:
        """Those of own cases."""
        slides = visible_slides(actor).filter(case__in=home_cases(actor))
        return slides.select_related("case", "specimen", "block")

    @admin.display(description=gettext_lazy("part"), ordering="specimen__label")
    def part(self, row: Slide) -> str:
        """The part it shows."""
        return row.specimen.label
