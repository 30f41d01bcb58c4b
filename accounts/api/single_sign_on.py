"""Single sign-on in the API: how the own organisation's is set up, and one's own identities. For people alone.

Linking is done in a browser: the person goes to the provider and comes back.
"""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy
from accounts.actions.link_identity import unlink_identity
from accounts.actions.set_provider import ProviderFields, remove_provider, set_provider
from accounts.api.authentication import actor_of
from accounts.api.tokens import ProofSerializer, proved
from accounts.models import Identity, IdentityProvider
from accounts.oidc.client import callback_url
from accounts.roles import JOIN_BY_SIGN_IN
from core.actor import Actor
from core.errors import Forbidden, Hidden


class ProviderSerializer(serializers.Serializer[Any]):
    """How it is set up, without the secret."""

    organisation = serializers.UUIDField(source="organisation_id")
    issuer = serializers.CharField()
    client_id = serializers.CharField()
    new_role = serializers.CharField(help_text="What somebody becomes who comes for the first time; empty for nothing.")
    factor_values = serializers.ListField(child=serializers.CharField())
    redirect_uri = serializers.SerializerMethodField()
    version = serializers.IntegerField()
    changed = serializers.DateTimeField(source="changed_at")

    def get_redirect_uri(self, row: IdentityProvider) -> str:
        """What the provider must know."""
        return callback_url(self.context["request"]._request, row.organisation_id)


class SetProviderSerializer(ProofSerializer):
    """How it is to be; `version` is the one that was read, left out where there was none."""

    issuer = serializers.CharField(max_length=255)
    client_id = serializers.CharField(max_length=255)
    secret = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1_000, help_text="Left out, the one there is stays."
    )
    new_role = serializers.ChoiceField(choices=["", *JOIN_BY_SIGN_IN], required=False, default="")
    factor_values = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, max_length=20
    )
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class SingleSignOnView(APIView):
    """The single sign-on of the organisation that one acts for."""

    @extend_schema(operation_id="single_sign_on", responses=ProviderSerializer)
    def get(self, request: Request) -> Response:
        """For administrators and privacy officers. 404 where there is none."""
        actor = _reader(request)
        found = policy.visible_providers(actor).filter(organisation=actor.organisation).first()
        if found is None:
            raise Hidden(_("There is no single sign-on here."))
        return Response(ProviderSerializer(found, context={"request": request}).data)

    @extend_schema(operation_id="single_sign_on_set", request=SetProviderSerializer, responses=ProviderSerializer)
    def put(self, request: Request) -> Response:
        """Set it up or change it. 401 for a wrong proof of who asks, 409 where somebody was faster."""
        actor = _reader(request)
        if not policy.may_set_sign_in(actor):
            raise Forbidden(_("Single sign-on is set up by the administrator of the organisation itself."))
        asked = SetProviderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = proved(request, asked.validated_data)
        version = given.pop("version")
        fields = ProviderFields(**{**given, "factor_values": tuple(given["factor_values"])})
        made = set_provider(actor=actor, organisation_id=actor.lab(), fields=fields, version=version)
        return Response(ProviderSerializer(made, context={"request": request}).data)


class RemoveSingleSignOnView(APIView):
    """Taking it away."""

    @extend_schema(operation_id="single_sign_on_remove", request=ProofSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Nobody comes in by it from now on. 401 for a wrong proof of who asks."""
        actor = _reader(request)
        asked = ProofSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        proved(request, asked.validated_data)
        if actor.organisation is None:
            raise Hidden(_("There is no single sign-on here."))
        remove_provider(actor=actor, organisation_id=actor.organisation)
        return Response(status=204)


class IdentitySerializer(serializers.Serializer[Any]):
    """By which identity a person signs in."""

    id = serializers.UUIDField()
    issuer = serializers.CharField()
    linked = serializers.DateTimeField(source="linked_at")
    last_used = serializers.DateTimeField(source="used_at", allow_null=True)


class IdentitiesSerializer(serializers.Serializer[Any]):
    """The oldest first."""

    results = IdentitySerializer(many=True)


class IdentitiesView(APIView):
    """One's own identities."""

    @extend_schema(operation_id="me_identities", responses=IdentitiesSerializer)
    def get(self, request: Request) -> Response:
        """What is linked to one's own account."""
        rows = Identity.objects.filter(person=actor_of(request).person)
        return Response(IdentitiesSerializer({"results": rows}).data)


class UnlinkIdentityView(APIView):
    """Unlinking one."""

    @extend_schema(operation_id="me_identities_unlink", request=ProofSerializer, responses={204: None})
    def post(self, request: Request, identity_id: UUID) -> Response:
        """It no longer opens the account. 401 for a wrong proof of who asks, 409 where it is the only way in."""
        asked = ProofSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        proved(request, asked.validated_data)
        unlink_identity(actor=actor_of(request), identity_id=identity_id)
        return Response(status=204)


def _reader(request: Request) -> Actor:
    actor = actor_of(request)
    if not policy.sees_sign_in(actor):
        raise Forbidden(_("Single sign-on is for the administrators and privacy officers of an organisation."))
    return actor
