"""Who may come in at a page: signed in, or signed in and acting under a membership."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts import policy
from core.actor import Actor
from core.errors import Forbidden, OtherMembership, ReauthenticationNeeded
from core.web.cross_site import READING
from core.web.refusals import respond

View = Callable[..., HttpResponseBase]
SHOWN, SHOWN_FIELD = "X-Membership", "acting_membership"  # the membership of the page that sends (membership.mjs)


def own_affairs(view: View) -> View:
    """Let only signed-in people in, to what is theirs whichever laboratory they work for.

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


def person_required(view: View) -> View:
    """Let only signed-in people in, with a membership or without: as own_affairs, under the membership of the page.

    What a page sends that was made for another of the person's memberships is refused: nobody acts for a laboratory
    whose name is not on the screen.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        must_be_as_shown(request)
        return view(request, *args, **kwargs)

    return own_affairs(guarded)


def member_required(view: View) -> View:
    """Let only members in: as person_required, and 403 with whom to ask for somebody without a membership in force."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.membership is None:  # type: ignore[attr-defined]  # set by accounts.middleware
            raise Forbidden(
                _("You belong to no laboratory at the moment. Ask your laboratory's administrator for an invitation.")
            )
        return view(request, *args, **kwargs)

    return person_required(guarded)


def must_be_as_shown(request: HttpRequest) -> None:
    """Raise OtherMembership where the page that sends this names another membership; one that names none may.

    Its scripts name it whatever they ask, its forms where they change something. Who has no membership any more is
    told that instead, by whatever needs one.
    """
    actor, shown = the_actor(request), request.headers.get(SHOWN, "")
    match = request.resolver_match
    is_read = match is not None and not getattr(match.func, "csrf_exempt", False)  # the body, for the token
    if not shown and request.method not in READING and is_read:
        shown = request.POST.get(SHOWN_FIELD, "")
    if shown and actor.membership is not None and shown != str(actor.membership):
        raise other_membership(actor.organisation_name)


def other_membership(now: str) -> OtherMembership:
    """The refusal, for somebody who works for the laboratory of this name now."""
    words = _(
        "This page was opened for another of your laboratories, and you work for %(organisation)s now. Nothing"
        " was done. Switch back to the other one and do it again."
    )
    return OtherMembership(words % {"organisation": now})


def the_actor(request: HttpRequest) -> Actor:
    """The actor of a request that one of these doors has let in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts.middleware
    return actor


def the_administrator(request: HttpRequest) -> Actor:
    """The actor of a page that is for those who look after people. Raises Forbidden for everybody else."""
    actor = the_actor(request)
    policy.must_administer(actor)
    return actor
