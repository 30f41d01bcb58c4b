"""Check your answers, then send: everything once more, who will see what until when, and what happens next."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases.basis.kinds import Need
from consult.requests import first_report
from consult.requests.actions.send import due_at, send
from consult.requests.forms import WritingForm, target_text
from consult.requests.identity_check import flags, named
from consult.requests.looks import without_image
from consult.requests.models import ConsultRequest
from consult.requests.readiness import readiness
from consult.requests.shares import LONGEST
from consult.requests.views.experts import card
from consult.requests.views.material import PartLines, SlideLine, parts_of
from consult.requests.views.screen import Screen, looked, screen
from core.errors import Conflict, Invalid
from core.web.dates import clinical_date, clinical_datetime

# Where in the form each answer is given: the control itself, so that it has the focus.
FIELDS = {
    "question": "id_question",
    "expert": "expert-text",
    "slides": "slides",
    "working_diagnosis": "id_working_diagnosis",
    "urgency_reason": "id_urgency_reason",
    "is_pseudonymised": "id_is_pseudonymised",
}
RECORDED = (Need.INFORMED, Need.CONSENT)  # what is recorded for the patient, on pages of the case


@member_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET shows the answers, POST sends. What is missing comes back as links to its place in the form (422)."""
    actor = the_actor(request)
    if request.method == "GET":
        seen = screen(actor, pk)
        if "send" not in seen.allowed:
            return redirect("requests:detail", pk)
        looked(seen)
        return _show(request, seen)
    form = WritingForm(request.POST)
    given = form.checked()
    try:
        sent = send(
            actor=actor,
            request_id=pk,
            version=form.version_on_screen(request),
            seen=form.seen(),
            texts_checked=given["texts_checked"],
        )
    except Invalid as refusal:
        return _show(request, screen(actor, pk), refused=refusal.fields, status=422)
    except Conflict as conflict:
        seen = screen(actor, pk)
        if "send" not in seen.allowed:
            messages.warning(request, conflict.message)
            return redirect("requests:detail", pk)
        return _show(request, seen, status=409, conflict=conflict)
    expert = sent.expert.user.printed_name if sent.expert else ""
    messages.success(request, _("The request is sent. %(expert)s is told.") % {"expert": expert})
    return redirect("requests:detail", pk)


def _show(
    request: HttpRequest,
    seen: Screen,
    *,
    status: int = 200,
    refused: Mapping[str, str] | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The page; `refused` are the fields for which sending was refused, where it was tried."""
    consult, form_url = seen.request, reverse("requests:edit", args=[seen.request.pk])
    places = {name: f"{form_url}#{place}" for name, place in FIELDS.items()} | {"texts_checked": "#id_texts_checked"}
    places |= {need.value: reverse("basis:record", args=[consult.case_id, need.value]) for need in RECORDED}
    found = readiness(consult)
    if conflict and found.held and "sharing" in conflict.current:
        conflict = None  # the page begins with the same sentence
    flagged = flags(consult, seen.view)
    missing = found.missing | named(flagged) if refused is None else refused
    parts = parts_of(seen.shared, seen.view)
    due = due_at(consult.priority, seen.now)
    context = seen.context | {
        "form": WritingForm(initial=seen.hidden),
        "flags": [each for each in flagged if not each.certain],
        "hidden_name": consult.pseudonym,
        "problems": [{"text": text, "url": places[name]} for name, text in missing.items()],
        "held": found.held,
        "conflict": conflict,
        "answers": _answers(seen, form_url),
        "slide_rows": _slide_rows(parts, form_url),
        "closed": without_image(seen.shared),
        "rule": found.legal.applied.name,
        "slide_count": len(seen.shared),
        "all_slides": len(seen.slides),
        "people": [{"label": _("Expert"), "value": _expert(consult), "url": f"{form_url}#to-whom"}],
        "expert": card(consult.expert) if consult.expert else None,
        "until": clinical_date(seen.now + LONGEST),
        "events": _next(consult, len(seen.shared), due),
    }
    return render(request, "requests/check.html", context, status=status)


def _answers(seen: Screen, form_url: str) -> list[dict[str, str]]:
    consult = seen.request
    report = first_report.to_read(seen.actor, consult)
    if report is None:
        own = _("There is none yet.")
    elif consult.is_pseudonymised:
        own = _("Not shared: it names the patient, and this request is under a pseudonym.")
    elif consult.shares_first_report:
        own = _("Version %(number)d is shared with the expert.") % {"number": report.number}
    else:
        own = _("Not shared. The expert does not see it.")
    return [
        {"label": _("Question"), "value": consult.question, "url": f"{form_url}#id_question"},
        {
            "label": _("Working diagnosis"),
            "value": consult.working_diagnosis,
            "url": f"{form_url}#id_working_diagnosis",
        },
        {
            "label": _("Clinical details"),
            "value": seen.view.history,
            "url": reverse("cases:detail", args=[consult.case_id]),
        },
        {"label": _("How soon"), "value": _how_soon(consult), "url": f"{form_url}#priority"},
        {"label": _("Your own report"), "value": own, "url": f"{form_url}#own-report"},
    ]


def _how_soon(consult: ConsultRequest) -> str:
    label, target = str(consult.get_priority_display()), target_text(consult.priority)
    if consult.priority == "urgent":
        return _("%(priority)s, 48 hours. %(reason)s") % {"priority": label, "reason": consult.urgency_reason}
    return _("%(priority)s, %(target)s") % {"priority": label, "target": target}


def _slide_rows(parts: list[PartLines], form_url: str) -> list[dict[str, str]]:
    return [
        {
            "label": ", ".join(filter(None, (part.label, part.type, part.site))),
            "value": "\n".join(map(_slide_line, part.slides)),
            "url": f"{form_url}#slides",
        }
        for part in parts
    ]


def _slide_line(line: SlideLine) -> str:
    level = _("level %(level)s") % {"level": line.level} if line.level else ""
    return ", ".join(filter(None, (line.label, line.stain, level)))


def _expert(consult: ConsultRequest) -> str:
    if consult.expert is None:
        return ""
    return f"{consult.expert.user.printed_name}\n{consult.expert.organisation.name}"


def _next(consult: ConsultRequest, slides: int, due: datetime) -> list[dict[str, object]]:
    expert = consult.expert.user.printed_name if consult.expert else _("The expert")
    shared = ngettext("%(number)d slide is shared.", "%(number)d slides are shared.", slides) % {"number": slides}
    return [
        {
            "icon": "send",
            "title": _("Sent"),
            "detail": _("The clock starts. %(shared)s") % {"shared": shared},
            "state": "cur",
        },
        {"icon": "person-check", "title": _("%(expert)s accepts") % {"expert": expert}},
        {
            "icon": "chat-left-text",
            "title": _("Perhaps a question to you"),
            "detail": _("The clock stands still while you answer."),
        },
        {
            "icon": "pen",
            "title": _("Signed opinion"),
            "detail": _("At the latest %(moment)s.") % {"moment": clinical_datetime(due, zone=True)},
        },
        {
            "icon": "archive",
            "title": _("You say what became of it"),
            "detail": _("That closes the request and ends the expert's access."),
        },
    ]
