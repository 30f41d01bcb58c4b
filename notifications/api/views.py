"""The caller's inbox."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_of
from core.actor import Actor
from core.web.api.idempotency import KEY, Place, idempotent
from notifications import queries
from notifications.actions.read import mark_read
from notifications.api.serializers import (
    MarkedSerializer,
    MarkReadSerializer,
    NotificationPageSerializer,
    PageQuery,
)

SIZE = 50


def _marked(actor: Actor, marked: int, status: int) -> Response:
    return Response(MarkedSerializer({"marked": marked}).data, status=status)


class NotificationsView(APIView):
    """The inbox."""

    @extend_schema(operation_id="notifications_list", parameters=[PageQuery], responses=NotificationPageSerializer)
    def get(self, request: Request) -> Response:
        """A page of 50, newest first."""
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        rows = queries.page(actor_of(request), before=asked["before"], only_unread=asked["unread"], size=SIZE + 1)
        shown = rows[:SIZE]
        page = {
            "unread": queries.unread_count(actor_of(request)),
            "results": shown,
            "before": shown[-1].pk if len(rows) > SIZE else None,
        }
        return Response(NotificationPageSerializer(page).data)


class ReadView(APIView):
    """Marking as read."""

    @extend_schema(
        operation_id="notifications_read", parameters=[KEY], request=MarkReadSerializer, responses=MarkedSerializer
    )
    @idempotent(_marked)
    def post(self, request: Request) -> Place:
        """Mark these, or all, of the caller's own notifications as read."""
        given = MarkReadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return {"marked": mark_read(actor=actor_of(request), ids=given.validated_data["ids"])}
