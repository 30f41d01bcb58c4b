"""Locks an image for a write of the system itself: its case first, as every other write does, then the image."""

from uuid import UUID

from cases.access.lock import lock_rows
from slides.models import SlideImage


def lock_image(**of: UUID) -> SlideImage | None:
    """The image (`pk` or `slide` says which), locked for this transaction; None where there is none on a slide."""
    on_slides = SlideImage.objects.filter(slide__isnull=False, **of)
    case = on_slides.values_list("slide__case", flat=True).first()
    if case is None:
        return None
    lock_rows([case])
    # Asked again: while its case was waited for, it may have been taken off.
    return on_slides.select_related("slide").select_for_update(of=("self",)).first()
