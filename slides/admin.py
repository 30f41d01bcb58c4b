"""The images of slides in the admin site: what state they are in, and trying an unreadable one again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.access.queries import visible_slides
from core.actor import Actor
from core.errors import Refusal
from core.web.admin import ActorAdmin, actor_of, register
from slides.actions.link import retry
from slides.models import SlideImage


@register(SlideImage)
class SlideImageAdmin(ActorAdmin):
    """Read-only; one action, which is the action of the pages too."""

    actions = ["try_again"]
    list_display = ("slide_label", "accession_number", "status", "progress", "problem", "megapixels", "linked_at")
    list_filter = ("status", "problem")
    search_fields = ("slide__label", "=slide__case__accession_number", "=sha256")
    ordering = ("-linked_at", "-pk")
    fields = (
        "slide_label",
        "accession_number",
        "status",
        "progress",
        "step",
        "problem",
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
        """The images of the slides the actor may look at."""
        return SlideImage.objects.filter(slide__in=visible_slides(actor)).select_related("slide__case")

    @admin.display(description=_("slide"), ordering="slide__label")
    def slide_label(self, image: SlideImage) -> str:
        """The label on the glass."""
        return image.slide.label

    @admin.display(description=_("accession number"), ordering="slide__case__accession_number")
    def accession_number(self, image: SlideImage) -> str:
        """The case's number in its own laboratory."""
        return image.slide.case.accession_number

    @admin.display(description=_("megapixels"))
    def megapixels(self, image: SlideImage) -> str:
        """How large the full resolution is."""
        return f"{image.width * image.height / 1e6:.0f}" if image.width and image.height else ""

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Prepare each chosen unreadable image anew, and say which ones that was not possible for."""
        actor, done = actor_of(request), 0
        if actor is None:
            return
        for image in queryset:
            try:
                retry(actor=actor, slide_id=image.slide_id)
            except Refusal as refusal:
                self.message_user(request, f"{image.slide.label}: {refusal.message}", messages.ERROR)
            else:
                done += 1
        if done:
            said = ngettext("%(number)s image is prepared again.", "%(number)s images are prepared again.", done)
            self.message_user(request, said % {"number": done}, messages.SUCCESS)
