"""Who can see a case, and why one can see it oneself, over the API."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.roles import SEE_HOME_CASES, labels
from cases import hooks
from cases.access.queries import get_case
from cases.access.view import case_view
from cases.api.preconditions import acting
from cases.looks import open_case
from cases.who import standing
from cases.who_besides import besides, machines
from cases.why import grounds
from core import clock
from core.errors import Forbidden, Hidden


class AccessSerializer(serializers.Serializer[Any]):
    """One person's access for one reason. `slides` are labels."""

    name = serializers.CharField()
    organisation = serializers.CharField()
    why = serializers.CharField()
    ends = serializers.CharField(help_text="What ends it and who can, where it is not the caller's to end at once.")
    slides = serializers.ListField(child=serializers.CharField())
    shows_identity = serializers.BooleanField()
    shows_label = serializers.BooleanField()
    shows_earlier = serializers.BooleanField()
    shows_first_report = serializers.BooleanField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    is_to_come = serializers.BooleanField()
    is_emergency = serializers.BooleanField()


class HomeSerializer(serializers.Serializer[Any]):
    """The laboratory whose case it is: everybody there in one of these roles sees all of it, but who is kept out."""

    organisation = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class MachineSerializer(serializers.Serializer[Any]):
    """A machine of the laboratory whose token opens its cases, never the images of slides."""

    name = serializers.CharField()
    purpose = serializers.CharField()
    may = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    ends = serializers.CharField(help_text="Who can withdraw the token.")


class KeptSerializer(serializers.Serializer[Any]):
    """What somebody outside keeps of the case as their own record: who reads it there, of what, and how long."""

    organisation = serializers.CharField()
    readers = serializers.CharField()
    words = serializers.CharField()
    keeps = serializers.ListField(child=serializers.CharField())
    until = serializers.CharField()


class BesidesSerializer(serializers.Serializer[Any]):
    """Somebody who is named in none of the lists, and what they see."""

    who = serializers.CharField()
    sees = serializers.CharField()


class CaseAccessSerializer(serializers.Serializer[Any]):
    """Who can see the case: `results` are those to whom a share opens it, now or later."""

    home = HomeSerializer()
    machines = MachineSerializer(many=True)
    results = AccessSerializer(many=True)
    kept = KeptSerializer(many=True)
    besides = BesidesSerializer(many=True)


class GroundSerializer(serializers.Serializer[Any]):
    """One reason for which the caller sees the case; `until` is null while it holds."""

    words = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    shown = serializers.ListField(child=serializers.CharField())
    hidden = serializers.ListField(child=serializers.CharField())


class WhySerializer(serializers.Serializer[Any]):
    """Why the caller sees a case, and what else of its record. Both empty for what the caller cannot see or is not
    there: nothing tells which."""

    grounds = GroundSerializer(many=True)
    others = serializers.ListField(child=serializers.CharField())


class CaseAccessView(APIView):
    """Who can see the case."""

    @extend_schema(operation_id="cases_access", responses=CaseAccessSerializer)
    def get(self, request: Request, case_id: UUID) -> Response:
        """For its own laboratory; 403 for whoever reads it by a share."""
        actor = acting(request)
        view = case_view(actor, open_case(actor, case_id))
        if not view.is_home:
            raise Forbidden(_("You can see this case, but who else can is for its own laboratory to know."))
        accesses = standing(case_id, clock.now())
        reasons = hooks.told_reasons(actor, [each.ref for each in accesses])
        names = set(AccessSerializer().fields) - {"why", "ends"}
        rows = [
            {name: getattr(each, name) for name in names}
            | {"why": reasons[each.ref].words, "ends": reasons[each.ref].ends}
            for each in accesses
        ]
        answer = {
            "home": {"organisation": view.organisation_short, "roles": labels(SEE_HOME_CASES)},
            "machines": machines(view.organisation),
            "results": rows,
            "kept": hooks.kept_elsewhere(actor, case_id),
            "besides": besides(),
        }
        return Response(CaseAccessSerializer(answer).data)


class CaseWhyView(APIView):
    """Why the caller can see the case."""

    @extend_schema(operation_id="cases_why", responses=WhySerializer)
    def get(self, request: Request, case_id: UUID) -> Response:
        """In sentences of the caller's language. The same empty answer for hidden and absent."""
        actor = acting(request)
        try:
            get_case(actor, case_id)
        except Hidden:
            found = []
        else:
            found = grounds(actor, case_view(actor, open_case(actor, case_id)))
        return Response(WhySerializer({"grounds": found, "others": hooks.why_else(actor, case_id)}).data)
