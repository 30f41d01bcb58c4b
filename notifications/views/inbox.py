"""The inbox: what needs the person, newest first."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import person_required, the_actor
from core.errors import Hidden
from core.web.posted import posted_from
from notifications import queries
from notifications.actions.read import mark_read

PAGE = 30


@require_safe
@person_required
def inbox(request: HttpRequest) -> HttpResponse:
    """One page of notifications; ?unread=1 leaves out what was read, ?before=<id> continues."""
    actor = the_actor(request)
    only_unread = request.GET.get("unread") == "1"
    before = _uuid(request.GET.get("before", ""))
    rows = queries.page(actor, before=before, only_unread=only_unread, size=PAGE + 1)
    shown = rows[:PAGE]
    base, mark = reverse("notifications:list"), "unread=1&" if only_unread else ""
    unread = queries.unread_count(actor)
    tabs = [
        {"label": _("All"), "url": base, "active": not only_unread},
        {"label": _("Unread"), "url": f"{base}?unread=1", "active": only_unread, "count": unread, "now": True},
    ]
    context = {
        "rows": shown,
        "tabs": tabs,
        "unread": unread,
        "only_unread": only_unread,
        "older_url": f"{base}?{mark}before={shown[-1].pk}" if len(rows) > PAGE else "",
        "newer_url": (f"{base}?{mark}".rstrip("?&") if before else ""),
    }
    return render(request, "notifications/inbox.html", context)


@require_safe
@person_required
def badge(request: HttpRequest) -> HttpResponse:
    """The number on the bell, with its words for screen readers."""
    unread, needs = queries.unread(the_actor(request))
    return render(request, "components/bell_count.html", {"unread": unread, "needs": needs})


@require_safe
@person_required
def open_one(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Go to what a notification is about; it counts as read then."""
    actor = the_actor(request)
    with transaction.atomic():
        notification = queries.visible_notifications(actor).filter(pk=notification_id).first()
        if notification is None:
            raise Hidden("")
        mark_read(actor=actor, ids=[notification.pk])
    return redirect(notification.url)


@person_required
@posted_from("notifications:list")
def read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark one as read and stay in the inbox."""
    mark_read(actor=the_actor(request), ids=[notification_id])
    return redirect(_back(request))


@person_required
@posted_from("notifications:list")
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(actor=the_actor(request))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    after = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if ours else reverse("notifications:list")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
