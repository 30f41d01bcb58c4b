"""Who looked at a patient, the own trail, and the privacy officer's search. Each leaves its row, as the pages do."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_of
from cases.api.views import read
from cases.paging import decode, encode
from cases.trail import cases_of_trail, find_patients, get_patient_of_trail, looked_at, numbers_of, one_of
from cases.trail_words import Line, lines
from consult.desk.api import shapes
from consult.desk.audit_names import OWN_READ, PATIENT_FOUND, PATIENT_READ
from consult.desk.audit_search import find, find_own, must_search
from core.audit.own_names import LISTED
from core.audit.queries import Key
from core.audit.record import record


def answer(found: list[Line], after: Key | None) -> Response:
    """A page; every act of a line is an entry."""
    results = [_entry(line, act) for line in found for act in line.acts]
    return Response(shapes.EntryPageSerializer({"results": results, "after": encode(after) or None}).data)


def _entry(line: Line, act: Any) -> dict[str, Any]:
    shared = {name: getattr(line, name) for name in ("who", "role", "organisation", "for_whom", "because", "case")}
    own = {name: getattr(act, name) for name in ("id", "at", "action", "what", "about", "outcome")}
    return {**shared, **own, "organisation_id": line.lab}


class LookedView(APIView):
    """Who looked at a patient of the own laboratory."""

    @extend_schema(operation_id="patients_looks", parameters=[shapes.LookedQuery], responses=shapes.EntryPageSerializer)
    def get(self, request: Request, patient_id: UUID) -> Response:
        """What anybody of any laboratory did with the patient's cases of the own one, or with one of them."""
        actor = actor_of(request)
        asked = read(shapes.LookedQuery, request.query_params)
        patient = get_patient_of_trail(actor, patient_id)
        cases = cases_of_trail(actor, patient)
        case = one_of(cases, asked["case"])
        found = looked_at(
            actor,
            [case] if case else cases,
            numbers=cases,
            patient=None if case else patient.pk,
            show=asked["show"],
            after=decode(asked["after"]),
        )
        facts: dict[str, object] = {"show": asked["show"], "shown": len(found.lines)}
        record(
            actor, PATIENT_READ, object_kind="patient", object_id=patient.pk, patient=patient.pk, case=case, facts=facts
        )
        return answer(found.lines, found.after)


class OwnView(APIView):
    """The own trail."""

    @extend_schema(operation_id="audit_mine", parameters=[shapes.OwnQuery], responses=shapes.EntryPageSerializer)
    def get(self, request: Request) -> Response:
        """What was recorded under the caller's name, in every membership, and refused attempts to be them."""
        actor = actor_of(request)
        asked = read(shapes.OwnQuery, request.query_params)
        search = shapes.search_of(asked)
        found = find_own(actor, search, decode(asked["after"]))
        record(actor, OWN_READ, object_kind="audit", facts={"filter": search.codes(), "shown": len(found.rows)})
        return answer(lines(actor, found.rows), found.after)


class SearchView(APIView):
    """The privacy officer's search."""

    @extend_schema(operation_id="audit_search", request=shapes.SearchQuery, responses=shapes.EntryPageSerializer)
    def post(self, request: Request) -> Response:
        """What the laboratory did and what others did with its cases. It changes nothing but the record."""
        actor = actor_of(request)
        must_search(actor)
        asked = read(shapes.SearchQuery, request.data)
        search = shapes.search_of(asked)
        found = find(actor, search, decode(asked["after"]))
        facts: dict[str, object] = {"filter": search.codes(), "shown": len(found.rows)}
        record(actor, LISTED, object_kind="audit", case=search.case, patient=search.patient, facts=facts)
        return answer(lines(actor, found.rows, numbers=numbers_of(actor, found.rows), grouped=False), found.after)


class FindView(APIView):
    """A patient by a whole number."""

    @extend_schema(operation_id="audit_patients", request=shapes.NumberSerializer, responses=shapes.FoundSerializer)
    def post(self, request: Request) -> Response:
        """The keys of the laboratory's patients with exactly this number of their own or of a case."""
        actor = actor_of(request)
        must_search(actor)
        found = find_patients(actor, read(shapes.NumberSerializer, request.data)["number"])
        one = found[0] if len(found) == 1 else None
        facts: dict[str, object] = {"by": "number", "found": len(found)}
        record(actor, PATIENT_FOUND, object_kind="patient", object_id=one or "", patient=one, facts=facts)
        return Response(shapes.FoundSerializer({"patients": found}).data)
