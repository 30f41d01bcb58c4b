"""Emergency access over the API: the same actions as the pages, and the same password."""

from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.preconditions import acting
from cases.api.views import read
from cases.emergency.actions.end import end
from cases.emergency.actions.letter import send_letter
from cases.emergency.actions.open import open_access
from cases.emergency.actions.review import review
from cases.emergency.api.serializers import (
    EmergencyListSerializer,
    EmergencySerializer,
    LetterSerializer,
    OpenSerializer,
    ReviewSerializer,
)
from cases.emergency.audit_names import LISTED
from cases.emergency.finding import Wanted
from cases.emergency.policy import get_emergency, must_call, visible_emergencies, with_people
from cases.emergency.proof import proved
from cases.emergency.queries import MOST, emergency_view, looked_at, views
from core import clock
from core.actor import Actor
from core.audit.record import record
from core.web.api.idempotency import idempotent
from core.web.api.preconditions import KEY

WAYS = ("case", "organisation", "accession_number", "system", "value")


def _one(actor: Actor, access_id: UUID, status: int = 200) -> Response:
    shown: Any = emergency_view(actor, get_emergency(actor, access_id), clock.now())
    return Response(EmergencySerializer(shown).data, status=status)


class EmergenciesView(APIView):
    """The emergency accesses the caller may see, and opening one."""

    @extend_schema(operation_id="emergency_list", responses=EmergencyListSerializer)
    def get(self, request: Request) -> Response:
        """The newest 50: the caller's own, and those to cases of the laboratory for its readers and reviewers."""
        actor = acting(request)
        rows = views(actor, with_people(visible_emergencies(actor)).order_by("-started_at")[:MOST])
        record(actor, LISTED, object_kind="emergency", facts={"shown": len(rows)})
        return Response(EmergencyListSerializer({"results": rows}).data)

    @extend_schema(operation_id="emergency_open", request=OpenSerializer, responses={201: EmergencySerializer})
    def post(self, request: Request) -> Response:
        """Open one case for an hour. 404 for what does not exist and for what cannot be opened alike.

        Takes no Idempotency-Key: a repeat is refused (409) while the first still runs, and every attempt is recorded
        and counted, also the refused ones, which one transaction round the answer would undo.
        """
        actor = acting(request)
        must_call(actor)
        given = read(OpenSerializer, request.data)
        access = open_access(
            actor=actor,
            wanted=Wanted(**{name: given[name] for name in WAYS}),
            reason=given["reason"],
            note=given["note"],
            proved_by=proved(request._request, given["proof"]),
        )
        return _one(actor, access.pk, status=201)


class EmergencyView(APIView):
    """One emergency access."""

    @extend_schema(operation_id="emergency_retrieve", responses=EmergencySerializer)
    def get(self, request: Request, access_id: UUID) -> Response:
        """Who, why, until when, and what the review found. The look is recorded."""
        actor = acting(request)
        with transaction.atomic():
            access = get_emergency(actor, access_id)
            looked_at(actor, access)
        return _one(actor, access_id)


class EndView(APIView):
    """Ending."""

    @extend_schema(operation_id="emergency_end", parameters=[KEY], request=None, responses=EmergencySerializer)
    @idempotent
    def post(self, request: Request, access_id: UUID) -> Response:
        """End it now: its holder, or the case's own laboratory. 409 where it has ended."""
        end(actor=acting(request), access_id=access_id)
        return _one(acting(request), access_id)


class ReviewView(APIView):
    """Reviewing."""

    @extend_schema(
        operation_id="emergency_review", parameters=[KEY], request=ReviewSerializer, responses=EmergencySerializer
    )
    @idempotent
    def post(self, request: Request, access_id: UUID) -> Response:
        """Record whether it was justified. 409 while it runs, where it is reviewed, or for another version."""
        given = read(ReviewSerializer, request.data)
        review(actor=acting(request), access_id=access_id, **given)
        return _one(acting(request), access_id)


class LetterView(APIView):
    """The letter to the patient."""

    @extend_schema(
        operation_id="emergency_letter", parameters=[KEY], request=LetterSerializer, responses=EmergencySerializer
    )
    @idempotent
    def post(self, request: Request, access_id: UUID) -> Response:
        """Record the day on which it was sent. 409 while the access runs, for another version."""
        given = read(LetterSerializer, request.data)
        send_letter(actor=acting(request), access_id=access_id, **given)
        return _one(acting(request), access_id)
