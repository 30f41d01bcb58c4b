"""Opening a case in an emergency: one page with the number or the link, the reason and a proof of who one is."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from accounts.models import User
from accounts.reauthentication import TooManyAttempts, WrongProof
from cases.basis.rules import rules_for
from cases.basis.words import Line, rule_view
from cases.emergency.actions.open import SeveralFit, open_access
from cases.emergency.forms import FindForm, LinkForm
from cases.emergency.policy import must_call
from cases.emergency.proof import proved
from cases.models import Case
from cases.numbers import NUMBER_SYSTEMS
from cases.views.common import put_errors
from core.errors import Refusal

EmergencyForm = FindForm | LinkForm


@member_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The form. `case` in the address is the key of a case that somebody has a link to; it looks the same for any key.

    Whatever was typed stays, except the proof.
    """
    actor = the_actor(request)
    must_call(actor)
    linked = _linked(request.GET.get("case", ""))
    person = request.user if isinstance(request.user, User) else None
    if request.method == "GET":
        empty = LinkForm(initial={"case": linked}, person=person) if linked else FindForm(person=person)
        return _page(request, empty, status=200)
    form: EmergencyForm = LinkForm(request.POST, person=person) if linked else FindForm(request.POST, person=person)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    try:
        access = open_access(
            actor=actor,
            wanted=form.wanted(),
            reason=data["reason"],
            note=data["note"],
            proved_by=proved(request, form.proof()),
        )
    except (WrongProof, TooManyAttempts) as refusal:
        form.refused(refusal)
        return _page(request, form, status=refusal.status)
    except SeveralFit as several:
        return _choose(request, several.cases, person)
    except Refusal as refusal:
        return _refused(request, form, refusal)
    messages.success(
        request,
        _("The case is open to you for %(minutes)d minutes. Its laboratory has been told.")
        % {"minutes": (access.ends_at - access.started_at).total_seconds() // 60},
    )
    return redirect("cases:detail", access.case_id)


def _refused(request: HttpRequest, form: EmergencyForm, refusal: Refusal) -> HttpResponse:
    """The form again, with why. What does not exist and what cannot be opened read the same."""
    left = put_errors(form, refusal.fields)
    if left or not refusal.fields:
        form.add_error(None, " ".join(left.values()) or refusal.message)
    return _page(request, form, status=refusal.status, rule=_rule_of(form))


@dataclass(frozen=True, slots=True)
class RuleOf:
    """What the rule of a laboratory says of emergencies. Of the case it says nothing, not even that it is there."""

    lab: str
    name: str
    lines: list[Line]


def _rule_of(form: EmergencyForm) -> RuleOf | None:
    """Of the laboratory that somebody named."""
    lab = form.cleaned_data.get("organisation")
    if lab is None:
        return None
    view = rule_view(rules_for([lab.pk])[lab.pk])
    return RuleOf(lab.name, view.name, [line for line in view.lines if line.part in {"overrides", "told"}])


def _choose(request: HttpRequest, cases: list[Case], person: User | None) -> HttpResponse:
    """The form with a choice among the patient's cases."""
    form = FindForm(request.POST, cases=cases, person=person)
    form.is_valid()
    form.add_error("case", _("This patient has several cases. Choose one, and give your password again."))
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: EmergencyForm, status: int, rule: RuleOf | None = None) -> HttpResponse:
    context = {"form": form, "is_link": isinstance(form, LinkForm), "systems": NUMBER_SYSTEMS, "rule": rule}
    return render(request, "emergency/start.html", context, status=status)


def _linked(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
