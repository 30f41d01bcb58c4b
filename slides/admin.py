"""The images of slides in the admin site: what state they are in, trying an unreadable one again, who opened them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cases.access.pseudonym import under_pseudonym
from cases.access.queries import visible_slides
from cases.admin.base import ClinicalAdmin, home_cases
from cases.nouns import known_number
from core.actor import Actor
from core.errors import Refusal
from core.web.admin import actor_of, register
from slides.actions.link import retry
from slides.models import SlideImage, SlideOpening
from slides.pictures import problem_words
from slides.sources.errors import MESSAGES
from slides.states import IMAGE


class Problem(admin.SimpleListFilter):
    """Why images cannot be shown."""

    title = _("problem")
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """In words."""
        return [(code, problem_words(code)) for code in ("missing", *MESSAGES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """One of them."""
        return queryset.filter(problem=self.value()) if self.value() else queryset


@register(SlideImage)
class SlideImageAdmin(ClinicalAdmin):
    """Read-only; one action, which is the action of the pages too."""

    actions = ["try_again"]
    list_display = ("accession_number", "slide_label", "status", "percent", "why_not", "megapixels", "linked_at")
    list_filter = ("status", Problem)
    number_fields = ("known_number",)
    search_fields = ("slide__label", "taken_from__label", "=sha256")
    search_help_text = _("The label of a slide, the accession number or how it begins, or the whole SHA-256.")
    ordering = ("-linked_at", "-pk")
    fields = (
        "accession_number",
        "slide_label",
        "status",
        "percent",
        "step_words",
        "why_not",
        "sha256",
        "content_version",
        "byte_size",
        "width",
        "height",
        "mpp",
        "objective",
        "has_icc",
        "linked_at",
    )
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[SlideImage]:
        """The images of the slides that the actor may look at and knows whose they are, those taken off them too."""
        images = SlideImage.objects.select_related("slide", "taken_from")
        images = images.annotate(its_slide=Coalesce("slide", "taken_from"))
        images = images.annotate(its_case=Coalesce("slide__case", "taken_from__case"))
        known = images.annotate(known_number=known_number(actor, "its_case"))
        return known.filter(its_slide__in=visible_slides(actor)).exclude(under_pseudonym(actor, "its_case"))

    def name_of(self, row: SlideImage) -> str:
        """The case's number, where it may be known, and the label."""
        return f"{self.accession_number(row)} {row.glass.label}".strip()

    @admin.display(description=_("slide"))
    def slide_label(self, image: SlideImage) -> str:
        """The label on the glass."""
        return image.glass.label

    @admin.display(description=_("accession number"), ordering="known_number")
    def accession_number(self, image: Any) -> str:
        """The case's number in its own laboratory, where the patient may be known."""
        return str(image.known_number)

    @admin.display(description=_("progress"), ordering="progress")
    def percent(self, image: SlideImage) -> str:
        """How much is prepared."""
        return gettext("%(progress)d per cent") % {"progress": image.progress}

    @admin.display(description=_("step"))
    def step_words(self, image: SlideImage) -> str:
        """What is being done, in words."""
        return gettext(image.step) if image.step else ""

    @admin.display(description=_("problem"), ordering="problem")
    def why_not(self, image: SlideImage) -> str:
        """Why it cannot be shown, in words."""
        return problem_words(image.problem) if image.problem else ""

    @admin.display(description=_("megapixels"))
    def megapixels(self, image: SlideImage) -> str:
        """How large the full resolution is."""
        return number_format(image.width * image.height / 1e6, 1) if image.width and image.height else ""

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Prepare each chosen unreadable image anew, and say which ones that was not possible for."""
        actor, done = actor_of(request), 0
        if actor is None:
            return
        for image in queryset:
            try:
                IMAGE.rule(image.status, "retry")  # of this image: its slide may have another one by now
                retry(actor=actor, slide_id=image.glass_id)
            except Refusal as refusal:
                self.message_user(request, f"{self.name_of(image)}: {refusal.message}", messages.ERROR)
            else:
                done += 1
        if done:
            said = ngettext("%(number)s image is prepared again.", "%(number)s images are prepared again.", done)
            self.message_user(request, said % {"number": done}, messages.SUCCESS)


@register(SlideOpening)
class SlideOpeningAdmin(ClinicalAdmin):
    """Who has opened which slide of the own laboratory, and when. Where somebody looked is not kept."""

    list_display = ("accession_number", "slide_label", "person", "first_at", "last_at")
    list_filter = ("last_at",)
    number_fields = ("slide__case__accession_number",)
    search_fields = ("person__family_name", "person__given_name")
    search_help_text = _("A person's name, or the accession number or how it begins.")
    ordering = ("-last_at", "-pk")
    fields = list_display
    readonly_fields = fields

    def visible(self, actor: Actor) -> QuerySet[SlideOpening]:
        """Those of own cases."""
        openings = SlideOpening.objects.filter(slide__case__in=home_cases(actor))
        return openings.select_related("slide__case", "person")

    def name_of(self, row: SlideOpening) -> str:
        """Which slide."""
        return f"{row.slide.case.accession_number} {row.slide.label}"

    @admin.display(description=_("slide"), ordering="slide__label")
    def slide_label(self, row: SlideOpening) -> str:
        """The label on the glass."""
        return row.slide.label

    @admin.display(description=_("accession number"), ordering="slide__case__accession_number")
    def accession_number(self, row: SlideOpening) -> str:
        """The case."""
        return row.slide.case.accession_number
