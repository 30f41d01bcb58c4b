"""What is open to a session that counts only in part: nothing but the ways to make it whole, or to leave."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.sessions import State
from core.errors import ReauthenticationNeeded
from core.web.refusals import problem_response, respond, wants_problem

# By how the name of a route begins. Whatever is not named here is closed, so a new route is closed by itself.
OPEN = ("account_", "mfa_", "accounts:resume", "accounts:presence", "accounts:proof", "set_language", "web:", "health-")
OPEN_DEMO = "demo:"  # not there at all outside the demo


class SessionIdle(ReauthenticationNeeded):
    """Nobody was at work for too long: the same person proves who they are and goes on (401)."""

    code = "session-idle"


class SecondFactorNeeded(ReauthenticationNeeded):
    """Signed in with a password alone, where that is not enough (401)."""

    code = "second-factor-needed"


def stop(request: HttpRequest, state: State) -> HttpResponse | None:
    """The answer of a closed route to such a session; None where the route is open.

    A page goes to where the missing proof is given, a program gets 401 and reads which proof that is.
    """
    match = request.resolver_match
    if match is None or match.view_name.startswith((*OPEN, OPEN_DEMO)):
        return None
    refusal: ReauthenticationNeeded
    if state == State.IDLE:
        refusal, way = SessionIdle(_("Nobody was at work here for a while. Show that it is you.")), "accounts:resume"
    else:
        refusal, way = SecondFactorNeeded(_("Set up a second factor first, on the pages.")), "mfa_index"
    if wants_problem(request) or request.path.startswith("/live/"):
        return problem_response(refusal)
    if getattr(request, "htmx", False):
        return respond(request, refusal)
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return redirect(f"{reverse(way)}?{query}" if query else reverse(way))
