"""What the menu under one's name offers to those who look after people."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.roles import ADMINISTER, SEE_TOKENS
from core.actor import Actor


def menu(request: HttpRequest) -> dict[str, object]:
    """`person_links` (icon, label, url): agreements for members; people, the laboratory, single sign-on, tokens and the
    admin site for administrators, single sign-on and tokens for privacy officers.

    And `factor_layout`: somebody who still owes a second factor has no pages to go to yet, so no bar above them.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    owes = getattr(request, "actor", None) is None
    return {
        "factor_layout": "allauth/layouts/entrance.html" if owes else "allauth/layouts/manage.html",
        **_links(request, user),
    }


def _links(request: HttpRequest, user: User) -> dict[str, object]:
    memberships: list[Membership] = getattr(request, "memberships", [])
    agreed = {"icon": "file-earmark-check", "label": _("Agreements"), "url": reverse("accounts:agreements")}
    work = {"icon": "calendar-week", "label": _("My work"), "url": reverse("accounts:own_work")}
    links = [*([work] if memberships else []), agreed] if memberships or user.is_platform_admin else []
    tokens = {"icon": "key", "label": _("Tokens of machines"), "url": reverse("accounts:tokens")}
    single = {"icon": "box-arrow-in-right", "label": _("Single sign-on"), "url": reverse("accounts:single_sign_on")}
    administers = any(membership.role in ADMINISTER for membership in memberships)
    if not (administers or user.is_platform_admin):
        reads = any(membership.role in SEE_TOKENS for membership in memberships)
        return {"person_links": [*links, *([single, tokens] if reads else [])]}
    return {
        "person_links": [
            *links,
            {"icon": "people", "label": _("People"), "url": reverse("accounts:people")},
            *_laboratory(request, user),
            {"icon": "person-plus", "label": _("Invitations"), "url": reverse("accounts:invite")},
            single,
            tokens,
            {"icon": "gear", "label": _("Administration"), "url": reverse("admin:index")},
        ]
    }


def _laboratory(request: HttpRequest, user: User) -> list[dict[str, str]]:
    """The one that is worked for, where its particulars are this person's to keep."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.organisation is None or not (actor.role in ADMINISTER or user.is_platform_admin):
        return []
    page = reverse("accounts:organisation", args=[actor.organisation])
    return [{"icon": "building", "label": _("Laboratory"), "url": page}]
