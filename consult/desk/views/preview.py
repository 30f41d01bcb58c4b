"""The preview beside the worklist: one request in short, with what may be done."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from cases.access.queries import visible_slides
from cases.looks import look
from consult.requests.audit_names import PREVIEWED
from consult.requests.states import Status
from consult.requests.views.acts import ACTS
from consult.requests.views.material import parts_of, shared_slides
from consult.requests.views.screen import screen

OFFERED = ("accept", "reply", "ask")
THUMBNAILS = 4


@require_GET
@member_required
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A fragment. It is a look at clinical data, so it leaves a row."""
    actor = the_actor(request)
    seen = screen(actor, pk)
    consult = seen.request
    look(actor, PREVIEWED, consult.case, object_kind="request", object_id=pk, object_version=consult.version)
    shared = shared_slides(consult) if seen.sees_case else []
    visible = set(visible_slides(actor).filter(pk__in=[each.pk for each in shared]).values_list("pk", flat=True))
    parts = parts_of(shared, seen.view, visible=visible)
    lines = [line for part in parts for line in part.slides]
    writes = "expert" in seen.parties and consult.status in {Status.ACCEPTED, Status.WAITING}
    context = seen.context | {
        "lines": sorted(lines, key=lambda line: not line.thumbnail)[:THUMBNAILS],
        "slide_count": len(lines) or consult.slides.count(),
        "sites": [text for part in parts if (text := ", ".join(filter(None, (part.type, part.site))))],
        "acts": [{"name": name, "act": ACTS[name]} for name in OFFERED if name in seen.allowed],
        "writes": writes,
    }
    return render(request, "desk/_preview.html", context)
