"""The live stream of one browser: /live/notifications, served by the ASGI process."""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import ReauthenticationNeeded
from core.web.refusals import problem_response
from notifications.live import Stream, events


async def notifications(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events for the signed-in person.

    401 for nobody. 204, which tells a browser not to come back, where a process without ASGI is asked: its pages poll.
    """
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.person is None:
        return problem_response(ReauthenticationNeeded(_("Sign in first.")))
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    language = str(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))
    stream = Stream(actor.person, request.session.session_key or "", language)
    await sync_to_async(connections.close_all)()  # the middleware's; a sleeping stream needs none
    response = StreamingHttpResponse(events(stream), content_type="text/event-stream; charset=utf-8")
    response["X-Accel-Buffering"] = "no"
    return response
