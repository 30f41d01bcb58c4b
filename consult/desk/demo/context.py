"""What the demo adds to pages: whom to sign in as, and the way to the demo's mails and tour. Nothing elsewhere."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from consult.desk.demo import doors, people, personas, tour
from consult.desk.demo.roles import roles_in


def demo(request: HttpRequest) -> dict[str, object]:
    """`personas` on the sign-in page, `demo_links` in the menu under one's name, `tour` on the first page."""
    if not settings.DEMO:
        return {}
    match = request.resolver_match
    if match is not None and match.view_name == "account_login":
        return {"personas": _personas(request), "everybody_url": reverse("demo:sign_in")}
    if getattr(request, "actor", None) is None:
        return {}
    links = [{"icon": "envelope", "label": _("The demo's mails"), "url": reverse("demo:mail")}]
    links.append({"icon": "signpost-split", "label": _("Tour in six steps"), "url": reverse("demo:tour")})
    added: dict[str, object] = {"demo_links": links}
    if match is not None and match.view_name == "desk:home" and not getattr(request.user, "tour_dismissed", True):
        added |= {"tour": tour.steps(), "demo_password": people.PASSWORD}
    return added


def _personas(request: HttpRequest) -> list[dict[str, object]]:
    """The one persona of this origin, with what to try; or on the plain host all of them, with role and laboratory."""
    here = doors.persona_here(request)
    shown = [here] if here else list(personas.PERSONAS)
    rows = Membership.objects.active().select_related("user", "organisation").order_by("valid_from", "id")
    members: dict[str, list[Membership]] = {}
    for row in rows.filter(user__email__in=[each.email for each in shown]):
        members.setdefault(row.user.email, []).append(row)
    return [
        {
            "name": members[each.email][0].user.printed_name,
            "detail": each.what_to_try if here else _place(members[each.email]),
            "url": reverse("demo:sign_in"),
            "value": each.email,
        }
        for each in shown
        if each.email in members
    ]


def _place(memberships: list[Membership]) -> str:
    """The roles in the laboratory somebody comes in for, and its name."""
    lab = memberships[0].organisation
    roles = roles_in(each for each in memberships if each.organisation_id == lab.pk)
    return _("%(role)s, %(organisation)s") % {"role": roles, "organisation": lab.short_name}
