"""Who may come in at a page: signed in, or signed in and acting under a membership."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Forbidden, OtherMembership, ReauthenticationNeeded
from core.web.cross_site import READING
from core.web.refusals import respond

View = Callable[..., HttpResponseBase]
SHOWN, SHOWN_FIELD = "X-Membership", "acting_membership"  # the membership of the page that sends (membership.mjs)


def person_required(view: View) -> View:
    """Let only signed-in people in, with a membership or without.

    Nobody signed in: a page goes to sign-in and comes back, a script gets 401, so that nothing typed is lost.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            if getattr(request, "htmx", False) or "json" in request.headers.get("Accept", ""):
                return respond(request, ReauthenticationNeeded(_("You are no longer signed in. Sign in again.")))
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def member_required(view: View) -> View:
    """Let only members in: as person_required, and 403 with whom to ask for somebody without a membership in force.

    What a page sends that was made for another of the person's memberships is refused: nobody acts for a laboratory
    whose name is not on the screen.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.membership is None:  # type: ignore[attr-defined]  # set by accounts.middleware
            raise Forbidden(
                _("You belong to no laboratory at the moment. Ask your laboratory's administrator for an invitation.")
            )
        must_be_as_shown(request)
        return view(request, *args, **kwargs)

    return person_required(guarded)


def must_be_as_shown(request: HttpRequest) -> None:
    """Raise OtherMembership where the page that sends this names another membership; one that names none may."""
    if request.method in READING:
        return
    shown = request.headers.get(SHOWN, "")
    if not shown and request.content_type == "application/x-www-form-urlencoded":
        shown = request.POST.get(SHOWN_FIELD, "")
    actor = the_actor(request)
    if shown and shown != str(actor.membership):
        raise OtherMembership(
            _(
                "This page was opened for another of your laboratories, and you work for %(organisation)s now. Nothing"
                " was done. Switch back to the other one and do it again."
            )
            % {"organisation": actor.organisation_name}
        )


def the_actor(request: HttpRequest) -> Actor:
    """The actor of a request that one of these doors has let in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts.middleware
    return actor
