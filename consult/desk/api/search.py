"""The search in the API: the same composition as the palette and the page."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_of
from consult.desk.api.serializers import NAMES, FoundSerializer, SearchSerializer
from consult.desk.search.kinds import search
from consult.reports.api.shapes import valid


class SearchView(APIView):
    """Finding."""

    @extend_schema(operation_id="search", request=SearchSerializer, responses=FoundSerializer)
    def post(self, request: Request) -> Response:
        """Patients, cases, requests, reports and people that the caller may see. It changes nothing.

        Numbers of patients are found whole, accession and request numbers by their beginning, everything else by the
        beginnings of its words, all of which must fit; accents and case do not count. There are no totals. Too many
        searches are refused with 429 and Retry-After.
        """
        asked = valid(SearchSerializer(data=request.data))
        groups = search(
            actor_of(request),
            asked["text"],
            by="api",
            size=asked["size"],
            kinds=asked["kinds"] or NAMES,
            after=asked["after"],
        )
        return Response(FoundSerializer({"results": groups}).data)
