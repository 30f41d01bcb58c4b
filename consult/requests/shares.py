"""States the reasons for access that requests give: the expert sees the named slides while the request runs."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from accounts.models import Membership
from cases.hooks import ShareSpec
from consult.requests.models import ConsultRequest
from consult.requests.states import SHARED
from core.actor import Purpose

LONGEST = timedelta(days=365)  # a request that nobody ends does not open slides for ever


def of_requests(case_ids: Collection[UUID]) -> Iterable[ShareSpec]:
    """One share per running request, while the expert is a member of the lab that was asked.

    Label image and earlier cases stay hidden.
    """
    running = ConsultRequest.objects.filter(case__in=case_ids, status__in=SHARED, sent_at__isnull=False)
    members = Membership.objects.active().values("pk")
    for request in running.filter(expert__in=members).select_related("expert").prefetch_related("slides"):
        if request.expert is None or request.sent_at is None:
            continue  # the query left none; the types do not know
        yield ShareSpec(
            case=request.case_id,
            source_kind="request",
            source_id=request.pk,
            purpose=Purpose.TREATMENT,
            valid_from=request.sent_at,
            valid_until=request.sent_at + LONGEST,
            people=frozenset({request.expert.user_id}),
            slides=frozenset(row.slide_id for row in request.slides.all()),
            shows_identity=not request.is_pseudonymised,
            shows_first_report=request.opens_first_report,
        )
