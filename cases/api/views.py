"""Cases over the API: the same actions as the pages, with ETag, If-Match and Idempotency-Key."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.scopes import Scope
from cases import looks, paging
from cases.access.pages import Filters, case_page
from cases.access.queries import get_case
from cases.access.view import case_view, case_views
from cases.actions import close as moves
from cases.actions.add_material import add_material
from cases.actions.correct import correct_accession_number
from cases.actions.correct_material import (
    BlockCorrection,
    MaterialCorrections,
    PartCorrection,
    SlideCorrection,
    correct_material,
)
from cases.actions.edit import edit
from cases.actions.fields import CaseFields
from cases.actions.link_patient import link_patient
from cases.actions.register import NewCase, register
from cases.api.patient_serializers import patient_fields
from cases.api.preconditions import acting, case_match, case_tag
from cases.api.serializers import (
    CaseCorrectionSerializer,
    CasePageSerializer,
    CaseQuery,
    CaseSerializer,
    CaseTextSerializer,
    CaseTextsSerializer,
    CaseWriteSerializer,
    MaterialCorrectionSerializer,
    MaterialWriteSerializer,
    PartLineSerializer,
    case_fields,
    material_fields,
)
from cases.policy import parties
from cases.queries import material
from cases.states import CASE, Status
from core import terms
from core.actor import Actor
from core.errors import Invalid
from core.web.api.idempotency import KEY, Place, idempotent
from core.web.api.preconditions import IF_MATCH

CODES: dict[str, Callable[[], Collection[str]]] = {
    "status": lambda: Status.values,
    "priority": partial(terms.codes, "priorities"),
    "organ_system": partial(terms.codes, "organ_systems"),
}


def read(serializer: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked in form. Raises ValidationError."""
    taken = serializer(data=data)
    taken.is_valid(raise_exception=True)
    found: dict[str, Any] = taken.validated_data
    return found


def one(actor: Actor, case_id: UUID, status: int = 200) -> Response:
    """The case as this actor may see it, with its ETag."""
    case = get_case(actor, case_id)
    view = case_view(actor, case)
    shown = {
        **CaseTextSerializer(view).data,
        "parts": PartLineSerializer(material(actor, view), many=True).data,
        "actions": CASE.allowed(case.status, parties(actor, case)),
    }
    return Response(shown, status=status, headers={"ETag": case_tag(view)})


class CasesView(APIView):
    """The cases the caller may see."""

    scopes: ClassVar = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}

    @extend_schema(operation_id="cases_list", parameters=[CaseQuery], responses=CasePageSerializer)
    def get(self, request: Request) -> Response:
        """A page of 50, newest first."""
        actor = acting(request)
        asked = read(CaseQuery, request.query_params)
        after = paging.decode(asked.pop("after"))
        page = case_page(actor, Filters(**asked), after)
        # What was typed as a filter is kept in the audit as far as it is a code of ours; a name would look like one.
        looks.listed(actor, {name: value for name, value in asked.items() if value in CODES[name]()}, page.cases)
        answer = {"results": case_views(actor, page.cases), "after": paging.encode(page.after) or None}
        return Response(CasePageSerializer(answer).data)

    @extend_schema(
        operation_id="cases_create", parameters=[KEY], request=CaseWriteSerializer, responses={201: CaseSerializer}
    )
    @idempotent(one, status=201)
    def post(self, request: Request) -> Place:
        """Register a case of the acting laboratory, with a new patient or one of the register."""
        actor = acting(request)
        data = read(CaseWriteSerializer, request.data)
        if (data["patient"] is None) == (data["patient_id"] is None):
            message = _("Send either patient or patient_id.")
            raise Invalid(message, fields={"patient": message})
        new = NewCase(
            case=case_fields(data),
            patient=patient_fields(data["patient"]) if data["patient"] else None,
            patient_id=data["patient_id"],
            material=material_fields(data["material"]),
        )
        return {"case_id": register(actor=actor, new=new).pk}


