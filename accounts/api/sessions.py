"""Sessions and second factors in the API: the same actions as the pages."""

from typing import cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import reauthentication, sessions
from accounts.actions.end_sessions import end_other_sessions, end_session, end_sessions_of
from accounts.actions.remove_factors import remove_factors
from accounts.api.authentication import actor_of
from accounts.api.serializers import RemoveFactorsSerializer, SessionsSerializer
from accounts.api.tokens import ProofSerializer, proved
from accounts.models import SignIn, User
from accounts.reauthentication import FIELDS


def _here(request: Request) -> SignIn:
    return cast(SignIn, request._request.standing.row)  # type: ignore[attr-defined]  # set by accounts.middleware


def _fresh(request: Request) -> None:
    asked = ProofSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    proved(request, asked.validated_data)


class SessionsView(APIView):
    """Where the caller is signed in."""

    @extend_schema(operation_id="sessions", responses=SessionsSerializer)
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = {"results": sessions.open_of(cast(User, request.user))}
        return Response(SessionsSerializer(rows, context={"here": _here(request).pk}).data)

    @extend_schema(operation_id="sessions_end_others", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End all but the one that asks. Takes a proof where the last one is older than five minutes, else 401."""
        _fresh(request)
        end_other_sessions(actor=actor_of(request), keep=_here(request).pk)
        return Response(status=204)


class SessionView(APIView):
    """One of them."""

    @extend_schema(operation_id="sessions_end", responses={204: None})
    def delete(self, request: Request, sign_in_id: UUID) -> Response:
        """End it. Takes a proof where the last one is older than five minutes, else 401; not for the one that asks."""
        if sign_in_id != _here(request).pk:
            _fresh(request)
        end_session(actor=actor_of(request), sign_in_id=sign_in_id)
        return Response(status=204)


class PersonSessionsView(APIView):
    """The sessions of somebody whom the caller administers."""

    @extend_schema(operation_id="person_sessions_end", responses={204: None})
    def delete(self, request: Request, person_id: UUID) -> Response:
        """End all of them."""
        end_sessions_of(actor=actor_of(request), person_id=person_id)
        return Response(status=204)


class PersonFactorsView(APIView):
    """The second factors of somebody whom the caller administers."""

    @extend_schema(operation_id="person_factors_remove", request=RemoveFactorsSerializer, responses={204: None})
    def post(self, request: Request, person_id: UUID) -> Response:
        """Remove them all. 401 for a wrong proof of who asks."""
        asked = RemoveFactorsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        proof = {name: given.pop(name) for name in FIELDS if name in given}
        reauthentication.prove(request._request, proof, person=cast(User, request.user))
        remove_factors(actor=actor_of(request), person_id=person_id, **given)
        return Response(status=204)
