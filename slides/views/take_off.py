"""Take an image off its slide. The form stands at the slide on the case page; a refusal has a page of its own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases.access.queries import get_case, visible_slides
from cases.access.view import case_view
from cases.banner import banner
from cases.forms.case import ReasonForm, SeenForm, seen_of
from cases.models import Slide
from cases.policy import parties
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Refusal
from slides.actions.take_off import take_off as take_off_action
from slides.pictures import of_slides


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def take_off(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """Do it, and go back to the material of the case. A GET, from switching the language, leads there as well."""
    actor = the_actor(request)
    if request.method != "POST":
        return redirect(_material(_slide(actor, slide_id).case_id))
    form = ReasonForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    try:
        image = take_off_action(actor=actor, slide_id=slide_id, seen=SeenForm(request.POST).seen(), reason=reason)
    except Refusal as refusal:
        if refusal.status not in {Conflict.status, 422}:
            raise
        return _again(request, actor, slide_id, reason, refusal)
    messages.success(request, _("The image is taken off. The slide can be given another one."))
    return redirect(_material(image.glass.case_id))


def _material(case_id: UUID) -> str:
    return f"{reverse('cases:detail', args=[case_id])}#material"


def _slide(actor: Actor, slide_id: UUID) -> Slide:
    slide = visible_slides(actor).filter(pk=slide_id).first()
    if slide is None:
        raise Hidden(_("There is nothing here that you may see."))
    return slide


def _again(request: HttpRequest, actor: Actor, slide_id: UUID, reason: str, refusal: Refusal) -> HttpResponse:
    """The form once more, with why it was refused and the case as it is now."""
    slide = _slide(actor, slide_id)
    case, picture = get_case(actor, slide.case_id), of_slides([slide.pk])[slide.pk]
    if not parties(actor, case):
        raise Forbidden(_("You can see this slide, but its image is for its own laboratory."))
    if not picture.off_url:
        raise refusal
    view = case_view(actor, case)
    context = {
        "view": view,
        "banner": banner(view),
        "seen": seen_of(view),
        "slide": slide,
        "picture": picture,
        "form": ReasonForm(initial={"reason": reason}),
        "refusal": " ".join(refusal.fields.values()) or refusal.message,
    }
    return render(request, "slides/take_off.html", context, status=refusal.status)
