"""A case's objections over the API: the same actions as the pages."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.access.queries import get_case
from cases.api.preconditions import acting, case_match
from cases.api.views import read
from cases.audit_names import CASE_READ
from cases.looks import glance
from cases.objections.actions.lift import lift
from cases.objections.actions.object import KINDS, record_objection
from cases.objections.models import LONGEST_NOTE, StatedBy
from cases.objections.policy import visible_objections
from cases.policy import parties
from cases.views.common import not_yours
from core.actor import Actor
from core.errors import Hidden
from core.web.api.idempotency import KEY, Place, idempotent
from core.web.api.preconditions import IF_MATCH


class ObjectionSerializer(serializers.Serializer[Any]):
    """One objection of a patient to sharing a case."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    stated_by = serializers.CharField()
    stated_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    status = serializers.CharField()
    version = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = serializers.CharField()


class ObjectionsSerializer(serializers.Serializer[Any]):
    """The objections of a case, the newest first."""

    results = ObjectionSerializer(many=True)


class NewObjectionSerializer(serializers.Serializer[Any]):
    """What is recorded."""

    stated_by = serializers.ChoiceField(choices=StatedBy.choices)
    kind = serializers.ChoiceField(choices=KINDS, default="sharing_all")
    stated_on = serializers.DateField(required=False, allow_null=True, help_text="Today where it is left out.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)


class LiftSerializer(serializers.Serializer[Any]):
    """Why it is lifted, and the version that was read."""

    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)


def _one(actor: Actor, objection_id: UUID, status: int) -> Response:
    found = visible_objections(actor).filter(pk=objection_id).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    return Response(ObjectionSerializer(found).data, status=status)


class ObjectionsView(APIView):
    """The objections to sharing one case of the own laboratory."""

    @extend_schema(operation_id="objections_list", responses=ObjectionsSerializer)
    def get(self, request: Request, case_id: UUID) -> Response:
        """All of them, the newest first. 403 for a reader of a shared case."""
        actor = acting(request)
        case = get_case(actor, case_id)
        if not parties(actor, case):
            raise not_yours()
        glance(actor, CASE_READ, case, object_kind="case", object_id=case.pk, object_version=case.version)
        rows = visible_objections(actor).filter(case=case_id).order_by("-recorded_at")
        return Response(ObjectionsSerializer({"results": rows}).data)

    @extend_schema(
        operation_id="objections_record",
        parameters=[KEY, IF_MATCH],
        request=NewObjectionSerializer,
        responses={201: ObjectionSerializer},
    )
    @idempotent(_one, status=201)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Record one. Every share of the case ends at once; the rule of its laboratory says what an emergency opens."""
        _version, seen = case_match(request)
        given = read(NewObjectionSerializer, request.data)
        made = record_objection(actor=acting(request), case_id=case_id, seen=seen, **given)
        return {"objection_id": made.pk}


class LiftView(APIView):
    """Lifting."""

    @extend_schema(
        operation_id="objections_lift",
        parameters=[KEY, IF_MATCH],
        request=LiftSerializer,
        responses=ObjectionSerializer,
    )
    @idempotent(_one)
    def post(self, request: Request, objection_id: UUID) -> Place:
        """Lift it. If-Match holds the ETag of the case."""
        _version, seen = case_match(request)
        given = read(LiftSerializer, request.data)
        lift(actor=acting(request), objection_id=objection_id, seen=seen, **given)
        return {"objection_id": objection_id}
