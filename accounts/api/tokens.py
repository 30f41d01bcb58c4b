"""Tokens of machines in the API: the same actions as the pages, for people alone."""

from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy, queries, reauthentication
from accounts.actions.make_token import make_token
from accounts.actions.withdraw_token import withdraw_token
from accounts.api.authentication import actor_of
from accounts.models import User
from accounts.reauthentication import FIELDS
from accounts.scopes import Scope
from core.errors import Forbidden


class TokenSerializer(serializers.Serializer[Any]):
    """A token without its secret."""

    id = serializers.UUIDField(source="token.pk")
    name = serializers.CharField(source="token.name")
    purpose = serializers.CharField(source="token.purpose")
    prefix = serializers.CharField(source="token.prefix")
    scopes = serializers.ListField(child=serializers.CharField(), source="token.scopes")
    network = serializers.CharField(source="token.network", help_text="CIDR; empty for any.")
    organisation = serializers.UUIDField(source="token.organisation_id")
    made = serializers.DateTimeField(source="token.created_at")
    valid_until = serializers.DateTimeField(source="token.expires_at")
    last_used = serializers.DateTimeField(source="token.last_used_at", allow_null=True)
    last_used_from = serializers.CharField(source="token.last_used_address")
    state = serializers.ChoiceField(choices=["in_force", "withdrawn", "ended"])


class TokensSerializer(serializers.Serializer[Any]):
    """The newest first."""

    results = TokenSerializer(many=True)


class MadeTokenSerializer(TokenSerializer):
    """A new token, with its text: this answer is the only place where it stands."""

    token = serializers.CharField(source="text")


class ProofSerializer(serializers.Serializer[Any]):
    """One proof of who asks."""

    password = serializers.CharField(required=False, trim_whitespace=False, max_length=1000)
    code = serializers.CharField(required=False, max_length=20)
    credential = serializers.CharField(required=False, max_length=20_000)
    provider = serializers.CharField(required=False, max_length=3)


class MakeTokenSerializer(ProofSerializer):
    """A token to make."""

    name = serializers.CharField(max_length=60)
    purpose = serializers.CharField(max_length=200)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), max_length=10)
    network = serializers.CharField(required=False, default="", allow_blank=True, max_length=43)
    days = serializers.IntegerField(min_value=1, max_value=365)


class TokensView(APIView):
    """The tokens of the laboratory's machines."""

    @extend_schema(operation_id="tokens", responses=TokensSerializer)
    def get(self, request: Request) -> Response:
        """For administrators and privacy officers."""
        actor = actor_of(request)
        if not policy.sees_tokens(actor):
            raise Forbidden(_("Tokens of machines are for the administrators and privacy officers of a laboratory."))
        return Response(TokensSerializer({"results": queries.recent_tokens(actor)}).data)

    @extend_schema(operation_id="tokens_make", request=MakeTokenSerializer, responses={201: MadeTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make one. 401 for a wrong proof of who asks. No key repeats the answer: it would have to be kept."""
        asked = MakeTokenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = proved(request, asked.validated_data)
        made, text = make_token(actor=actor_of(request), **given)
        shown = queries.token_row(made)
        answer = {"token": shown.token, "state": shown.state, "text": text}
        return Response(MadeTokenSerializer(answer).data, status=201, headers={"Cache-Control": "no-store"})


class WithdrawTokenView(APIView):
    """Withdrawing one."""

    @extend_schema(operation_id="tokens_withdraw", request=ProofSerializer, responses={204: None})
    def post(self, request: Request, token_id: UUID) -> Response:
        """It opens nothing from now on. 401 for a wrong proof of who asks, 409 where it is withdrawn already."""
        asked = ProofSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        proved(request, asked.validated_data)
        withdraw_token(actor=actor_of(request), token_id=token_id)
        return Response(status=204)


def proved(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, without the proof, which has been looked at. Raises WrongProof and TooManyAttempts."""
    proof = {name: given.pop(name) for name in FIELDS if name in given}
    if proof or not reauthentication.is_fresh(request._request):
        reauthentication.prove(request._request, proof, person=cast(User, request.user))
    return given
