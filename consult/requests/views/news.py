"""What an open page of a request asks now and then: whether the request has gone on since it was shown."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from consult.requests.policy import get_request
from consult.requests.views.events import events_of


@member_required
@require_GET
def news(request: HttpRequest, pk: UUID) -> HttpResponse:
    """204 while the request stands as it was `seen` (its version), else a note with its last step."""
    consult = get_request(the_actor(request), pk)
    if request.GET.get("seen") == str(consult.version):
        return HttpResponse(status=204)
    return render(request, "requests/_news.html", {"consult": consult, "last": events_of(consult).lines[-1]})
