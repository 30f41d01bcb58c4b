"""One action of a request: its small form, as a dialog (htmx) or as a page, and the POST that does it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.doors import member_required, the_actor
from consult.requests.actions.confirm_identity import nothing_to_confirm
from consult.requests.forms import AddSlidesForm, SeenForm
from consult.requests.models import ConsultRequest
from consult.requests.policy import get_request, parties
from consult.requests.signed_words import in_one_line, signed_content
from consult.requests.states import REQUEST
from consult.requests.views.acts import ACTS, Act
from consult.requests.views.material import slides_of_case
from consult.requests.views.screen import Screen, looked, screen
from consult.requests.views.thread import last_question
from core import terms
from core.actor import Actor
from core.errors import Conflict, Forbidden, Hidden, Invalid
from core.workflow.models import TimelineEntry


@member_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """GET shows the form, POST does it.

    Refused input comes back with what was typed (422). A stale page comes back (409) with what happened in the
    meantime and what was typed: to send again where the action is still possible, else to copy.
    """
    actor = the_actor(request)
    chosen = ACTS.get(name)
    if chosen is None:
        raise Hidden("")
    if request.method == "GET":
        seen = screen(actor, pk)
        _must_be_a_step_of(seen.parties, name)
        form = _form(chosen, seen, initial=_initial(name, seen.request) | seen.hidden)
        # The status decides here and now: a form for what cannot be done any more is not offered.
        REQUEST.rule(seen.request.status, name)
        if name == "confirm_identity" and not seen.differences:
            raise nothing_to_confirm()
        if name not in seen.allowed:
            raise Forbidden(_("You can see this, but this step is for somebody else."))
        looked(seen, again=True)
        return _show(request, seen, name, chosen, form, status=200)
    _must_be_a_step_of(parties(actor, get_request(actor, pk)), name)
    form = _form(chosen, None, data=request.POST, actor=actor, pk=pk)
    try:
        data = form.checked()
        after = chosen.call(actor, pk, form.version_on_screen(request), form.seen(), data)
    except Invalid as refusal:
        form.refuse(refusal)
        return _show(request, screen(actor, pk), name, chosen, form, status=422)
    except Conflict as conflict:
        return _stale(request, screen(actor, pk), name, chosen, conflict)
    messages.success(request, str(chosen.done))
    goes_to = reverse("requests:mine") if name == "discard" else reverse("requests:detail", args=[after.pk])
    return HttpResponseClientRedirect(goes_to) if _is_dialog(request) else redirect(goes_to)


def _must_be_a_step_of(own: frozenset[str], name: str) -> None:
    """A step of the other side has no form: the one for more slides names every slide that is kept back."""
    if not any(own & rule.parties for (_status, action), rule in REQUEST.table.items() if action == name):
        raise Forbidden(_("You can see this, but this step is for somebody else."))


def _stale(request: HttpRequest, seen: Screen, name: str, chosen: Act, conflict: Conflict) -> HttpResponse:
    data = request.POST.copy()
    for key, value in seen.hidden.items():
        data[key] = str(value)
    form = _form(chosen, seen, data=data)
    possible = name in seen.allowed
    last = TimelineEntry.objects.filter(noun="request", noun_id=seen.request.pk).order_by("at", "id").last()
    rule = REQUEST.table.get((last.from_status, last.action)) if last else None
    extra = {"conflict": conflict, "possible": possible, "last": last, "last_label": rule.label if rule else ""}
    return _show(request, seen, name, chosen, form, status=409, **extra)


def _form(
    chosen: Act, seen: Screen | None, *, actor: Actor | None = None, pk: UUID | None = None, **kwargs: Any
) -> SeenForm:
    if not issubclass(chosen.form, AddSlidesForm):
        return chosen.form(**kwargs)
    if seen is None and actor is not None and pk is not None:
        seen = screen(actor, pk)
    return AddSlidesForm(slides=_not_shared(seen.request) if seen else [], **kwargs)


def _not_shared(request: ConsultRequest) -> list[tuple[str, str]]:
    shared = set(request.slides.values_list("slide", flat=True))
    slides = [slide for slide in slides_of_case(request.case_id) if slide.pk not in shared]
    return [(str(slide.pk), f"{slide.label}, {terms.label('stains', slide.stain)}") for slide in slides]


def _initial(name: str, request: ConsultRequest) -> dict[str, Any]:
    return {"accession_number": request.answering_accession_number} if name == "give_number" else {}


def _is_dialog(request: HttpRequest) -> bool:
    """Whether the form is a dialog over another page, which stays as it is until the action is done."""
    return bool(getattr(request, "htmx", False))


def _line(seen: Screen, name: str) -> str:
    """What the step is about: the question, or the signed answer that is acknowledged."""
    signed = signed_content(seen.actor, seen.request) if name == "acknowledge" else None
    return in_one_line(signed) if signed else seen.request.question


def _show(
    request: HttpRequest, seen: Screen, name: str, chosen: Act, form: SeenForm, *, status: int, **extra: object
) -> HttpResponse:
    template = "requests/_act_dialog.html" if _is_dialog(request) else "requests/act.html"
    question = last_question(seen) if name == "reply" else None
    context = seen.context | {
        "name": name,
        "act": chosen,
        "form": form,
        "question": question,
        "identity_line": "" if question else _line(seen, name),
    }
    return render(request, template, context | extra, status=status)
