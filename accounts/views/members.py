"""Changing what a member of the laboratory is, and correcting a person's name and address."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import policy, queries
from accounts.actions.as_seen import change_seen_membership, edit_seen_person, membership_version, person_version
from accounts.actions.change_membership import moved_by_role
from accounts.doors import person_required, the_administrator
from accounts.hooks import open_work
from accounts.member_forms import MembershipForm, PersonForm
from accounts.views.editing import Stands, edited
from accounts.views.people import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def membership(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Role, number in the register, last day and subspecialties."""
    actor = the_administrator(request)
    member = queries.present_member(actor, membership_id)
    shown = edited(
        request,
        make=partial(MembershipForm, request=request, membership=member),
        row=member,
        again=lambda: queries.present_member(actor, membership_id),
        stands=lambda now: Stands(MembershipForm.values_of(now), membership_version(now)),
        write=lambda form: change_seen_membership(
            actor=actor, membership_id=membership_id, version=form.cleaned_data["version"], **form.typed()
        ),
    )
    if shown is None:
        messages.success(request, _("The membership of %(name)s is saved.") % {"name": member.user.printed_name})
        return redirect(page_of(actor, member))
    context = {**shown.context(), "member": member, "is_me": member.user_id == actor.person}
    context["back"] = page_of(actor, member)
    moves_now = isinstance(shown.form, MembershipForm) and shown.form.asks_of_open_work
    work = moved_by_role(member, shown.form["role"].value()) if moves_now else open_work([member.pk])
    context |= {"work": work, "moves_now": moves_now}
    context["no_deputy"] = any(not (each.to or each.is_draft) for each in work)
    return render(request, "accounts/membership.html", context, status=shown.status)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def correct(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The printed name, and the address that somebody signs in with."""
    actor = the_administrator(request)
    about = queries.present_person(actor, person_id)
    policy.must_correct(actor, about)
    shown = edited(
        request,
        make=partial(PersonForm, request=request),
        row=about,
        again=lambda: queries.present_person(actor, person_id),
        stands=lambda now: Stands(PersonForm.values_of(now), person_version(now)),
        write=lambda form: edit_seen_person(
            actor=actor, person_id=person_id, version=form.cleaned_data["version"], **form.typed()
        ),
    )
    if shown is None:
        messages.success(request, _("Saved."))
        return redirect("accounts:person", person_id)
    return render(request, "accounts/correct_person.html", {**shown.context(), "about": about}, status=shown.status)
