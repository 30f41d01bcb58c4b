"""What the viewer's script asks and tells: the slide's meta, opened and closed, still working, try again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.doors import member_required, the_actor
from cases.access.queries import may_see_slide
from core.errors import Hidden
from slides.actions.link import retry as retry_action
from slides.actions.open import closed as close_action
from slides.actions.open import opened as open_action
from slides.meta import slide_meta
from slides.queries import image_version


@require_safe
@member_required
def meta(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """slides.meta as JSON. 404 as soon as access has ended."""
    return JsonResponse(slide_meta(the_actor(request), slide_id))


@require_POST
@member_required
def opened(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """The pixels are on the screen."""
    open_action(actor=the_actor(request), slide_id=slide_id)
    return HttpResponse(status=204)


@require_POST
@member_required
def closed(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """The viewer has left the slide."""
    close_action(actor=the_actor(request), slide_id=slide_id)
    return HttpResponse(status=204)


@require_POST
@member_required
def heartbeat(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """Somebody moves the slide: keeps the session alive. Tiles alone do not, so an empty chair is signed out.

    Leaves no audit row. Tells the viewer when access to the slide has ended (404), and which image the slide has now.
    """
    if not may_see_slide(the_actor(request), slide_id):
        raise Hidden(_("There is nothing here that you may see."))
    sessions.at_work(request.standing)  # type: ignore[attr-defined]  # set by accounts.middleware
    return HttpResponse(status=204, headers={"Image-Version": image_version(slide_id) or "none"})


@require_POST
@member_required
def retry(request: HttpRequest, slide_id: UUID) -> HttpResponse:
    """Prepare an unreadable image again; the answer is its new meta."""
    retry_action(actor=the_actor(request), slide_id=slide_id)
    return JsonResponse(slide_meta(the_actor(request), slide_id))
