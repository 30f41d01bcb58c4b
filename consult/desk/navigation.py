"""The main navigation: what this actor can go to, and to which of these the page belongs for them."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.roles import (
    ADMINISTER,
    BREAK_GLASS,
    READ_AUDIT,
    REQUEST,
    REVIEW_EMERGENCIES,
    SEE_HOME_CASES,
    Role,
)
from cases.basis.policy import reads_rules
from cases.emergency.policy import to_review
from consult.requests.policy import visible_requests
from core.actor import Actor

WORKLIST, MINE, CASES, EMERGENCIES = "desk:home", "requests:mine", "cases:list", "emergency:list"
PEOPLE = "accounts:people"
OF_PEOPLE = {
    *(PEOPLE, "accounts:person", "accounts:correct_person", "accounts:deactivate", "accounts:invite"),
    *("accounts:membership", "accounts:end_membership", "accounts:organisation"),
}
OF_REQUESTER = {"requests:mine", "requests:new", "requests:edit", "requests:check"}
OUTSIDE = "requests:outside_experts"
OF_OUTSIDE = {OUTSIDE, "requests:outside_expert"}
OF_CASE = {"reports:receive", "desk:looked", "desk:looked_print"}
OF_NONE = {"desk:search", "desk:results", "desk:palette"}
ROOMS = {"desk": WORKLIST, "requests": WORKLIST, "reports": WORKLIST, "cases": CASES, "slides": CASES}
ROOMS |= {"objections": CASES, "exclusions": CASES, "basis": CASES, "emergency": EMERGENCIES}


def context(request: HttpRequest) -> dict[str, object]:
    """`navigation` for every template: label, address, whether it is where we are; and for the menu under one's name
    `role_links` and `record_links` (icon, label, url): what one's role opens and nobody needs daily, and what of the
    record it reads. Asked only where they are shown. `search_url` and `palette_url` are where the box in the top bar
    searches, for members only.
    """
    actor: Actor | None = getattr(request, "actor", None)
    found: dict[str, object] = {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "role_links": _role_links(request),
        "record_links": SimpleLazyObject(lambda: record_links(actor)),
    }
    if actor is not None and actor.membership is not None:
        found |= {"search_url": reverse("desk:search"), "palette_url": reverse("desk:palette")}
    return found


def record_links(actor: Actor | None) -> list[dict[str, str]]:
    """What of the record the actor's role reads (icon, label, url), the own trail last; everybody has that."""
    if actor is None:
        return []
    found = [("journal-text", _("Audit"), "desk:audit", actor.role in READ_AUDIT)]
    found += [("list-check", _("Steps"), "admin:workflow_timelineentry_changelist", actor.role == Role.AUDITOR)]
    found += [("shield-check", _("Seals"), "admin:audit_auditseal_changelist", actor.role == Role.AUDITOR)]
    found += [("person-lines-fill", _("Recorded under my name"), "desk:trail", True)]
    return [{"icon": icon, "label": label, "url": reverse(name)} for icon, label, name, is_open in found if is_open]


def _role_links(request: HttpRequest) -> list[dict[str, str]]:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return []
    found = [("exclamation-diamond", _("Emergency access"), EMERGENCIES, actor.role in BREAK_GLASS)]
    found += [("clipboard-check", _("Rules for sharing"), "basis:rules", reads_rules(actor))]
    return [{"icon": icon, "label": label, "url": reverse(name)} for icon, label, name, is_open in found if is_open]


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.membership is None:
        return []
    items: dict[str, str] = {WORKLIST: _("Worklist")}
    if actor.role in REQUEST:
        items[MINE] = _("My requests")
    if actor.role in SEE_HOME_CASES:
        items[CASES] = _("Cases")
    if actor.role in ADMINISTER:
        items[PEOPLE] = _("People")
        items[OUTSIDE] = _("Outside experts")
    counts: dict[str, int] = {}
    if actor.role in REVIEW_EMERGENCIES:
        items[EMERGENCIES] = _("Emergency access")
        counts[EMERGENCIES] = to_review(actor).count()
    here = _place(actor, request.resolver_match) if request.resolver_match else ""
    if here and here not in items:
        here = WORKLIST
    return [
        {"label": label, "url": reverse(view), "active": here == view, "count": counts.get(view)}
        for view, label in items.items()
    ]


def _place(actor: Actor, match: ResolverMatch) -> str:
    """Which entry a page belongs to; '' for a page of none.

    A request and its report belong where this person finds them: among the own requests for who asked, on the worklist
    for who answers and for everybody else of the two laboratories. A report that answers no request is the case's.
    """
    name, room = match.view_name, match.view_name.split(":")[0]
    if name in OF_NONE:
        return ""
    if name in OF_REQUESTER:
        return MINE
    if name in OF_CASE:
        return CASES
    if name in OF_OUTSIDE:
        return OUTSIDE if actor.role in ADMINISTER else MINE
    if name in OF_PEOPLE:
        return PEOPLE if actor.role in ADMINISTER else ""
    if room == "requests" and "pk" in match.kwargs:
        return MINE if _own(actor) in _requesters(actor, pk=match.kwargs["pk"]) else WORKLIST
    if room == "reports" and "report_id" in match.kwargs:
        asked = _requesters(actor, report=match.kwargs["report_id"])
        return CASES if not asked else MINE if _own(actor) in asked else WORKLIST
    return ROOMS.get(room, "")


def _own(actor: Actor) -> tuple[UUID | None, UUID | None]:
    return actor.person, actor.organisation


def _requesters(actor: Actor, **of: object) -> list[tuple[UUID | None, UUID | None]]:
    """Who asked, for which laboratory; empty where the actor sees no such request: this stands on the page of a
    refusal, too, where hidden and absent are the same."""
    return list(visible_requests(actor).filter(**of).values_list("requester__user", "asking_organisation"))
