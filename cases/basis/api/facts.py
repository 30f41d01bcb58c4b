"""The legal basis of a case over the API: the same actions as the pages."""

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
from cases.basis.actions.end import end
from cases.basis.actions.record import Said, record
from cases.basis.api.rules import RuleSerializer, rule_shape
from cases.basis.kinds import REACHES, How, Kind
from cases.basis.models import LegalFact
from cases.basis.policy import facts_of_case, visible_decisions, visible_facts
from cases.basis.rules import rule_for
from cases.looks import glance
from cases.policy import parties
from cases.views.common import not_yours
from core.actor import Actor
from core.errors import Hidden
from core.web.api.idempotency import KEY, Place, idempotent
from core.web.api.preconditions import IF_MATCH

SHOWN = 100


class FactSerializer(serializers.ModelSerializer[LegalFact]):
    """One record; `case` is null where it is for every case of the patient in the laboratory."""

    class Meta:
        model = LegalFact
        fields = (
            "id", "kind", "case", "on_day", "by_whom", "how", "reach", "organisations", "valid_from", "valid_until",
            "status", "version", "recorded_at", "recorded_by", "ended_at", "ended_by", "end_reason",
        )  # fmt: skip
        read_only_fields = fields


class DecisionSerializer(serializers.Serializer[Any]):
    """One decision about a share, with the version of the rule; `grounds` name records by key."""

    source_kind = serializers.CharField()
    source_id = serializers.UUIDField()
    sharing = serializers.CharField()
    rule = serializers.UUIDField(source="rule_id", allow_null=True)
    outcome = serializers.CharField()
    grounds = serializers.JSONField()
    decided_at = serializers.DateTimeField()
    decided_by = serializers.CharField()


class BasisSerializer(serializers.Serializer[Any]):
    """The rule that holds, what is recorded and what was decided, the newest first."""

    rule = RuleSerializer()
    records = FactSerializer(many=True)
    decisions = DecisionSerializer(many=True)


class NewFactSerializer(serializers.Serializer[Any]):
    """What is recorded."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    on_day = serializers.DateField()
    by_whom = serializers.CharField(max_length=200)
    how = serializers.ChoiceField(choices=How.choices)
    all_cases = serializers.BooleanField(default=False)
    reach = serializers.ChoiceField(choices=[(each.value, each.label) for each in REACHES], default="")
    organisations = serializers.ListField(child=serializers.UUIDField(), default=list)
    first_day = serializers.DateField(allow_null=True, default=None)
    last_day = serializers.DateField(allow_null=True, default=None)


class EndSerializer(serializers.Serializer[Any]):
    """How (withdraw: the patient takes back a consent) and why, and the version that was read."""

    version = serializers.IntegerField(min_value=1)
    how = serializers.ChoiceField(choices=["withdraw", "end"])
    reason = serializers.CharField(max_length=500)


def _one(actor: Actor, fact_id: UUID, status: int) -> Response:
    found = visible_facts(actor).prefetch_related("organisations").filter(pk=fact_id).first()
    if found is None:
        raise Hidden(_("There is nothing here that you may see."))
    return Response(FactSerializer(found).data, status=status)


class BasisView(APIView):
    """The legal basis of one case of the own laboratory."""

    @extend_schema(operation_id="legal_basis_retrieve", responses=BasisSerializer)
    def get(self, request: Request, case_id: UUID) -> Response:
        """All of it. 403 for a reader of a shared case."""
        actor = acting(request)
        case = get_case(actor, case_id)
        if not parties(actor, case):
            raise not_yours()
        glance(actor, CASE_READ, case, object_kind="case", object_id=case.pk, object_version=case.version)
        found = {
            "rule": rule_shape(rule_for(case.organisation_id)),
            "records": facts_of_case(actor, case).prefetch_related("organisations")[:SHOWN],
            "decisions": visible_decisions(actor).filter(case=case_id)[:SHOWN],
        }
        return Response(BasisSerializer(found).data)

    @extend_schema(
        operation_id="legal_basis_record",
        parameters=[KEY, IF_MATCH],
        request=NewFactSerializer,
        responses={201: FactSerializer},
    )
    @idempotent(_one, status=201)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Record something. Shares that it speaks against end at once."""
        _version, seen = case_match(request)
        said = Said(**read(NewFactSerializer, request.data))
        made = record(actor=acting(request), case_id=case_id, seen=seen, said=said)
        return {"fact_id": made.pk}


class EndView(APIView):
    """Ending a record."""

    @extend_schema(
        operation_id="legal_basis_end", parameters=[KEY, IF_MATCH], request=EndSerializer, responses=FactSerializer
    )
    @idempotent(_one)
    def post(self, request: Request, case_id: UUID, fact_id: UUID) -> Place:
        """Withdraw or end it. If-Match holds the ETag of the case."""
        _version, seen = case_match(request)
        given = read(EndSerializer, request.data)
        end(actor=acting(request), fact_id=fact_id, case_id=case_id, seen=seen, **given)
        return {"fact_id": fact_id}