class CaseView(APIView):
    """One case."""

    scopes: ClassVar = {"GET": Scope.CASES_READ}

    @extend_schema(operation_id="cases_retrieve", responses=CaseSerializer)
    def get(self, request: Request, case_id: UUID) -> Response:
        """The case with its material and what the caller may do."""
        looks.open_case(acting(request), case_id)
        return one(acting(request), case_id)

    @extend_schema(
        operation_id="cases_update", parameters=[IF_MATCH], request=CaseTextsSerializer, responses=CaseSerializer
    )
    def patch(self, request: Request, case_id: UUID) -> Response:
        """Change what the case says. 409 shows what stands now when somebody was faster."""
        actor = acting(request)
        version, seen = case_match(request)
        data = read(CaseTextsSerializer, request.data)
        case = get_case(actor, case_id)
        names = ("accession_number", "organ_system", "priority", "history", "language")
        fields = CaseFields(**{**{name: getattr(case, name) for name in names}, **data})
        edit(actor=actor, case_id=case_id, version=version, seen=seen, fields=fields)
        return one(actor, case_id)


class MaterialView(APIView):
    """The material of a case."""

    scopes: ClassVar = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="cases_add_material",
        parameters=[KEY, IF_MATCH],
        request=MaterialWriteSerializer,
        responses={201: CaseSerializer},
    )
    @idempotent(one, status=201)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Add parts, blocks and slides."""
        actor = acting(request)
        _version, seen = case_match(request)
        wanted = material_fields(read(MaterialWriteSerializer, request.data))
        add_material(actor=actor, case_id=case_id, seen=seen, material=wanted)
        return {"case_id": case_id}


class MaterialCorrectionsView(APIView):
    """Corrections of labels and stains."""

    @extend_schema(
        operation_id="cases_correct_material",
        parameters=[KEY, IF_MATCH],
        request=MaterialCorrectionSerializer,
        responses=CaseSerializer,
    )
    @idempotent(one)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Correct pieces; a piece of another case is refused like one that does not exist."""
        actor = acting(request)
        _version, seen = case_match(request)
        data = read(MaterialCorrectionSerializer, request.data)
        wanted = MaterialCorrections(
            parts=[PartCorrection(**each) for each in data["parts"]],
            blocks=[BlockCorrection(**each) for each in data["blocks"]],
            slides=[SlideCorrection(**each) for each in data["slides"]],
        )
        correct_material(actor=actor, case_id=case_id, seen=seen, corrections=wanted, reason=data["reason"])
        return {"case_id": case_id}


class CorrectionsView(APIView):
    """Corrections of who or what the case is."""

    @extend_schema(
        operation_id="cases_correct",
        parameters=[KEY, IF_MATCH],
        request=CaseCorrectionSerializer,
        responses=CaseSerializer,
    )
    @idempotent(one)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Correct the accession number, or the patient the case stands under: one of them at a time."""
        actor = acting(request)
        _version, seen = case_match(request)
        data = read(CaseCorrectionSerializer, request.data)
        number, patient, reason = data.get("accession_number"), data.get("patient_id"), data["reason"]
        if (number is None) == (patient is None):
            message = _("Send either accession_number or patient_id.")
            raise Invalid(message, fields={"accession_number": message})
        if patient is not None:
            link_patient(actor=actor, case_id=case_id, seen=seen, patient_id=patient, reason=reason)
        else:
            correct_accession_number(
                actor=actor, case_id=case_id, seen=seen, accession_number=number or "", reason=reason
            )
        return {"case_id": case_id}


class CloseView(APIView):
    """Closing."""

    @extend_schema(operation_id="cases_close", parameters=[KEY, IF_MATCH], request=None, responses=CaseSerializer)
    @idempotent(one)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Take the case out of the work in hand."""
        moves.close(actor=acting(request), case_id=case_id, seen=case_match(request)[1])
        return {"case_id": case_id}


class ReopenView(APIView):
    """Reopening."""

    @extend_schema(operation_id="cases_reopen", parameters=[KEY, IF_MATCH], request=None, responses=CaseSerializer)
    @idempotent(one)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Bring the case back."""
        moves.reopen(actor=acting(request), case_id=case_id, seen=case_match(request)[1])
        return {"case_id": case_id}
