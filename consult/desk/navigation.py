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
    name = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "navigation": [
            {"label": label, "url": reverse(view), "active": name == view or name.split(":")[0] == view.split(":")[0]}
            for view, label in items
        ]
    }
