"""The session at hand: whether it counts, that somebody is at work in it, and going on after a pause."""

from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actors, reauthentication, sessions
from accounts.actions.resume_session import resume_session
from accounts.gate import SessionIdle
from accounts.live import announce_session_ended
from accounts.models import User
from accounts.proof_fields import ProofFields
from accounts.reauthentication import TooManyAttempts, WrongProof
from accounts.sessions import Standing, State
from core.actor import Actor, Door
from core.errors import ReauthenticationNeeded
from core.web.refusals import limited, problem_response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: HttpRequest) -> HttpResponse:
    """GET: the session's state and whose it is; looking is no sign of life.

    POST: somebody is at work here; with `pause`, nobody is, and the page is hidden. 204, or 401 where it is too late.
    """
    found = _standing(request)
    if request.method != "POST":
        return JsonResponse({"state": found.state.value, "person": str(found.person.pk) if found.person else ""})
    if found.row is None or found.state == State.IDLE:
        return problem_response(_gone(found))
    if "pause" in request.POST:
        sessions.pause(found.row)
        announce_session_ended(found.row.person_id)  # the streams and tiles of it end as well
    else:
        sessions.at_work(found)
    return HttpResponse(status=204)


@never_cache
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """What the browser needs to ask for a passkey of this person, for one proof. 401 for nobody."""
    found = _standing(request)
    if found.person is None:
        return problem_response(_gone(found))
    return JsonResponse({"request_options": webauthn.begin_authentication(found.person)})


@sensitive_post_parameters("password", "code", "credential")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Where an idle session ends up: the person proves who they are and goes on where they were.

    The cover over a page (idle.mjs) takes its form from here, and posts it here.
    """
    found, after = _standing(request), _next(request)
    if found.state != State.IDLE or found.person is None or found.row is None:
        return HttpResponseRedirect(after) if found.person else redirect_to_login(after)
    person = found.person
    form = ProofFields(request.POST if request.method == "POST" else None)
    form.takes_proof(person)
    status, limit = 422 if form.is_bound else 200, None
    if form.is_bound and form.is_valid():
        try:
            method = reauthentication.prove(request, form.proof(), person=person)
        except WrongProof as refusal:
            form.refused(refusal)
        except TooManyAttempts as refusal:
            form.refused(refusal)
            status, limit = refusal.status, refusal
        else:
            resume_session(actor=_actor(request, person), sign_in=found.row, proved_by=method)
            return HttpResponseRedirect(after)
    context = {"form": form, "person": person, "next": after}
    answer = render(request, "accounts/resume.html", context, status=status)
    return limited(answer, limit) if limit else answer


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]  # set by accounts.middleware
    return found


def _gone(found: Standing) -> ReauthenticationNeeded:
    if found.state == State.IDLE:
        return SessionIdle(_("Nobody was at work here for a while. Show that it is you."))
    return ReauthenticationNeeded(_("You are no longer signed in. Sign in again."))


def _actor(request: HttpRequest, person: User) -> Actor:
    """Whoever goes on: the person, under the membership that the session acts under."""
    return actors.actor_for(
        person,
        actors.choose(actors.memberships_of(person), request.session.get(actors.ACTING)),
        door=Door.WEB,
        session=actors.session_digest(request.session.session_key),
        address=actors.client_address(request),
    )


def _next(request: HttpRequest) -> str:
    """Where to go on, if that is one of our own pages; else the first page."""
    after = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if ours and after.startswith("/") else "/"
