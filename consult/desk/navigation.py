"""The main navigation: what this actor can go to."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import REQUEST, SEE_HOME_CASES
from core.actor import Actor


def context(request: HttpRequest) -> dict[str, object]:
    """`navigation` for every template: label, address, whether it is where we are."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.membership is None:
        return {"navigation": []}
    items = [("desk:home", _("Worklist"))]
    if actor.role in REQUEST:
        items.append(("requests:mine", _("My requests")))
    if actor.role in SEE_HOME_CASES:
        items.append(("cases:list", _("Cases")))
    here = _place(request.resolver_match.view_name if request.resolver_match else "")
    return {"navigation": [{"label": label, "url": reverse(view), "active": here == view} for view, label in items]}


OWN_REQUESTS = {"requests:mine", "requests:new", "requests:edit", "requests:check"}
ROOMS = {"desk": "desk:home", "requests": "desk:home", "reports": "desk:home", "cases": "cases:list"}


def _place(name: str) -> str:
    """Which entry a page belongs to: a request that runs and its report are on the worklist of both sides."""
    return "requests:mine" if name in OWN_REQUESTS else ROOMS.get(name.split(":")[0], "")
