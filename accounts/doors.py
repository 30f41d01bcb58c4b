"""Who may come in at a page: signed in, and acting under a membership."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import Forbidden, ReauthenticationNeeded
from core.web.refusals import respond

View = Callable[..., HttpResponse]


def member_required(view: View) -> View:
    """Let only members in.

    Nobody signed in: a page goes to sign-in and comes back, a script gets 401, so that nothing typed is lost.
    Signed in without a membership in force: 403 with whom to ask.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is None:
            if getattr(request, "htmx", False) or "json" in request.headers.get("Accept", ""):
                return respond(request, ReauthenticationNeeded(_("You are no longer signed in. Sign in again.")))
            return redirect_to_login(request.get_full_path())
        if actor.membership is None:
            raise Forbidden(
                _("You belong to no laboratory at the moment. Ask your laboratory's administrator for an invitation.")
            )
        return view(request, *args, **kwargs)

    return guarded
