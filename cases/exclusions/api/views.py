"""Who is kept out of a case, over the API: the same actions as the pages."""

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
from cases.exclusions.actions.keep_out import keep_out
from cases.exclusions.actions.let_in import let_in
from cases.exclusions.models import LONGEST_NOTE, Exclusion, Reason
from cases.exclusions.policy import visible_exclusions
from cases.exclusions.queries import candidates
from cases.exclusions.states import EDITOR
from cases.looks import glance
from cases.policy import parties
from cases.views.common import not_yours
from core.actor import Actor
from core.errors import Hidden
from core.web.api.idempotency import KEY, Place, idempotent
from core.web.api.preconditions import IF_MATCH


class ExclusionSerializer(serializers.Serializer[Any]):
    """One person who is, or was, kept out of a case."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    name = serializers.CharField(source="person.printed_name")
    reason = serializers.CharField()
    note = serializers.CharField()
    status = serializers.CharField()
    version = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = serializers.CharField()


class CandidateSerializer(serializers.Serializer[Any]):
    """Somebody who can be kept out. `organisation` is empty for the case's own laboratory."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    organisation = serializers.CharField()


class ExclusionsSerializer(serializers.Serializer[Any]):
    """The exclusions from a case, the newest first, and who else can be kept out."""

    results = ExclusionSerializer(many=True)
    people = CandidateSerializer(many=True)


class NewExclusionSerializer(serializers.Serializer[Any]):
    """What is recorded; another reason needs the note, and keeping out oneself needs `oneself`."""

    person = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=Reason.choices)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")
    oneself = serializers.BooleanField(required=False, default=False)


class LetInSerializer(serializers.Serializer[Any]):
    """Why the person is let in again, and the version that was read."""

    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)


def _one(actor: Actor, exclusion_id: UUID, status: int) -> Response:
    """Nothing (204) for whoever kept themselves out: the case is not there for them any more."""
    found = visible_exclusions(actor).select_related("person").filter(pk=exclusion_id).first()
    if found is not None:
        return Response(ExclusionSerializer(found).data, status=status)
    if Exclusion.objects.filter(pk=exclusion_id, person=actor.person).exists():
        return Response(status=204)
    raise Hidden(_("There is nothing here that you may see."))


class ExclusionsView(APIView):
    """Who is kept out of one case of the own laboratory."""

    @extend_schema(operation_id="exclusions_list", responses=ExclusionsSerializer)
    def get(self, request: Request, case_id: UUID) -> Response:
        """All of them, the newest first. 403 for a reader of a shared case, and for a machine."""
        actor = acting(request)
        case = get_case(actor, case_id)
        if not EDITOR & parties(actor, case):
            raise not_yours()
        glance(actor, CASE_READ, case, object_kind="case", object_id=case.pk, object_version=case.version)
        rows = visible_exclusions(actor).filter(case=case_id).select_related("person").order_by("-recorded_at", "pk")
        return Response(ExclusionsSerializer({"results": rows, "people": candidates(case)}).data)

    @extend_schema(
        operation_id="exclusions_record",
        parameters=[KEY, IF_MATCH],
        request=NewExclusionSerializer,
        responses={201: ExclusionSerializer, 204: None},
    )
    @idempotent(_one, status=201)
    def post(self, request: Request, case_id: UUID) -> Place:
        """Keep somebody out. To them the case is as if it were not there, in an emergency too; they are not told.

        204, without a body, for whoever keeps themselves out; 422 where `oneself` does not confirm that, for only a
        colleague can let them in again.
        """
        _version, seen = case_match(request)
        given = read(NewExclusionSerializer, request.data)
        person = given.pop("person")
        made = keep_out(actor=acting(request), case_id=case_id, seen=seen, person_id=person, **given)
        return {"exclusion_id": made.pk}


class LetInView(APIView):
    """Letting in again."""

    @extend_schema(
        operation_id="exclusions_lift",
        parameters=[KEY, IF_MATCH],
        request=LetInSerializer,
        responses=ExclusionSerializer,
    )
    @idempotent(_one)
    def post(self, request: Request, exclusion_id: UUID) -> Place:
        """Lift it. If-Match holds the ETag of the case."""
        _version, seen = case_match(request)
        given = read(LetInSerializer, request.data)
        let_in(actor=acting(request), exclusion_id=exclusion_id, seen=seen, **given)
        return {"exclusion_id": exclusion_id}
