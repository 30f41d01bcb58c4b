"""Finding requests: by their numbers, by what they ask, and by the patient where the reader may know who it is."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from accounts.roles import SEE_HOME_CASES
from cases.access.view import CaseView
from cases.finding import Telling, identity_of, known_keys, readers_of, telling_of, text_keys
from cases.models import CaseGrant
from cases.numbers import accession_key
from consult.reports.finding import row as row_of_report
from consult.reports.models import ReportVersion
from consult.requests.models import ConsultRequest
from consult.requests.policy import BEFORE_SENDING, visible_requests, with_people
from consult.requests.record import kept_view
from consult.requests.rows import Row as Line
from consult.requests.rows import rows, views_of
from consult.requests.states import SIGNED, Status
from core.actor import Actor
from core.search.find import Found, Known, Position, Query, find
from core.search.keep import Row


def rows_of_requests(case_ids: Collection[UUID]) -> Iterable[Row]:
    """Drafts are found by who writes them, the others by both laboratories, before acceptance by the expert alone.

    The asking laboratory finds by the patient as the case names them now; the answering one by the patient as sent; the
    expert, and who stands in, by both, while the case is open to them with who the patient is. Six queries.
    """
    wanted = ConsultRequest.objects.filter(case__in=case_ids).exclude(status=Status.DISCARDED).order_by()
    requests = list(wanted.select_related("case__patient", "asking_organisation", "requester", "expert"))
    cases = list({request.case_id: request.case for request in requests}.values())
    identity, telling, readers = identity_of(cases), telling_of(cases), readers_of(case_ids)
    opened = _opened_to(requests)
    for request in requests:
        now = identity[request.case_id]
        scopes = {_asking_scope(request): now | text_of(request) | numbers_of(request)}
        if request.expert is not None and request.status not in BEFORE_SENDING:
            kept = kept_view(request)
            at_home = request.expert.organisation_id == request.asking_organisation_id
            is_told = at_home or request.status in SIGNED or request.pk in opened
            as_sent = _keys(request, kept, telling[request.case_id]) if is_told else numbers_of(request)
            if request.answering_organisation_id:
                scopes[request.answering_organisation_id] = as_sent
            for person in {request.expert.user_id, *opened.get(request.pk, ())}:
                knows = readers.get(request.case_id, {}).get(person, False)
                scopes[person] = as_sent | (now if knows else frozenset())
        for scope, keys in scopes.items():
            yield Row("request", scope, keys, request.created_at, request.pk, request.case_id)
    yield from _kept_reports(requests, opened)


def _opened_to(requests: Collection[ConsultRequest]) -> dict[UUID, set[UUID]]:
    """By request: the people to whom it opens its case, the expert's deputy too."""
    grants = CaseGrant.objects.filter(share__source_id__in=[each.pk for each in requests], revoked_at__isnull=True)
    found: dict[UUID, set[UUID]] = {}
    for request, person in grants.values_list("share__source_id", "user").distinct():
        found.setdefault(request, set()).add(person)
    return found


def _asking_scope(request: ConsultRequest) -> UUID:
    """A draft is its writer's alone."""
    return request.requester.user_id if request.status in BEFORE_SENDING else request.asking_organisation_id


def _kept_reports(requests: Collection[ConsultRequest], opened: Collection[UUID]) -> Iterable[Row]:
    """The versions of a first report that an answering laboratory keeps (policy.kept_reports). One query."""
    kept: dict[UUID, set[UUID]] = {}
    for request in requests:
        is_told = request.status in SIGNED or request.pk in opened
        if is_told and request.answering_organisation_id and request.opens_first_report:
            for key in filter(None, (request.first_report_id, request.first_report_signed_id)):
                kept.setdefault(key, set()).add(request.answering_organisation_id)
    for version in ReportVersion.objects.filter(pk__in=kept).select_related("report") if kept else ():
        for scope in kept[version.pk]:
            yield row_of_report(scope, version)


def text_of(request: ConsultRequest) -> frozenset[str]:
    """The words of the question."""
    return text_keys(request.question, request.working_diagnosis)


def numbers_of(request: ConsultRequest) -> frozenset[str]:
    """Its number, its pseudonym and the answering laboratory's number: both sides know all three."""
    numbers = (request.number, request.pseudonym, request.answering_accession_number)
    return frozenset(f"={accession_key(number)}" for number in numbers if number)


def _keys(request: ConsultRequest, view: CaseView, telling: Telling) -> frozenset[str]:
    texts = (request.question, request.working_diagnosis)
    hides = telling if view.is_pseudonymised else None
    return known_keys(view, hides, *texts) | numbers_of(request)


def find_requests(actor: Actor, query: Query, *, size: int, after: Position | None = None) -> Found[Line]:
    """Requests that the actor may see, by what the actor may know of them now, or of their record as sent."""

    def look(ids: Collection[UUID]) -> Mapping[UUID, Known[ConsultRequest]]:
        requests = list(with_people(visible_requests(actor)).filter(pk__in=ids))
        views = views_of(actor, requests)
        hidden = [request.case for request in requests if (view := views.get(request.pk)) and view.is_pseudonymised]
        telling = telling_of(hidden) if hidden else {}
        nothing = Telling(frozenset(), frozenset())
        return {
            request.pk: Known(_keys(request, views[request.pk], telling.get(request.case_id, nothing)), request)
            for request in requests
            if request.pk in views
        }

    found = find(query, "request", scopes(actor), look, size=size, after=after)
    return Found(rows(actor, found.things), found.after, found.is_cut)


def scopes(actor: Actor) -> list[UUID]:
    """As a person, and as the laboratory where the role sees what it asks and answers."""
    own = [actor.organisation] if actor.organisation and actor.role in SEE_HOME_CASES else []
    return own + ([actor.person] if actor.person else [])
