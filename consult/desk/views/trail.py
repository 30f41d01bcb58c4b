"""A person's own trail: what was recorded under the own name, in every membership, and attempts to be them."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import person_required, the_actor
from cases import paging
from cases.trail_words import lines
from consult.desk.audit_names import OWN_READ
from consult.desk.audit_search import find_own
from consult.desk.forms import OwnForm
from core.audit.record import record


@person_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The lines, newest first, narrowed by days and to what was refused."""
    actor = the_actor(request)
    form = OwnForm(request.GET)
    search = form.search()
    after = paging.decode(request.GET.get("after", ""))
    found = find_own(actor, search, after)
    record(actor, OWN_READ, object_kind="audit", facts={"filter": search.codes(), "shown": len(found.rows)})
    here = reverse("desk:trail")
    kept = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "form": form,
        "lines": lines(actor, found.rows),
        "is_filtered": bool(kept),
        "here": here,
        "title": _("What was recorded under your name"),
        "first_url": f"{here}?{urlencode(kept)}" if after else "",
        "older_url": f"{here}?{urlencode({**kept, 'after': paging.encode(found.after)})}" if found.after else "",
    }
    return render(request, "desk/trail.html", context)
