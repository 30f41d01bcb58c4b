"""Ending a membership and deactivating a person: what becomes of the open work is said first."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import policy, queries
from accounts.actions.deactivate import deactivate as deactivate_person
from accounts.actions.deactivate import must_deactivate
from accounts.actions.end_membership import end_membership, must_end
from accounts.doors import person_required, the_administrator
from accounts.hooks import open_work
from accounts.models import Membership
from accounts.views.people import page_of
from core.errors import Conflict


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """End a membership now."""
    actor = the_administrator(request)
    member = queries.present_member(actor, membership_id)
    name = member.user.printed_name
    if request.method == "POST":
        end_membership(actor=actor, membership_id=membership_id)
        messages.success(request, _("The membership of %(name)s has ended.") % {"name": name})
        is_there = policy.present_people(actor).filter(pk=member.user_id, is_active=True).exists()
        return redirect("accounts:person", member.user_id) if is_there else redirect("accounts:people")
    must_end(actor, member)
    title = _("End the membership of %(name)s") % {"name": name}
    consequence = _(
        "This membership ends now, and with it the sessions and all access under it. This is not undone; the person"
        " would be invited again."
    )
    back = page_of(actor, member)
    return _ask(request, [member], title=title, consequence=consequence, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """End an account with everything that it opens."""
    actor = the_administrator(request)
    about = queries.present_person(actor, person_id)
    if request.method == "POST":
        try:
            deactivate_person(actor=actor, person_id=person_id)
        except Conflict as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": about.printed_name})
        return redirect("accounts:people")
    policy.must_correct(actor, about)
    must_deactivate(actor, about)
    title = _("Deactivate %(name)s") % {"name": about.printed_name}
    consequence = _(
        "This person can no longer sign in. Their memberships, sessions and all access end now; what they did and"
        " signed stays as it is. An invitation brings them back."
    )
    ending = list(queries.administered_memberships_of(actor, about))
    back = reverse("accounts:person", args=[person_id])
    return _ask(request, ending, title=title, consequence=consequence, back=back)


def _ask(request: HttpRequest, ending: list[Membership], *, title: str, consequence: str, back: str) -> HttpResponse:
    work = open_work([each.pk for each in ending])
    going_back = {piece.membership for piece in work if not (piece.to or piece.is_draft)}
    context = {
        "ending": ending,
        "work": work,
        "without_deputy": [each for each in ending if each.pk in going_back],
        "title": title,
        "consequence": consequence,
        "back": back,
    }
    return render(request, "accounts/leaving.html", context)
