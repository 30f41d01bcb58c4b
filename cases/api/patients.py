"""The own laboratory's register of patients over the API."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.scopes import Scope
from cases import looks
from cases.actions.correct import correct_patient
from cases.actions.register_patient import register_patient
from cases.api.patient_serializers import (
    NumberSerializer,
    PatientCorrectionSerializer,
    PatientPageSerializer,
    PatientSerializer,
    PatientWriteSerializer,
    patient_fields,
)
from cases.api.preconditions import acting, patient_match, patient_tag
from cases.api.views import read
from cases.patients import PatientView as Known
from cases.patients import find_by_number, get_patient, patient_page
from core.actor import Actor
from core.web.api.idempotency import KEY, Place, idempotent
from core.web.api.preconditions import IF_MATCH

SIZE = 50


class PatientQuery(serializers.Serializer[dict[str, object]]):
    """Which page."""

    after = serializers.UUIDField(required=False, default=None, help_text="As in the page before.")


def one(patient: Known, status: int = 200) -> Response:
    """The patient with its ETag."""
    return Response(PatientSerializer(patient).data, status=status, headers={"ETag": patient_tag(patient.version)})


def _registered(actor: Actor, patient_id: UUID, status: int) -> Response:
    return one(get_patient(actor, patient_id), status)


class PatientsView(APIView):
    """The register."""

    @extend_schema(operation_id="patients_list", parameters=[PatientQuery], responses=PatientPageSerializer)
    def get(self, request: Request) -> Response:
        """A page of 50 in the order of entry; empty for those who see no cases of their laboratory."""
        actor = acting(request)
        views, after = patient_page(actor, read(PatientQuery, request.query_params)["after"], SIZE)
        looks.patients_searched(actor, views, "list")
        return Response(PatientPageSerializer({"results": views, "after": after}).data)

    @extend_schema(
        operation_id="patients_create",
        parameters=[KEY],
        request=PatientWriteSerializer,
        responses={201: PatientSerializer},
    )
    @idempotent(_registered, status=201)
    def post(self, request: Request) -> Place:
        """Put a patient into the register."""
        fields = patient_fields(read(PatientWriteSerializer, request.data))
        patient = register_patient(actor=acting(request), fields=fields)
        return {"patient_id": patient.pk}


class PatientSearchView(APIView):
    """Finding somebody by number."""

    scopes: ClassVar = {"POST": Scope.CASES_READ}

    @extend_schema(operation_id="patients_search", request=NumberSerializer, responses=PatientSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Everybody of the register who has exactly this number in any system; at most 20. It changes nothing."""
        actor = acting(request)
        found = find_by_number(actor, read(NumberSerializer, request.data)["number"])
        looks.patients_searched(actor, found, "number")
        return Response(PatientSerializer(found, many=True).data)


class PatientView(APIView):
    """One patient."""

    scopes: ClassVar = {"GET": Scope.CASES_READ}

    @extend_schema(operation_id="patients_retrieve", responses=PatientSerializer)
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The patient; 404 for another laboratory's."""
        return one(looks.open_patient(acting(request), patient_id))

    @extend_schema(
        operation_id="patients_correct",
        parameters=[IF_MATCH],
        request=PatientCorrectionSerializer,
        responses=PatientSerializer,
    )
    def patch(self, request: Request, patient_id: UUID) -> Response:
        """Correct the identity in all cases of the patient. The whole identity is sent, with the reason."""
        actor = acting(request)
        version = patient_match(request)
        data = read(PatientCorrectionSerializer, request.data)
        reason = data.pop("reason")
        correct_patient(actor=actor, patient_id=patient_id, version=version, fields=patient_fields(data), reason=reason)
        return one(get_patient(actor, patient_id))
