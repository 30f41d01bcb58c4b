"""My requests: drafts, sent, those that need my reply, answered, closed. Each view is an address."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from cases import paging
from cases.access import branches
from cases.looks import patients_shown
from consult.requests.audit_names import LISTED
from consult.requests.queries import BY_START, COUNTED, asked_by, page
from consult.requests.rows import rows
from consult.requests.states import Status
from core.actor import Actor
from core.audit.record import record

VIEWS = {
    "drafts": (Status.DRAFT,),
    "sent": (Status.SENT, Status.ACCEPTED),
    "reply": (Status.ASKED, Status.WAITING),
    "answered": (Status.ANSWERED, Status.ACKNOWLEDGED),
    "closed": (Status.CLOSED, Status.DECLINED, Status.WITHDRAWN),
}
COUNTED_VIEWS = ("drafts", "sent", "reply", "answered")


@member_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One page of what the actor asked; `view` chooses, the first that holds something is shown at first."""
    actor = the_actor(request)
    counts = _counts(actor)
    wanted = request.GET.get("view", "")
    chosen = wanted if wanted in VIEWS else next((name for name in ORDER if counts[name]), "sent")
    after = paging.decode(request.GET.get("after", ""))
    found = page(actor, [asked_by(actor).filter(status__in=VIEWS[chosen])], BY_START, after=after)
    patients_shown(actor, (each.case.patient_id for each in found.requests))
    record(actor, LISTED, object_kind="request", facts={"list": f"mine.{chosen}", "rows": len(found.requests)})
    address = reverse("requests:mine")
    return render(
        request,
        "requests/mine.html",
        {
            "tabs": _tabs(address, chosen, counts),
            "rows": rows(actor, found.requests),
            "chosen": chosen,
            "first_url": f"{address}?view={chosen}" if after else "",
            "next_url": f"{address}?view={chosen}&after={paging.encode(found.after)}" if found.after else "",
        },
    )


ORDER = ("reply", "answered", "sent", "drafts", "closed")


def _counts(actor: Actor) -> Counter[str]:
    live = asked_by(actor).filter(
        branches.not_denied(actor, "case"), status__in=[s for v in COUNTED_VIEWS for s in VIEWS[v]]
    )
    found = Counter(live.values_list("status", flat=True)[: 5 * COUNTED])
    return Counter({name: sum(found[status] for status in VIEWS[name]) for name in COUNTED_VIEWS})


def _tabs(address: str, chosen: str, counts: Counter[str]) -> list[dict[str, object]]:
    labels = {
        "drafts": _("Drafts"),
        "sent": pgettext("requests", "Sent"),
        "reply": _("Needs my reply"),
        "answered": _("Answered"),
        "closed": pgettext("requests", "Closed"),
    }
    return [
        {
            "label": label,
            "url": f"{address}?view={name}",
            "active": name == chosen,
            "count": counts[name] if name in COUNTED_VIEWS else None,
            "now": name in {"reply", "answered"},
        }
        for name, label in labels.items()
    ]
