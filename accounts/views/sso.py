"""Signing in at one's organisation: choosing it, going there, coming back, and proving there that it is oneself."""

import time
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actors, identities, queries, reauthentication
from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.enter_by_provider import enter_by_provider
from accounts.actions.link_identity import link_identity
from accounts.actions.resume_session import resume_session
from accounts.identities import PROVIDER
from accounts.models import Identity, IdentityProvider, User
from accounts.oidc.client import Arrival, begin, finish
from accounts.oidc.refusals import SignInRefused
from accounts.sessions import Standing, State
from accounts.signals import REFUSED
from core.actor import Actor, Door
from core.audit.models import Outcome
from core.audit.record import record
from core.errors import Hidden, Refusal, TooMany
from core.web.posted import posted_from
from core.web.refusals import limited

SIGN_IN, LINK, PROVE, ACCEPT = "sign_in", "link", "prove", "accept"
FRESH = 300  # seconds within which somebody must have shown at the provider who they are
SKEW = 60  # seconds by which its clock may be behind


@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The organisations that have single sign-on: the same list for everybody, so it tells nobody who works where."""
    rows = identities.standing_providers().order_by("organisation__name")
    return render(request, "accounts/sso_choose.html", {"rows": rows, "next": _next(request)})


@never_cache
@posted_from("account_sso")
def start(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Off to the organisation's own page."""
    provider = identities.standing_providers().filter(organisation=organisation_id).first()
    if provider is None:
        raise Hidden(_("There is no single sign-on here."))
    return leave(request, provider, SIGN_IN, after=_next(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """For somebody without a password here: going there to show anew who they are. Also for an idle session."""
    person = _standing(request).person
    provider = identities.proving_provider(person) if person else None
    if person is None or provider is None:
        return redirect("account_login")
    after = _next(request)
    if request.method == "POST":
        return leave(request, provider, PROVE, after=after, again=True, person=str(person.pk))
    return render(request, "accounts/sso_prove.html", {"provider": provider, "next": after, "person": person})


@never_cache
@require_safe
def callback(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Back from there. Whatever is wrong with it gets a page that says what to do, and no session."""
    found = identities.standing_providers().filter(organisation=organisation_id).first()
    try:
        _count(request)
        if found is None:
            raise SignInRefused("stale")
        arrival = finish(request, found)
        return HANDLERS[arrival.purpose](request, found, arrival)
    except SignInRefused as refusal:
        return _refused(request, found, refusal)


def leave(
    request: HttpRequest, provider: IdentityProvider, purpose: str, *, after: str = "", again: bool = False, **more: str
) -> HttpResponse:
    """A page that leads on to the provider by itself.

    No redirect: a form's answer may lead to our own addresses alone (CSP form-action), and where a hospital's own
    provider sends people on to another one, nobody here could name that beforehand.
    """
    try:
        _count(request)
        url = begin(request, provider, purpose, after=after, again=again, **more)
    except SignInRefused as refusal:
        return _refused(request, provider, refusal)
    answer = render(request, "accounts/sso_leave.html", {"provider": provider, "url": url})
    answer["Refresh"] = f"0;url={url}"
    return answer


def _enter(request: HttpRequest, provider: IdentityProvider, arrival: Arrival) -> HttpResponse:
    """A session, by the same steps as with a password."""
    person = enter_by_provider(actor=_nobody(request, provider), provider_id=provider.pk, claims=arrival.claims)
    return _signed_in(request, provider, arrival, person)


def _signed_in(request: HttpRequest, provider: IdentityProvider, arrival: Arrival, person: User) -> HttpResponse:
    counts = identities.second_factor_counts(person, provider, arrival.claims)
    at = min(arrival.claims.authenticated_at or 0.0, time.time())
    record_authentication(
        request,
        person,
        PROVIDER,
        organisation=str(provider.organisation_id),
        factor=PROVIDER if counts else "",
        at=at if identities.is_wholly_of(person, provider.organisation_id) else 0.0,
    )
    login = Login(person, redirect_url=arrival.next or None, signal_kwargs={"factor_at_provider": counts})
    answer: HttpResponse = perform_login(request, login)
    return answer


def _link(request: HttpRequest, provider: IdentityProvider, arrival: Arrival) -> HttpResponse:
    """The person who set out, still signed in here, is now known by this identity."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or arrival.more.get("person") != str(actor.person):
        raise SignInRefused("another_person")
    link_identity(actor=actor, provider=provider, claims=arrival.claims)
    return redirect("accounts:identities")


def _prove(request: HttpRequest, provider: IdentityProvider, arrival: Arrival) -> HttpResponse:
    """A proof for one act; an idle session goes on by it."""
    found = _standing(request)
    person = found.person
    if person is None or found.row is None or arrival.more.get("person") != str(person.pk):
        raise SignInRefused("another_person")
    claims = arrival.claims
    known = Identity.objects.filter(issuer=claims.issuer, subject=claims.subject, person=person).exists()
    if not known or not identities.is_wholly_of(person, provider.organisation_id):
        raise SignInRefused("another_person", person=person.pk)
    at, now = claims.authenticated_at or 0.0, time.time()
    if at < max(arrival.began_at - SKEW, now - FRESH):
        raise SignInRefused("not_fresh", person=person.pk)
    if found.state == State.IDLE:
        actor = actors.actor_for(
            person,
            actors.choose(actors.memberships_of(person), request.session.get(actors.ACTING)),
            door=Door.WEB,
            session=actors.session_digest(request.session.session_key),
            address=actors.client_address(request),
        )
        resume_session(actor=actor, sign_in=found.row, proved_by=PROVIDER)
        return HttpResponseRedirect(arrival.next or reverse("web:signed_in"))
    reauthentication.proved_at_provider(request, person)
    if arrival.next:
        return HttpResponseRedirect(arrival.next)
    return render(request, "accounts/sso_proved.html")


def _accept(request: HttpRequest, provider: IdentityProvider, arrival: Arrival) -> HttpResponse:
    """An invitation accepted with this identity instead of a password."""
    invitation = queries.invitation_of(str(arrival.more.get("token", "")))
    if invitation is None or provider not in identities.serving(invitation.organisation):
        raise SignInRefused("stale")
    try:
        person = accept_invitation(
            actor=_nobody(request, provider),
            invitation_id=invitation.pk,
            password="",
            identity=(provider, arrival.claims),
        )
    except SignInRefused:
        raise
    except Refusal:  # used, withdrawn or too old meanwhile: its own page says which
        return redirect("accounts:accept_invitation", token=arrival.more["token"])
    return _signed_in(request, provider, arrival, person)


HANDLERS = {SIGN_IN: _enter, LINK: _link, PROVE: _prove, ACCEPT: _accept}


def _refused(request: HttpRequest, provider: IdentityProvider | None, refusal: SignInRefused) -> HttpResponse:
    """The page, and a row in the record: whose provider and why, never who somebody said to be."""
    actor: Actor | None = getattr(request, "actor", None)
    with transaction.atomic():
        record(
            actor or _nobody(request, provider),
            REFUSED,
            outcome=Outcome.DENIED,
            object_kind="person" if refusal.person else "organisation" if provider else "",
            object_id=refusal.person or (provider.organisation_id if provider else ""),
            reason=refusal.code,
        )
    context = {"refusal": refusal, "provider": provider, "signed_in": actor is not None}
    answer = render(request, "accounts/sso_refused.html", context, status=refusal.status)
    return limited(answer, refusal)


def _count(request: HttpRequest) -> None:
    """The limit on signing in from one address: allauth's, 30 a minute."""
    if not ratelimit.consume(request, app="allauth.account", action="login", limit_get=True):
        raise TooMany(_("Too many attempts. Wait a minute, then try again."), after=60)


def _nobody(request: HttpRequest, provider: IdentityProvider | None) -> Actor:
    """Nobody yet, at this organisation's door, so that its privacy officer reads of it."""
    return Actor(
        person=None,
        name="",
        organisation=provider.organisation_id if provider else None,
        organisation_name=provider.organisation.name if provider else "",
        address=actors.client_address(request),
    )


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]  # set by accounts.middleware
    return found


def _next(request: HttpRequest) -> str:
    """Where to go on, if that is one of our own pages; else ''."""
    after = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if ours and after.startswith("/") else ""
