"""A slide for a viewer: its meta, telling that it was opened, left, or shall be tried again; taking its image off."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_of
from cases.access.lock import Seen
from core.actor import Actor
from core.web.api.idempotency import KEY, Place, idempotent
from slides.actions.link import retry
from slides.actions.open import closed, opened
from slides.actions.take_off import take_off
from slides.api.serializers import SlideSerializer, TakeOffSerializer
from slides.meta import slide_meta


def _meta(actor: Actor, slide_id: UUID, status: int = 200) -> Response:
    return Response(slide_meta(actor, slide_id), status=status)


class SlideView(APIView):
    """One slide."""

    @extend_schema(operation_id="slides_retrieve", responses=SlideSerializer)
    def get(self, request: Request, slide_id: UUID) -> Response:
        """Levels, scale, state in words. 404 as soon as access has ended."""
        return _meta(actor_of(request), slide_id)


class OpenedView(APIView):
    """The pixels are on a screen. Takes no Idempotency-Key: each time is a look of its own, asked for anew."""

    @extend_schema(operation_id="slides_opened", request=None, responses=SlideSerializer)
    def post(self, request: Request, slide_id: UUID) -> Response:
        """Record that the caller has opened the slide."""
        opened(actor=actor_of(request), slide_id=slide_id)
        return _meta(actor_of(request), slide_id)


class ClosedView(APIView):
    """The viewer has left the slide. Takes no Idempotency-Key either."""

    @extend_schema(operation_id="slides_closed", request=None, responses=SlideSerializer)
    def post(self, request: Request, slide_id: UUID) -> Response:
        """Record that the caller has left the slide."""
        closed(actor=actor_of(request), slide_id=slide_id)
        return _meta(actor_of(request), slide_id)


class RetryView(APIView):
    """An unreadable image is prepared again."""

    @extend_schema(operation_id="slides_retry", parameters=[KEY], request=None, responses=SlideSerializer)
    @idempotent(_meta)
    def post(self, request: Request, slide_id: UUID) -> Place:
        """Try an unreadable image of the own laboratory again. 409 in any other state."""
        retry(actor=actor_of(request), slide_id=slide_id)
        return {"slide_id": slide_id}


class TakeOffView(APIView):
    """An image was linked to the wrong slide."""

    @extend_schema(
        operation_id="slides_take_off", parameters=[KEY], request=TakeOffSerializer, responses=SlideSerializer
    )
    @idempotent(_meta)
    def post(self, request: Request, slide_id: UUID) -> Place:
        """Take the image off a slide of the own laboratory. 409 when there is none, or `seen` is out of date."""
        taken = TakeOffSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        seen, reason = taken.validated_data["seen"], taken.validated_data["reason"]
        take_off(actor=actor_of(request), slide_id=slide_id, seen=Seen(seen["case"], seen["patient"]), reason=reason)
        return {"slide_id": slide_id}
