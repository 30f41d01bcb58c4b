"""Start a request: an empty draft on a case of the own laboratory."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import REQUEST
from cases.access.lock import Seen, lock_case
from cases.models import Slide
from consult.requests.models import ConsultRequest, RequestSlide
from consult.requests.policy import parties
from consult.requests.states import REQUEST as MACHINE
from core import clock
from core.actor import Actor
from core.errors import Forbidden
from core.workflow.engine import created


def create(*, actor: Actor, case_id: UUID, seen: Seen | None) -> ConsultRequest:
    """Make the draft, with all slides of the case chosen. Raises Hidden, Forbidden (another lab's case) or Conflict."""
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        if case.organisation_id != actor.organisation or actor.role not in REQUEST:
            raise Forbidden(_("Only a pathologist of the case's own laboratory asks for a consultation."))
        at = clock.now()
        request = ConsultRequest.objects.create(
            number=_next_number(),
            case=case,
            asking_organisation_id=case.organisation_id,
            requester=Membership.objects.select_related("user", "organisation").get(pk=actor.acting()),
            priority=case.priority,
            language=case.language,
            case_version=case.identity_version,
            patient_version=case.patient.version,
            created_at=at,
            saved_at=at,
        )
        slides = Slide.objects.filter(case=case).values_list("pk", flat=True)
        RequestSlide.objects.bulk_create([RequestSlide(request=request, slide_id=slide) for slide in slides])
        created(
            MACHINE,
            request,
            "create",
            actor=actor,
            parties=parties(actor, request),
            case=case.pk,
            patient=case.patient_id,
        )
    return request


def _next_number() -> str:
    """The product's own number: CR-000123, unique, from a sequence, saying nothing about anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('requests_number')")
        return f"CR-{cursor.fetchone()[0]:06}"
