"""Agreements in the API: the same rows, steps and words as the pages."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import agreements
from accounts.actions import agreement as actions
from accounts.api.authentication import actor_of
from accounts.api.serializers import OrganisationSerializer
from accounts.api.tokens import ProofSerializer, proved
from accounts.models import Agreement
from accounts.models.agreement import LONGEST_REFERENCE, Identity, Work
from accounts.states import AGREEMENT, Status
from core.actor import Actor
from core.errors import Hidden
from core.web.api.idempotency import KEY, Place, idempotent

SHOWN = 200


class AgreementSerializer(serializers.Serializer[Any]):
    """What one organisation may send to another. Days are those of the organisation that proposed it."""

    id = serializers.UUIDField()
    asking = OrganisationSerializer()
    answering = OrganisationSerializer()
    is_mutual = serializers.BooleanField()
    work = serializers.ListField(child=serializers.ChoiceField(Work.choices))
    organ_systems = serializers.ListField(child=serializers.CharField(), help_text="Codes; none means all.")
    identity = serializers.ChoiceField(Identity.choices)
    reference = serializers.CharField(allow_blank=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(Status.choices)
    version = serializers.IntegerField()
    actions = serializers.ListField(child=serializers.CharField(), help_text="The steps that the caller may take now.")


class AgreementsSerializer(serializers.Serializer[Any]):
    """Those the caller may see, the latest first."""

    results = AgreementSerializer(many=True)


class ProposalSerializer(serializers.Serializer[Any]):
    """What is proposed; `on_behalf_of` is the party that the caller speaks for."""

    on_behalf_of = serializers.UUIDField()
    asking = serializers.UUIDField()
    answering = serializers.UUIDField()
    is_mutual = serializers.BooleanField(default=False)
    work = serializers.ListField(child=serializers.CharField(max_length=20))
    organ_systems = serializers.ListField(child=serializers.CharField(max_length=30), default=list)
    identity = serializers.CharField(max_length=20)
    reference = serializers.CharField(default="", allow_blank=True, max_length=LONGEST_REFERENCE)
    first_day = serializers.DateField()
    last_day = serializers.DateField(default=None, allow_null=True)


class VersionSerializer(serializers.Serializer[Any]):
    """The version that the caller has read."""

    version = serializers.IntegerField(min_value=1)


class ReasonSerializer(VersionSerializer):
    """And why."""

    reason = serializers.CharField(max_length=1000)


class EndSerializer(ReasonSerializer):
    """And after which day; none ends it now."""

    last_day = serializers.DateField(default=None, allow_null=True)


SHOWN_FIELDS = tuple(map(str, AgreementSerializer().fields))[:-1]  # all but the actions


def _shape(actor: Actor, agreement: Agreement) -> dict[str, Any]:
    allowed = AGREEMENT.allowed(agreement.status, agreements.parties(actor, agreement))
    return {name: getattr(agreement, name) for name in SHOWN_FIELDS} | {"actions": allowed}


def _answer(actor: Actor, agreement_id: UUID, status: int = 200) -> Response:
    found = agreements.visible_agreements(actor).filter(pk=agreement_id).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    return Response(AgreementSerializer(_shape(actor, found)).data, status=status)


class AgreementsView(APIView):
    """The agreements of the caller's organisation, and proposing one."""

    @extend_schema(operation_id="agreements_list", responses=AgreementsSerializer)
    def get(self, request: Request) -> Response:
        """The latest 200."""
        actor = actor_of(request)
        found = agreements.visible_agreements(actor)[:SHOWN]
        return Response(AgreementsSerializer({"results": [_shape(actor, each) for each in found]}).data)

    @extend_schema(
        operation_id="agreements_propose",
        parameters=[KEY],
        request=ProposalSerializer,
        responses={201: AgreementSerializer},
    )
    @idempotent(_answer, status=201)
    def post(self, request: Request) -> Place:
        """Propose an agreement. It binds nobody before the other side confirms it."""
        given = ProposalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        for_whom = data.pop("on_behalf_of")
        made = actions.propose(actor=actor_of(request), on_behalf_of=for_whom, fields=actions.AgreementFields(**data))
        return {"agreement_id": made.pk}


class AgreementView(APIView):
    """One agreement."""

    @extend_schema(operation_id="agreements_retrieve", responses=AgreementSerializer)
    def get(self, request: Request, agreement_id: UUID) -> Response:
        """What it says, how it stands, and what the caller may do."""
        return _answer(actor_of(request), agreement_id)


class ConfirmSerializer(ProofSerializer, VersionSerializer):
    """The same with a proof of who confirms, where the last one is older than five minutes."""


STEPS: dict[str, tuple[type[VersionSerializer], Callable[..., Agreement]]] = {
    "confirm": (ConfirmSerializer, actions.confirm),
    "decline": (ReasonSerializer, actions.decline),
    "withdraw": (ReasonSerializer, actions.withdraw),
    "end": (EndSerializer, actions.end),
}


def _given(serializer: type[VersionSerializer], request: Request, agreement_id: UUID) -> dict[str, Any]:
    """What was sent, with its proof looked at where the step takes one."""
    asked = serializer(data=request.data)
    asked.is_valid(raise_exception=True)
    data = asked.validated_data
    return {"given": proved(request, data) if issubclass(serializer, ProofSerializer) else data}


def step_view(name: str) -> type[APIView]:
    """The view of one step of the table."""
    serializer, call = STEPS[name]

    class StepView(APIView):
        """One step of an agreement."""

        @extend_schema(
            operation_id=f"agreements_{name}",
            description="409 where the state does not allow it or the version is not the newest; nothing is changed.",
            parameters=[KEY],
            request=serializer,
            responses=AgreementSerializer,
        )
        @idempotent(_answer, first=partial(_given, serializer))
        def post(self, request: Request, agreement_id: UUID, given: dict[str, Any]) -> Place:
            call(actor=actor_of(request), agreement_id=agreement_id, **given)
            return {"agreement_id": agreement_id}

    return StepView
