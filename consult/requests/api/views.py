"""Requests in the API: the same actions, conditions and words as the pages."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.authentication import actor_of
from accounts.scopes import Scope
from cases.access.lock import Seen
from cases.looks import patients_shown
from cases.paging import decode, encode
from consult.reports.api.shapes import IF_MATCH, seen, valid
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.send import send
from consult.requests.api import serializers as shapes
from consult.requests.api.shapes import expected_version, request_shape, row_shape, tagged
from consult.requests.audit_names import LISTED
from consult.requests.models import ConsultRequest
from consult.requests.policy import sees_of_lab
from consult.requests.queries import BY_START, Filters, asked_by, asked_to, of_lab, page
from consult.requests.rows import views_of
from consult.requests.states import Status
from consult.requests.views.acts import ACTS
from consult.requests.views.screen import looked, screen
from core.actor import Actor
from core.audit.record import record
from core.web.api.idempotency import KEY, Place, idempotent

Call = Callable[[Actor, UUID, int, Seen, Mapping[str, Any]], ConsultRequest]


def _answer(actor: Actor, request_id: UUID, status: int = 200) -> Response:
    """The request as it stands after the act, for whoever still sees it."""
    shown = screen(actor, request_id)
    return tagged(Response(shapes.RequestSerializer(request_shape(shown)).data, status=status), shown.request)


class RequestsView(APIView):
    """All requests the caller may see, and starting one."""

    scopes: ClassVar = {"GET": Scope.REQUESTS_READ}

    @extend_schema(
        operation_id="requests_list", parameters=[shapes.RequestsQuery], responses=shapes.RequestPageSerializer
    )
    def get(self, request: Request) -> Response:
        """A page of 50, newest first."""
        actor = actor_of(request)
        asked = valid(shapes.RequestsQuery(data=request.query_params))
        filters = Filters(asked["status"], asked["organisation"], asked["organ_system"], asked["urgent"])
        parts = [asked_by(actor), asked_to(actor), *(of_lab(actor) if sees_of_lab(actor) else [])]
        found = page(actor, parts, BY_START, filters=filters, after=decode(asked["after"]))
        patients_shown(actor, (each.case.patient_id for each in found.requests))
        views = views_of(actor, found.requests)
        shown = [row_shape(each, views[each.pk]) for each in found.requests if each.pk in views]
        status = filters.status if filters.status in Status.values else ""  # what else was typed may be a name
        facts: dict[str, object] = {"list": "api", "rows": len(shown), "status": status}
        record(actor, LISTED, object_kind="request", facts=facts)
        return Response(shapes.RequestPageSerializer({"results": shown, "after": encode(found.after)}).data)

    @extend_schema(
        operation_id="requests_create",
        parameters=[KEY],
        request=shapes.NewRequestSerializer,
        responses={201: shapes.RequestSerializer},
    )
    @idempotent(_answer, status=201)
    def post(self, request: Request) -> Place:
        """Start a draft on a case of the own laboratory, with all its slides chosen."""
        given = valid(shapes.NewRequestSerializer(data=request.data))
        made = create(actor=actor_of(request), case_id=given["case"], seen=seen(given["seen"]))
        return {"request_id": made.pk}


class RequestView(APIView):
    """One request."""

    scopes: ClassVar = {"GET": Scope.REQUESTS_READ}

    @extend_schema(operation_id="requests_retrieve", responses=shapes.RequestSerializer)
    def get(self, request: Request, request_id: UUID) -> Response:
        """The request and what the caller may do. The look is recorded. The ETag is its version."""
        shown = screen(actor_of(request), request_id)
        looked(shown)
        return tagged(Response(shapes.RequestSerializer(request_shape(shown)).data), shown.request)

    @extend_schema(
        operation_id="requests_edit",
        parameters=[IF_MATCH],
        request=shapes.RequestDraftSerializer,
        responses=shapes.RequestSerializer,
    )
    def patch(self, request: Request, request_id: UUID) -> Response:
        """Store parts of a draft. 428 without If-Match, 409 where somebody saved in between."""
        version = expected_version(request)
        given = valid(shapes.RequestDraftSerializer(data=request.data))
        draft = Draft(
            **{name: value for name, value in given.items() if name != "seen"},
            clears_expert="expert" in given and given["expert"] is None,
        )
        edit(actor=actor_of(request), request_id=request_id, version=version, seen=seen(given["seen"]), draft=draft)
        return _answer(actor_of(request), request_id)


def _send(actor: Actor, request_id: UUID, version: int, seen_: Seen, given: Mapping[str, Any]) -> ConsultRequest:
    checked = given["texts_checked"]
    return send(actor=actor, request_id=request_id, version=version, seen=seen_, texts_checked=checked)


CALLS: dict[str, tuple[type[Serializer[Any]], Call]] = {
    "send": (shapes.WritingSerializer, _send),
    "discard": (shapes.SeenOnlySerializer, ACTS["discard"].call),
    "accept": (shapes.AcceptRequestSerializer, ACTS["accept"].call),
    "decline": (shapes.DeclineRequestSerializer, ACTS["decline"].call),
    "ask": (shapes.AskForInformationSerializer, ACTS["ask"].call),
    "reply": (shapes.ReplySerializer, ACTS["reply"].call),
    "give_number": (shapes.GiveNumberSerializer, ACTS["give_number"].call),
    "add_slides": (shapes.AddSlidesSerializer, ACTS["add_slides"].call),
    "take_over": (shapes.SeenOnlySerializer, ACTS["take_over"].call),
    "confirm_identity": (shapes.SeenOnlySerializer, ACTS["confirm_identity"].call),
    "withdraw": (shapes.WithdrawRequestSerializer, ACTS["withdraw"].call),
    "acknowledge": (shapes.SeenOnlySerializer, ACTS["acknowledge"].call),
    "close": (shapes.CloseRequestSerializer, ACTS["close"].call),
}


def action_view(name: str) -> type[APIView]:
    """The view of one action of the table: POST with Idempotency-Key and If-Match."""
    serializer, call = CALLS[name]

    class ActionView(APIView):
        """One action of a request."""

        @extend_schema(
            operation_id=f"requests_{name}",
            description="409 where the state does not allow it or the version is not the newest; nothing is changed.",
            parameters=[KEY, IF_MATCH],
            request=serializer,
            responses=shapes.RequestSerializer,
        )
        @idempotent(_answer)
        def post(self, request: Request, request_id: UUID) -> Place:
            version = expected_version(request)
            given = valid(serializer(data=request.data))
            call(actor_of(request), request_id, version, seen(given["seen"]), given)
            return {"request_id": request_id}

    return ActionView
