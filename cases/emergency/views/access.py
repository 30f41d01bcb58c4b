"""One emergency access: who, why, until when, what was done; ending it, and its review. And the lists of them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from accounts.roles import REVIEW_EMERGENCIES
from cases.access.queries import visible_cases
from cases.emergency.actions.end import end as end_action
from cases.emergency.actions.letter import send_letter
from cases.emergency.actions.review import review as review_action
from cases.emergency.audit_names import LISTED
from cases.emergency.forms import LetterForm, ReviewForm
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import get_emergency, may_call
from cases.emergency.queries import done_under, emergency_view, lists, looked_at, months
from cases.emergency.searches import searches
from cases.emergency.shares import STEPS
from cases.views.common import put_errors
from core import clock
from core.actor import Actor
from core.audit.record import record
from core.errors import Conflict, Forbidden, Invalid
from core.web.posted import posted_from
from core.workflow.events import events
from core.workflow.models import TimelineEntry


@member_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Reviews owed and done, searches that opened nothing, and one's own."""
    actor = the_actor(request)
    shown, unopened = lists(actor), searches(actor)
    facts: dict[str, object] = {"shown": sum(len(rows) for _title, rows in shown), "searches": len(unopened)}
    record(actor, LISTED, object_kind="emergency", facts=facts)
    context = {
        "lists": shown,
        "searches": unopened,
        "months": months(actor) if actor.role in REVIEW_EMERGENCIES else [],
        "may_call": may_call(actor),
    }
    return render(request, "emergency/list.html", context)


@member_required
@require_GET
def detail(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """One of them, and the review where this actor owes it."""
    actor = the_actor(request)
    with transaction.atomic():
        access = get_emergency(actor, access_id)
        looked_at(actor, access)
    return _page(request, actor, access)


@member_required
@posted_from("emergency:detail", "access_id")
def end(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """End it now. Whoever ended their own and no longer sees the access's case is left on the access's page."""
    access = end_action(actor=the_actor(request), access_id=access_id)
    messages.success(request, _("Emergency access %(number)s has ended.") % {"number": access.number})
    return redirect("emergency:detail", access.pk)


@member_required
@posted_from("emergency:detail", "access_id")
def review(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Record the outcome. After a lost race the page comes back with what was typed."""
    actor = the_actor(request)
    access = get_emergency(actor, access_id)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        if "review" not in emergency_view(actor, access, clock.now()).actions:
            raise Forbidden(_("You can see this, but this step is for somebody else."))
        return _page(request, actor, access, status=422, form=form)
    data = form.cleaned_data
    try:
        review_action(
            actor=actor, access_id=access_id, version=data["version"], outcome=data["outcome"], note=data["note"]
        )
    except Invalid as refusal:
        put_errors(form, refusal.fields)
        return _page(request, actor, access, status=422, form=form)
    except Conflict as conflict:
        again = ReviewForm(initial={**data, "version": access.version})
        return _page(request, actor, access, status=409, form=again, conflict=conflict.message)
    messages.success(request, _("The review is recorded. The person who opened the case is told."))
    return redirect("emergency:list")


@member_required
@posted_from("emergency:detail", "access_id")
def letter(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Record when the letter to the patient was sent. After a lost race the page says what is so now."""
    actor = the_actor(request)
    access = get_emergency(actor, access_id)
    form = LetterForm(request.POST)
    if not form.is_valid():
        if "send_letter" not in emergency_view(actor, access, clock.now()).actions:
            raise Forbidden(_("You can see this, but this step is for somebody else."))
        return _page(request, actor, access, status=422, letter=form)
    data = form.cleaned_data
    try:
        send_letter(actor=actor, access_id=access_id, version=data["version"], sent_on=data["sent_on"])
    except Invalid as refusal:
        put_errors(form, refusal.fields)
        return _page(request, actor, access, status=422, letter=form)
    except Conflict as conflict:
        access.refresh_from_db()
        again = LetterForm(initial={**data, "version": access.version})
        return _page(request, actor, access, status=409, letter=again, conflict=conflict.message)
    messages.success(request, _("The letter to the patient is recorded as sent."))
    return redirect("emergency:detail", access.pk)


def _page(
    request: HttpRequest,
    actor: Actor,
    access: EmergencyAccess,
    *,
    status: int = 200,
    form: ReviewForm | None = None,
    letter: LetterForm | None = None,
    conflict: str = "",
) -> HttpResponse:
    steps = TimelineEntry.objects.filter(noun="emergency", noun_id=access.pk)
    now = clock.now()
    context = {
        "access": emergency_view(actor, access, now),
        "did": done_under(access),
        "form": form or ReviewForm(initial={"version": access.version}),
        "letter": letter or LetterForm(initial={"version": access.version, "sent_on": timezone.localdate(now)}),
        "conflict": conflict,
        "happened": events(steps, STEPS.icons),
        "sees_case": visible_cases(actor).filter(pk=access.case_id).exists(),
    }
    return render(request, "emergency/detail.html", context, status=status)
