"""Give a slide its image: one file, streamed to the laboratory's folder. Who may is asked before a byte is taken."""

import shutil
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts import actors, sessions
from accounts.doors import member_required, other_membership, the_actor
from cases.access.queries import get_case, visible_slides
from cases.access.view import case_view
from cases.banner import banner
from cases.forms.case import SeenForm, seen_of
from cases.looks import open_case
from cases.models import Slide
from cases.policy import parties
from cases.states import CASE
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Invalid, ReauthenticationNeeded, Refusal
from slides.actions.link import link
from slides.models import SlideImage
from slides.pictures import of_slides
from slides.same_file import SameFile
from slides.states import Status
from slides.uploads import IncomingSlide, SlideUploadHandler, discard, folder_of

SPARE_BYTES = 1_000_000_000  # kept free for everything else that writes to the slide folder


class TooLarge(Refusal):
    """The file is larger than this installation takes (413)."""

    status = 413
    code = "too-large"


@csrf_exempt  # checked in _take: the check reads the body, which may only be read once the handler is in place
@require_http_methods(["GET", "POST"])
@member_required
def upload(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """The page, and taking the file. Another laboratory's slide is 404, a shared one 403."""
    actor = the_actor(request)
    slide = _slide(actor, slide_id)
    if request.method == "GET":
        return _page(request, actor, slide)
    handler = SlideUploadHandler(folder_of(slide.case.organisation_id), settings.SLIDE_UPLOAD_MAX_BYTES)
    _must_fit(int(request.headers.get("Content-Length") or 0), handler)
    request.upload_handlers = [handler]
    return _take(request, actor, slide, handler)


@csrf_protect
def _take(request: HttpRequest, actor: Actor, slide: Slide, handler: SlideUploadHandler) -> HttpResponse:
    file = request.FILES.get("file")
    if handler.too_large:
        raise _too_large()
    if not isinstance(file, IncomingSlide) or not file.size:
        message = _("Choose a file.")
        if "json" in request.headers.get("Accept", ""):
            raise Invalid(message, fields={"file": message})
        return _page(request, actor, slide, message, status=422)
    _must_be_still(request, actor)
    seen = SeenForm(request.POST).seen()
    path = file.keep()
    try:
        link(
            actor=actor,
            slide_id=slide.pk,
            seen=seen,
            path=path,
            sha256=file.sha256,
            confirmed=request.POST.get("same_file", ""),
        )
    except Refusal as refusal:
        discard(path)
        if isinstance(refusal, SameFile) and "json" not in request.headers.get("Accept", ""):
            return _page(request, actor, slide, status=refusal.status, same=refusal)
        raise
    messages.success(request, _("The file is here. It is being prepared; you can go on working."))
    after = f"{reverse('cases:detail', args=[slide.case_id])}#material"
    return JsonResponse({"url": after}) if "json" in request.headers.get("Accept", "") else redirect(after)


def _slide(actor: Actor, slide_id: UUID) -> Slide:
    """The slide, if its case is the actor's to edit and it waits for a file."""
    slide = visible_slides(actor).select_related("case").filter(pk=slide_id).first()
    if slide is None:
        raise Hidden(_("There is nothing here that you may see."))
    if not parties(actor, slide.case):
        raise Forbidden(_("You can see this slide, but its image is for its own laboratory."))
    CASE.rule(slide.case.status, "add_material")
    image = SlideImage.objects.filter(slide=slide).first()
    if image is not None and image.status != Status.UNREADABLE:
        raise Conflict(_("This slide has an image already."))
    return slide


def _must_be_still(request: HttpRequest, actor: Actor) -> None:
    """Raise where the person is no longer what they were when the file began to come in, which may have been an hour
    ago. Somebody who only looked on meanwhile is.

    The session is read anew: another tab may have switched to another laboratory, and what this request then saves of
    it must not undo that.
    """
    request.session = type(request.session)(request.session.session_key)
    person = sessions.standing(request.session).person
    now = actors.choose(actors.memberships_of(person), request.session.get(actors.ACTING)) if person else None
    if now is not None and now.pk != actor.membership:
        raise other_membership(now.organisation.name)
    if now is None or now.role != actor.role:
        raise ReauthenticationNeeded(_("You are no longer signed in. Sign in again."))


def _must_fit(size: int, handler: SlideUploadHandler) -> None:
    if size > handler.most + 100_000:  # the form round the file
        raise _too_large()
    if shutil.disk_usage(handler.folder).free < size + SPARE_BYTES:
        raise Refusal(_("There is not enough room for this file. Tell whoever runs this installation."))


def _too_large() -> TooLarge:
    most = filesizeformat(settings.SLIDE_UPLOAD_MAX_BYTES)
    return TooLarge(_("The file is too large: at most %(size)s.") % {"size": most})


def _page(
    request: HttpRequest,
    actor: Actor,
    slide: Slide,
    error: str = "",
    status: int = 200,
    same: SameFile | None = None,
) -> HttpResponse:
    case = open_case(actor, slide.case_id) if request.method == "GET" else get_case(actor, slide.case_id)
    view = case_view(actor, case)
    context = {
        "view": view,
        "banner": banner(view),
        "seen": seen_of(view),
        "slide": slide,
        "picture": of_slides([slide.pk])[slide.pk],
        "error": error,
        "same": same,
        "most": settings.SLIDE_UPLOAD_MAX_BYTES,
    }
    return render(request, "slides/upload.html", context, status=status)
