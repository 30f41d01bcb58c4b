"""How a member works, in the API."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy
from accounts.actions.work import WorkFields, cancel_absence, enter_absence, plan_work
from accounts.api.authentication import actor_of
from accounts.models import Absence
from core.actor import Actor
from core.errors import Hidden
from core.web.api.idempotency import KEY, Place, idempotent


class AbsenceSerializer(serializers.Serializer[Any]):
    """Whole days away, in the laboratory's time zone."""

    id = serializers.UUIDField(read_only=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class WorkSerializer(serializers.Serializer[Any]):
    """How a member works. `deputy` is a membership, `weekly_capacity` null where there is no limit."""

    languages = serializers.ListField(child=serializers.CharField(max_length=2), help_text="Two-letter codes.")
    weekly_capacity = serializers.IntegerField(allow_null=True, min_value=0)
    deputy = serializers.UUIDField(allow_null=True)
    absences = AbsenceSerializer(many=True, read_only=True)


def _answer(actor: Actor, membership_id: UUID, status: int = 200) -> Response:
    membership = policy.planned_memberships(actor).filter(pk=membership_id).first()
    if membership is None:
        raise Hidden(_("There is nothing here that you may see."))
    absences = Absence.objects.not_over().filter(membership=membership).select_related("membership__organisation")
    shown = {
        "languages": membership.languages,
        "weekly_capacity": membership.weekly_capacity,
        "deputy": membership.deputy_id,
        "absences": absences,
    }
    return Response(WorkSerializer(shown).data, status=status)


class WorkView(APIView):
    """Languages, capacity, deputy and absences of oneself, or of a member whom the caller administers."""

    @extend_schema(operation_id="work_retrieve", responses=WorkSerializer)
    def get(self, request: Request, membership_id: UUID) -> Response:
        """As they stand, with the absences of now and later."""
        return _answer(actor_of(request), membership_id)

    @extend_schema(operation_id="work_plan", request=WorkSerializer, responses=WorkSerializer)
    def put(self, request: Request, membership_id: UUID) -> Response:
        """Write languages, capacity and deputy."""
        given = WorkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        plan_work(actor=actor_of(request), membership_id=membership_id, fields=WorkFields(**given.validated_data))
        return _answer(actor_of(request), membership_id)


class AbsencesView(APIView):
    """Entering days away."""

    @extend_schema(
        operation_id="absences_enter", parameters=[KEY], request=AbsenceSerializer, responses={201: WorkSerializer}
    )
    @idempotent(_answer, status=201)
    def post(self, request: Request, membership_id: UUID) -> Place:
        """Enter whole days; 409 where they overlap days that are entered already."""
        given = AbsenceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        enter_absence(actor=actor_of(request), membership_id=membership_id, **given.validated_data)
        return {"membership_id": membership_id}


class CancelAbsenceView(APIView):
    """Taking days away back."""

    @extend_schema(operation_id="absences_cancel", parameters=[KEY], request=None, responses=WorkSerializer)
    @idempotent(_answer)
    def post(self, request: Request, absence_id: UUID) -> Place:
        """The member is there from now on."""
        ended = cancel_absence(actor=actor_of(request), absence_id=absence_id)
        return {"membership_id": ended.membership_id}
