"""How a member works: the own page, and the same page of a member whom an administrator looks after."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import policy
from accounts.actions.work import cancel_absence, enter_absence, plan_work
from accounts.doors import member_required, person_required, the_actor
from accounts.forms import add_refusal
from accounts.models import Absence, Membership
from accounts.roles import REQUEST, SIGN
from accounts.standing_in import deputy_of
from accounts.work_forms import AbsenceForm, WorkForm
from core.actor import Actor
from core.errors import Conflict, Hidden, Invalid
from core.web.posted import posted_from


@require_http_methods(["GET", "HEAD"])
@member_required
def own(request: HttpRequest) -> HttpResponse:
    """To the page of the membership one acts under."""
    return redirect("accounts:work", the_actor(request).acting())


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def work(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Languages, capacity and deputy; below them the absences."""
    actor = the_actor(request)
    membership = _get(actor, membership_id)
    deputies = _deputies(membership)
    form = WorkForm(request.POST or None, deputies=deputies, initial=WorkForm.initial_of(membership))
    if request.method != "POST":
        return _show(request, membership, form, AbsenceForm())
    if form.is_valid():
        try:
            plan_work(actor=actor, membership_id=membership_id, fields=form.work())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:work", membership_id)
    return _show(request, membership, form, AbsenceForm(), status=422)


@person_required
@posted_from("accounts:work", "membership_id")
def absence(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Enter days away."""
    actor = the_actor(request)
    membership = _get(actor, membership_id)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            enter_absence(actor=actor, membership_id=membership_id, **form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        except Conflict as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The absence is entered."))
            if deputy_of(membership) is None:
                messages.warning(request, _("Nobody stands in during this absence: choose a deputy."))
            return redirect("accounts:work", membership_id)
    plain = WorkForm(deputies=_deputies(membership), initial=WorkForm.initial_of(membership))
    return _show(request, membership, plain, form, status=422)


@person_required
@posted_from("accounts:own_work")
def cancel(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Take days away back."""
    ended = cancel_absence(actor=the_actor(request), absence_id=absence_id)
    messages.success(request, _("The absence is cancelled."))
    return redirect("accounts:work", ended.membership_id)


def _get(actor: Actor, membership_id: UUID) -> Membership:
    rows = policy.planned_memberships(actor).select_related("user", "organisation")
    membership = rows.filter(pk=membership_id).first()
    if membership is None:
        raise Hidden(_("There is nothing here that you may see."))
    return membership


def _deputies(membership: Membership) -> QuerySet[Membership]:
    """Colleagues who can do the same work."""
    role = SIGN if membership.role in SIGN else REQUEST
    colleagues = Membership.objects.active().filter(organisation=membership.organisation_id, role__in=role)
    named = colleagues.exclude(user=membership.user_id).select_related("user")
    return named.order_by("user__family_name", "user__given_name")


def _show(
    request: HttpRequest, membership: Membership, form: WorkForm, away: AbsenceForm, *, status: int = 200
) -> HttpResponse:
    actor = the_actor(request)
    context = {
        "membership": membership,
        "is_own": membership.user_id == actor.person,
        "form": form,
        "absence_form": away,
        "deputy": deputy_of(membership),
        "absences": Absence.objects.not_over().filter(membership=membership).select_related("membership__organisation"),
    }
    return render(request, "accounts/work.html", context, status=status)
