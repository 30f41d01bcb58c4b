"""Share more slides of the case with the expert while the request runs."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen
from cases.models import Slide
from consult.requests.actions.lock import lock_request
from consult.requests.identity_check import must_not_name, on_glass
from consult.requests.looks import for_both
from consult.requests.models import ConsultRequest, RequestSlide
from consult.requests.policy import parties
from consult.requests.record import slides_as_sent
from consult.requests.states import REQUEST
from core.actor import Actor
from core.errors import Invalid
from core.workflow.engine import perform


def add_slides(
    *,
    actor: Actor,
    request_id: UUID,
    version: int,
    seen: Seen | None,
    slides: Collection[UUID],
    texts_checked: bool = False,
) -> ConsultRequest:
    """Add slides of the same case; those shared already are passed over. The record keeps them; the expert is told.

    Raises Invalid for a slide whose texts name a patient under a pseudonym, unless `texts_checked`.
    """
    with transaction.atomic():
        request = lock_request(actor, request_id, version=version, seen=seen)
        own = set(Slide.objects.filter(case=request.case_id, pk__in=slides).values_list("pk", flat=True))
        if not own or own != set(slides):
            raise Invalid(_("Choose slides of this case."), fields={"slides": _("Choose slides of this case.")})
        new = own - set(request.slides.values_list("slide_id", flat=True))
        if request.is_pseudonymised:
            texts = "\n".join(map(on_glass, Slide.objects.filter(pk__in=new).select_related("specimen", "block")))
            must_not_name(actor, request, {"slides": texts}, checked=texts_checked)
        RequestSlide.objects.bulk_create([RequestSlide(request=request, slide_id=slide) for slide in new])
        request.as_sent = {
            **request.as_sent,
            "slides": request.as_sent["slides"] + slides_as_sent(new, for_both(request)),
        }
        perform(
            REQUEST,
            request,
            "add_slides",
            actor=actor,
            parties=parties(actor, request),
            case=request.case_id,
            patient=request.case.patient_id,
            changed=["as_sent"],
            facts={"slides": len(new)},
        )
    return request
