"""The viewer for anybody who may see a slide: the slide with the others of its case beside it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import member_required, the_actor
from cases.access.queries import visible_slides
from cases.access.view import case_view
from cases.banner import banner
from cases.looks import open_case
from cases.policy import parties
from core.errors import Hidden
from slides.tray import slide_tray


@require_safe
@member_required
def view(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """The page; the pixels are recorded as opened by the viewer itself. Raises Hidden."""
    actor = the_actor(request)
    slide = visible_slides(actor).filter(pk=slide_id).first()
    if slide is None:
        raise Hidden(_("There is nothing here that you may see."))
    case = open_case(actor, slide.case_id)
    known = case_view(actor, case)
    context = {
        "view": known,
        "banner": banner(known),
        "tray": slide_tray(actor, known),
        "current": slide_id,
        "may_edit": "editor" in parties(actor, case),
    }
    return render(request, "slides/view.html", context)
