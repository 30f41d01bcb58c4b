"""Looking after the people of the own laboratory, and the laboratory itself, in the API: the same actions as the pages.

What is changed names the version that was read (ETag, If-Match). For administrators, and for people alone.
"""

import re
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import policy, queries
from accounts.actions.as_seen import (
    PARTICULARS,
    change_seen_membership,
    edit_seen_organisation,
    edit_seen_person,
    membership_version,
    organisation_version,
    person_version,
)
from accounts.actions.deactivate import deactivate
from accounts.actions.end_membership import end_membership
from accounts.api.authentication import actor_of
from accounts.api.member_serializers import (
    ChangeMemberSerializer,
    CorrectPersonSerializer,
    MemberSerializer,
    OwnOrganisationSerializer,
    ParticularsSerializer,
    PeopleQuery,
    PeopleSerializer,
    PersonSerializer,
)
from accounts.api.tokens import ProofSerializer, proved
from accounts.models import Membership, Organisation, User
from core.actor import Actor
from core.errors import Hidden, Invalid
from core.web.api.idempotency import KEY, Place, idempotent
from core.web.api.preconditions import IF_MATCH, if_match

MOST = 200
TAG = re.compile(r'(?:W/)?"([0-9a-f]{16})"')


def _gone(actor: Actor, status: int, person_id: UUID) -> Response:
    """Who has no account any more is nobody's to show."""
    return Response(status=status)


def _ended(actor: Actor, status: int, membership_id: UUID) -> Response:
    found = policy.administered_memberships(actor).filter(pk=membership_id).first()
    if found is None:
        raise Hidden(_("This membership is not there."))
    return Response(MemberSerializer(found).data, status=status)


class PeopleView(APIView):
    """The people of the own laboratory."""

    @extend_schema(operation_id="people", parameters=[PeopleQuery], responses=PeopleSerializer)
    def get(self, request: Request) -> Response:
        """The first 200 by name whose name or address holds each part. For administrators."""
        actor = actor_of(request)
        policy.must_administer(actor)
        query = PeopleQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = list(queries.present_people(actor, query.validated_data["name"])[:MOST])
        return Response(PeopleSerializer({"results": queries.person_rows(actor, found)}).data)


class PersonView(APIView):
    """One of them."""

    @extend_schema(operation_id="person_retrieve", responses=PersonSerializer)
    def get(self, request: Request, person_id: UUID) -> Response:
        """Name, address, second factors by kind, and memberships there."""
        actor = actor_of(request)
        return _person(actor, queries.present_person(actor, person_id))

    @extend_schema(
        operation_id="person_correct",
        parameters=[IF_MATCH],
        request=CorrectPersonSerializer,
        responses=PersonSerializer,
    )
    def put(self, request: Request, person_id: UUID) -> Response:
        """Correct the name; ask for another address. 401 without a proof, 403 for somebody of two laboratories."""
        actor, given = actor_of(request), _proved(request, CorrectPersonSerializer)
        return _person(actor, edit_seen_person(actor=actor, person_id=person_id, version=_version(request), **given))


class DeactivateView(APIView):
    """Ending an account."""

    @extend_schema(operation_id="person_deactivate", parameters=[KEY], request=None, responses={204: None})
    @idempotent(_gone, status=204)
    def post(self, request: Request, person_id: UUID) -> Place:
        """Memberships, sessions and all access end now; what was signed stays. What moves on is at /memberships."""
        return {"person_id": deactivate(actor=actor_of(request), person_id=person_id).pk}


class MembershipView(APIView):
    """What somebody is in the own laboratory. How they work is at /memberships/{id}/work."""

    @extend_schema(operation_id="membership_retrieve", responses=MemberSerializer)
    def get(self, request: Request, membership_id: UUID) -> Response:
        """With what would move on if it ended."""
        return _member(queries.present_member(actor_of(request), membership_id))

    @extend_schema(
        operation_id="membership_change",
        parameters=[IF_MATCH],
        request=ChangeMemberSerializer,
        responses=MemberSerializer,
    )
    def put(self, request: Request, membership_id: UUID) -> Response:
        """Write what differs. 401 without a proof, 403 for one's own role and end, 409 where somebody was faster."""
        actor, given = actor_of(request), _proved(request, ChangeMemberSerializer)
        change_seen_membership(actor=actor, membership_id=membership_id, version=_version(request), **given)
        return _member(queries.present_member(actor, membership_id))


class EndMembershipView(APIView):
    """Ending a membership."""

    @extend_schema(operation_id="membership_end", parameters=[KEY], request=None, responses=MemberSerializer)
    @idempotent(_ended)
    def post(self, request: Request, membership_id: UUID) -> Place:
        """It ends now, with the sessions and all access under it; 403 for the one that the caller acts under."""
        return {"membership_id": end_membership(actor=actor_of(request), membership_id=membership_id).pk}


class OrganisationView(APIView):
    """The own laboratory."""

    @extend_schema(operation_id="organisation_retrieve", responses=OwnOrganisationSerializer)
    def get(self, request: Request, organisation_id: UUID) -> Response:
        """Its particulars. For administrators."""
        return _organisation(queries.administered_organisation(actor_of(request), organisation_id))

    @extend_schema(
        operation_id="organisation_edit",
        parameters=[IF_MATCH],
        request=ParticularsSerializer,
        responses=OwnOrganisationSerializer,
    )
    def put(self, request: Request, organisation_id: UUID) -> Response:
        """Write what differs; kind, country and what it belongs to stay. 409 where somebody was faster."""
        asked = ParticularsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = {name: asked.validated_data[name] for name in PARTICULARS}
        return _organisation(
            edit_seen_organisation(
                actor=actor_of(request),
                organisation_id=organisation_id,
                version=_version(request),
                particulars=given,
            )
        )


def _person(actor: Actor, person: User) -> Response:
    (row,) = queries.person_rows(actor, [person])
    return Response(PersonSerializer(row).data, headers=_tag(person_version(person)))


def _member(membership: Membership) -> Response:
    return Response(MemberSerializer(membership).data, headers=_tag(membership_version(membership)))


def _organisation(organisation: Organisation) -> Response:
    return Response(OwnOrganisationSerializer(organisation).data, headers=_tag(organisation_version(organisation)))


def _tag(version: str) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def _version(request: Request) -> str:
    found = TAG.fullmatch(if_match(request))
    if found is None:
        raise Invalid(_("If-Match must hold the ETag that you read."))
    return found[1]


def _proved(request: Request, serializer: type[ProofSerializer]) -> dict[str, Any]:
    asked = serializer(data=request.data)
    asked.is_valid(raise_exception=True)
    return proved(request, asked.validated_data)
