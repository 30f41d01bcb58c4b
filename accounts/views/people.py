"""The people of the laboratory, and each one's page: what they are there, how they work and how they sign in."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import policy, queries, sessions
from accounts.actions.end_sessions import end_sessions_of
from accounts.actions.remove_factors import remove_factors
from accounts.doors import person_required, the_actor, the_administrator
from accounts.forms import FactorsForm, add_refusal
from accounts.models import Membership, User
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.web.posted import posted_from
from core.web.refusals import audit_denial

MOST = 200


@require_safe
@person_required
def people(request: HttpRequest) -> HttpResponse:
    """The people of the laboratory, with their roles and kinds of second factor, those whose first day is ahead, and
    what former members were; of each the first 200 that fit the name."""
    actor = the_administrator(request)
    text = request.GET.get("name", "").replace("\0", "").strip()[:100]
    present = queries.present_people(actor, text)
    found = present[: MOST + 1]
    rows = queries.person_rows(actor, list(found[:MOST]))
    ahead = list(queries.not_begun(actor, text, present)[: MOST + 1])
    left = list(queries.ended(actor, text, present)[: MOST + 1])
    organisations = {each.organisation_id for row in rows for each in row.memberships}
    organisations |= {each.organisation_id for each in [*ahead, *left]}
    context = {
        "rows": rows,
        "text": text,
        "ahead": ahead[:MOST],
        "left": left[:MOST],
        "more": any(len(each) > MOST for each in (found, ahead, left)),
        "most": MOST,
        "several": len(organisations) > 1,
        "laboratory": actor.organisation,
    }
    return render(request, "accounts/people.html", context)


def page_of(actor: Actor, member: Membership) -> str:
    """The page of a member that has not ended; the list of people for one who has no page yet, before the first day.
    `member` is of queries.present_member."""
    is_ahead = member.is_ahead  # type: ignore[attr-defined]  # of with_ahead
    if not is_ahead or policy.present_people(actor).filter(pk=member.user_id).exists():
        return reverse("accounts:person", args=[member.user_id])
    return reverse("accounts:people")


@require_safe
@person_required
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: memberships and work, second factors by kind, open sessions, and what can be done about them."""
    actor = the_administrator(request)
    return _page(request, queries.present_person(actor, person_id), FactorsForm(request=request))


@person_required
@posted_from("accounts:person", "person_id")
def end_sessions(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """End all sessions of this person."""
    ended = end_sessions_of(actor=the_actor(request), person_id=person_id)
    messages.success(request, _("All sessions of %(name)s have ended.") % {"name": ended.printed_name})
    return redirect("accounts:person", person_id)


@person_required
@posted_from("accounts:person", "person_id")
def take_factors(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Remove the second factors of this person, with a reason and a fresh proof."""
    actor = the_administrator(request)
    about = queries.present_person(actor, person_id)
    form = FactorsForm(request.POST, request=request)
    if form.is_valid():
        try:
            remove_factors(
                actor=actor,
                person_id=person_id,
                reason=form.cleaned_data["reason"],
                known_by=form.cleaned_data["known_by"],
            )
        except (Invalid, Forbidden, Conflict) as refusal:
            audit_denial(request, refusal)
            add_refusal(form, refusal)
        else:
            words = _("Done. %(name)s gets a mail, and sets up a new second factor at the next sign-in.")
            messages.success(request, words % {"name": about.printed_name})
            return redirect("accounts:person", person_id)
    return _page(request, about, form, status=422)


def _page(request: HttpRequest, about: User, form: FactorsForm, *, status: int = 200) -> HttpResponse:
    actor = the_actor(request)
    kinds = list(Authenticator.objects.filter(user=about).order_by("created_at").values_list("type", flat=True))
    context = {
        "about": about,
        "rows": queries.member_rows(actor, about),
        "waiting": queries.waiting_address(about),
        "not_corrected": policy.why_not_corrected(actor, about),
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_any": bool(kinds),
        "open_sessions": len(sessions.open_of(about)),
        "is_me": about.pk == actor.person,
        "form": form,
    }
    return render(request, "accounts/person.html", context, status=status)
