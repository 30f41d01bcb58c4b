"""The request form: a draft that saves itself, on one page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.doors import member_required, the_actor
from consult.requests import first_report
from consult.requests.actions.edit import edit as save
from consult.requests.forms import DraftForm
from consult.requests.looks import without_image
from consult.requests.policy import parties
from consult.requests.readiness import Readiness
from consult.requests.readiness import readiness as readiness_of
from consult.requests.states import REQUEST, Status
from consult.requests.views.experts import find, labs, who_may_be_asked
from consult.requests.views.material import parts_of
from consult.requests.views.screen import Screen, looked, screen
from core import terms
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.web.dates import clinical_time
from core.workflow.last import last_step_is_own


@member_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET shows the draft (what was sent has its own page), POST saves it.

    A script that saves gets JSON: the new version and when, or a problem; where another window saved in between, its
    texts are in `current.fields`, and `current.own` says whether that window was the same person's. A browser without
    scripts gets the page again, with both texts.
    """
    actor = the_actor(request)
    if request.method == "GET":
        seen = screen(actor, pk)
        if "edit" not in seen.allowed:
            return redirect("requests:detail", pk)
        looked(seen)
        form = DraftForm(initial=DraftForm.initial_of(seen.request, _chosen(seen)) | seen.hidden)
        return _show(request, seen, form)
    by_script = "json" in request.headers.get("Accept", "")
    form = DraftForm(request.POST)
    try:
        form.checked()
        saved = save(
            actor=actor,
            request_id=pk,
            version=form.version_on_screen(request),
            seen=form.seen(),
            draft=form.draft(),
        )
    except Conflict as conflict:
        if by_script:
            raise _with_texts(actor, pk, conflict) from conflict
        return _stale(request, _editable(actor, pk), conflict)
    except Invalid as refusal:
        if by_script:
            raise
        form.refuse(refusal)
        return _show(request, _editable(actor, pk), form, status=422)
    if by_script:
        return JsonResponse({"version": saved.version, "time": clinical_time(saved.saved_at)})
    if "check" in request.POST:
        return redirect("requests:check", pk)
    messages.success(request, _("The draft is saved."))
    return redirect("requests:edit", pk)


@member_required
@require_GET
def readiness(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is still missing before the request can be sent, as a fragment of the page."""
    actor = the_actor(request)
    seen = _editable(actor, pk)
    looked(seen, again=True)
    return render(request, "requests/_readiness.html", {**_readiness(seen), "consult": seen.request, "is_again": True})


def _editable(actor: Actor, pk: UUID) -> Screen:
    """The request for somebody whose draft it is or was: the form shows every slide of the case and what is recorded
    of the patient, which nobody else who sees the request may know. Raises Hidden or Forbidden.
    """
    seen = screen(actor, pk)
    if not REQUEST.rule(Status.DRAFT, "edit").parties & parties(actor, seen.request):
        raise Forbidden(_("You can see this, but this step is for somebody else."))
    return seen


def _readiness(seen: Screen) -> dict[str, object]:
    """What speaks against sharing, for the top of the page, and the list of what is there and what is missing."""
    found = readiness_of(seen.request)
    return {"held": found.held, "ready": _ready(seen, found)}


def _ready(seen: Screen, found: Readiness) -> list[dict[str, object]]:
    """The points of the readiness list: label, whether it is there, and a line of detail."""
    request = seen.request
    missing, against = found.missing, [*found.held, *found.legal.missing.values()]
    closed, counts = without_image(seen.shared), {"chosen": len(seen.shared), "all": len(seen.slides)}
    urgent = request.priority == "urgent"
    points: list[dict[str, object]] = [
        {"label": _("Patient known"), "ok": True},
        {"label": _("Question"), "ok": "question" not in missing, "detail": missing.get("question", "")},
        {
            "label": _("%(chosen)d of %(all)d slides of the case") % counts,
            "ok": "slides" not in missing,
            "detail": missing.get("slides", "") or (_cannot_be_opened(closed) if closed else ""),
            "warns": bool(closed),
        },
        {"label": _("Expert"), "ok": "expert" not in missing, "detail": missing.get("expert", "")},
    ]
    points.append(
        {
            "label": _("Legal basis"),
            "ok": not against,
            "detail": " ".join(against),
            "url": reverse("basis:case", args=[request.case_id]),
        }
    )
    if hidden := missing.get("is_pseudonymised"):
        points.append({"label": _("Pseudonym"), "ok": False, "detail": hidden})
    if urgent:
        reason = missing.get("urgency_reason", "")
        points.insert(2, {"label": _("Why it is urgent"), "ok": not reason, "detail": reason})
    return points


def _cannot_be_opened(slides: list[str]) -> str:
    return _("Nobody can open these now: %(slides)s.") % {"slides": ", ".join(slides)}


def _chosen(seen: Screen) -> list[UUID]:
    """In the order in which the form shows them."""
    return [slide.pk for slide in seen.shared]


def _with_texts(actor: Actor, pk: UUID, conflict: Conflict) -> Conflict:
    """The conflict with what stands in the draft now, so that the page can show both texts."""
    seen = screen(actor, pk)
    if seen.request.status != Status.DRAFT or "case_version" in conflict.current:
        return conflict
    own = last_step_is_own(actor, REQUEST.noun, pk)
    current = {"version": seen.request.version, "fields": _stored(seen), "own": own}
    return Conflict(conflict.message, current=current)


def _stored(seen: Screen) -> dict[str, object]:
    found = DraftForm.initial_of(seen.request, _chosen(seen))
    found["expert"] = str(found["expert"] or "")
    for name in ("shares_first_report", "is_pseudonymised"):
        found[name] = ["on"] if found[name] else []
    return found


def _stale(request: HttpRequest, seen: Screen, conflict: Conflict) -> HttpResponse:
    """Both texts: the form holds what was typed here, a note beside it what stands now."""
    data = request.POST.copy()
    for name, value in seen.hidden.items():
        data[name] = str(value)
    form = DraftForm(data)
    form.full_clean()
    theirs = [
        (form[name].label, getattr(seen.request, name))
        for name in ("question", "working_diagnosis", "urgency_reason")
        if getattr(seen.request, name) != form.cleaned_data.get(name, "")
    ]
    return _show(request, seen, form, status=409, conflict=conflict, theirs=theirs)


def _show(request: HttpRequest, seen: Screen, form: DraftForm, *, status: int = 200, **extra: Any) -> HttpResponse:
    chosen_expert = form["expert"].value() or None
    chosen = {UUID(str(each)) for each in form["slides"].value() or [] if _is_uuid(each)}
    allowed = who_may_be_asked(seen.actor, seen.view.organ_system)
    context = seen.context | {
        "form": form,
        "parts": parts_of(seen.slides, seen.view, chosen=chosen),
        "chosen_slides": len(chosen),
        "found": find(
            seen.actor,
            request.GET,
            chosen=UUID(str(chosen_expert)) if chosen_expert and _is_uuid(chosen_expert) else None,
            organ_system=seen.view.organ_system,
            allowed=allowed,
            case=seen.request.case_id,
        ),
        "labs": labs(seen.actor, allowed),
        "subspecialties": terms.choices("organ_systems"),
        **_readiness(seen),
        "own_report": first_report.to_read(seen.actor, seen.request),
        "can_edit": "edit" in seen.allowed,
        **extra,
    }
    return render(request, "requests/edit.html", context, status=status)


def _is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
