"""Who the caller is, and whom they can ask."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy
from accounts.api.authentication import actor_of
from accounts.api.serializers import ExpertQuery, ExpertsSerializer, MeSerializer
from accounts.models import User

MOST = 50


class MeView(APIView):
    """The signed-in person."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The person, the memberships in force, and the one acted under."""
        actor = actor_of(request)
        user = cast(User, request.user)
        shown = {
            "id": user.pk,
            "name": user.printed_name,
            "email": user.email,
            "language": user.language,
            "memberships": request._request.memberships,  # type: ignore[attr-defined]  # set by accounts.middleware
            "actor": {"membership": actor.membership, "organisation": actor.organisation, "role": actor.role},
        }
        return Response(MeSerializer(shown).data)


class ExpertsView(APIView):
    """Pathologists who can be asked."""

    @extend_schema(operation_id="experts", parameters=[ExpertQuery], responses=ExpertsSerializer)
    def get(self, request: Request) -> Response:
        """The first 50 by name, narrowed by words of the name or the lab, subspecialty and lab; never the caller."""
        query = ExpertQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = policy.experts(actor_of(request), **query.validated_data)[:MOST]
        return Response(ExpertsSerializer({"results": found}).data)
