"""The demo's own pages: signing in with one click, reading the mails, the tour."""

from collections.abc import Iterable
from itertools import groupby

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.prefer import prefer
from accounts.doors import own_affairs, the_actor
from accounts.models import Membership, User
from accounts.views.preferences import safe_next
from consult.desk.demo import doors, mailbox, people, tour
from consult.desk.demo.roles import roles_in
from core.errors import Hidden

BACKEND = "accounts.backend.PersonBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@doors.demo_only
def sign_in(request: HttpRequest) -> HttpResponse:
    """GET: everybody of the demo, by laboratory. POST: be this person, here and now.

    A persona's own origin lets in that persona alone, so that two tabs stay two people.
    """
    here = doors.persona_here(request)
    if request.method == "POST":
        wanted = request.POST.get("persona", "")
        user = User.objects.filter(email__iexact=wanted, is_active=True).first()
        if user is None or (here is not None and here.email != user.email):
            raise Hidden(_("This person is not in the demo, or has another address."))
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="demo")
        return redirect(safe_next(request))
    if here is not None:
        return redirect("account_login")
    members = Membership.objects.active().select_related("user", "organisation")
    ordered = members.order_by("organisation__name", "valid_from", "id")
    labs = [(lab, _people(rows)) for lab, rows in groupby(ordered, key=lambda each: each.organisation)]
    return render(request, "demo/sign_in.html", {"labs": labs, "password": people.PASSWORD})


def _people(memberships: Iterable[Membership]) -> list[tuple[User, str]]:
    """Each person of one laboratory once, with all that they are there; by role and name."""
    found: dict[User, list[Membership]] = {}
    for each in memberships:
        found.setdefault(each.user, []).append(each)
    order = sorted(found.items(), key=lambda item: (item[1][0].role, item[0].family_name))
    return [(user, roles_in(rows)) for user, rows in order]


@require_safe
@doors.demo_only
def mail(request: HttpRequest) -> HttpResponse:
    """The mails, newest first: on a persona's origin those to that persona, with a way to all of them."""
    here = doors.persona_here(request)
    only = here.email if here and request.GET.get("all") != "1" else ""
    return render(request, "demo/mail.html", {"mails": mailbox.mails(to=only), "only": only, "here": here})


@require_safe
@doors.demo_only
def mail_one(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as text; addresses of this system are links."""
    found = mailbox.mail(key)
    if found is None:
        raise Hidden(_("This mail is not there."))
    return render(request, "demo/mail_one.html", {"mail": found, "pieces": list(mailbox.pieces(found))})


@require_http_methods(["GET", "HEAD", "POST"])
@doors.demo_only
@own_affairs
def show_tour(request: HttpRequest) -> HttpResponse:
    """GET: the six steps. POST put_away or bring_back: whether the first page shows them."""
    if request.method == "POST":
        prefer(actor=the_actor(request), tour_dismissed=request.POST.get("what") == "put_away")
        return redirect("desk:home" if request.POST.get("what") == "put_away" else "demo:tour")
    return render(request, "demo/tour.html", {"steps": tour.steps(), "password": people.PASSWORD})
