"""Rules for sharing over the API: the one that holds, stating one, confirming it, dropping the own one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.preconditions import acting
from cases.api.views import read
from cases.basis.actions.rule import confirm_rule, drop_rule, state_rule
from cases.basis.conditions import Conditions
from cases.basis.kinds import REACHES, Against, Need, Protection, Sharing, Told
from cases.basis.rules import Applied, rule_for
from cases.basis.views.rules import must_read
from core.web.api.idempotency import idempotent
from core.web.api.preconditions import KEY


class ConditionsSerializer(serializers.Serializer[Any]):
    """What a rule says, by codes."""

    needs = serializers.DictField(child=serializers.ListField(child=serializers.ChoiceField(choices=Need.choices)))
    blocks = serializers.ListField(
        child=serializers.ChoiceField(choices=[(each.value, each.label) for each in REACHES])
    )
    protection = serializers.ChoiceField(choices=Protection.choices)
    overrides = serializers.ListField(child=serializers.ChoiceField(choices=Against.choices))
    told = serializers.ListField(child=serializers.ChoiceField(choices=Told.choices))

    def validate_needs(self, value: dict[str, list[str]]) -> dict[str, list[str]]:
        """Every kind of sharing, and no other."""
        if set(value) != set(Sharing.values):
            raise serializers.ValidationError(f"Say it for each of: {', '.join(Sharing.values)}.")
        return value


class RuleSerializer(serializers.Serializer[Any]):
    """The rule that holds for the laboratory; `id` is null where its country has none. Confirm it locally."""

    id = serializers.UUIDField(allow_null=True)
    place = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    valid_from = serializers.DateTimeField(allow_null=True)
    shipped = serializers.BooleanField()
    sources = serializers.DictField(child=serializers.CharField(), help_text="Law and article for each part.")
    conditions = ConditionsSerializer()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_by = serializers.CharField()


class NewRuleSerializer(serializers.Serializer[Any]):
    """A rule of the own organisation. `known` is the rule that was read."""

    known = serializers.UUIDField(allow_null=True)
    conditions = ConditionsSerializer()
    law = serializers.CharField(max_length=500, help_text="Law and article, or the own policy and its version.")
    reason = serializers.CharField(max_length=500)
    as_of = serializers.DateField()


class KnownSerializer(serializers.Serializer[Any]):
    """The rule that was read."""

    known = serializers.UUIDField(allow_null=True)


class DropRuleSerializer(serializers.Serializer[Any]):
    """The own rule that was read, and why it is dropped."""

    known = serializers.UUIDField()
    reason = serializers.CharField(max_length=500)


def rule_shape(applied: Applied) -> dict[str, Any]:
    """The rule that holds, as RuleSerializer takes it."""
    rule, confirmed = applied.rule, applied.confirmation
    return {
        "id": rule.pk if rule else None,
        "place": rule.place if rule else "",
        "number": rule.number if rule else None,
        "as_of": rule.as_of if rule else None,
        "valid_from": rule.valid_from if rule else None,
        "shipped": bool(rule and rule.preset),
        "sources": rule.sources if rule else {},
        "conditions": applied.conditions.stored(),
        "confirmed_at": confirmed.confirmed_at if confirmed else None,
        "confirmed_by": confirmed.confirmed_by if confirmed else "",
    }


class RulesView(APIView):
    """The rule that holds for the own organisation."""

    @extend_schema(operation_id="legal_rules_retrieve", responses=RuleSerializer)
    def get(self, request: Request) -> Response:
        """The rule with its sources, and whether it was confirmed locally."""
        actor = acting(request)
        must_read(actor)
        return Response(RuleSerializer(rule_shape(rule_for(actor.lab()))).data)

    @extend_schema(
        operation_id="legal_rules_state",
        parameters=[KEY],
        request=NewRuleSerializer,
        responses={201: RuleSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """State another one. Past decisions stay under the rule that they were made under."""
        actor, given = acting(request), read(NewRuleSerializer, request.data)
        state_rule(
            actor=actor,
            conditions=Conditions.of(given["conditions"]),
            source=given["law"],
            reason=given["reason"],
            as_of=given["as_of"],
            known=given["known"],
        )
        return Response(RuleSerializer(rule_shape(rule_for(actor.lab()))).data, status=201)


class ConfirmView(APIView):
    """Confirming."""

    @extend_schema(
        operation_id="legal_rules_confirm", parameters=[KEY], request=KnownSerializer, responses=RuleSerializer
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Confirm the rule that was read. 409 where another holds by now."""
        actor = acting(request)
        confirm_rule(actor=actor, **read(KnownSerializer, request.data))
        return Response(RuleSerializer(rule_shape(rule_for(actor.lab()))).data)


class DropView(APIView):
    """Dropping the own rule."""

    @extend_schema(
        operation_id="legal_rules_drop", parameters=[KEY], request=DropRuleSerializer, responses=RuleSerializer
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """The rule that holds from now on. 409 where another holds by now, or it is not the organisation's own."""
        actor = acting(request)
        drop_rule(actor=actor, **read(DropRuleSerializer, request.data))
        return Response(RuleSerializer(rule_shape(rule_for(actor.lab()))).data)
