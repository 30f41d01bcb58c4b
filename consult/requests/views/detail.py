"""The page of one request, for both sides: question, opinion, slides, what was asked and said, what happened."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from cases.access.queries import visible_slides
from cases.order import place
from consult.reports.models import ReportVersion
from consult.reports.queries import as_known
from consult.requests import first_report
from consult.requests.blind import opened_by_name
from consult.requests.forms import SeenForm
from consult.requests.signed_words import confidence_words, signed_version
from consult.requests.states import ENDED, OPEN, Status
from consult.requests.views.acts import ACTS
from consult.requests.views.events import events_of
from consult.requests.views.material import PartLines, parts_of, shared_slides
from consult.requests.views.screen import Screen, looked, screen
from consult.requests.views.thread import thread
from core import terms
from notifications.actions.read import mark_subject_read
from slides.queries import image_hashes, opened_slides

# The order of the buttons; the first that is allowed is the filled one.
ORDER = (
    "confirm_identity",
    "take_over",
    "accept",
    "reply",
    "acknowledge",
    "close",
    "ask",
    "decline",
    "give_number",
    "add_slides",
    "withdraw",
)
MAIN = frozenset({"confirm_identity", "take_over", "accept", "reply", "acknowledge", "close"})


@member_required
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page. Looking at it is recorded, and what told the person about it counts as read."""
    actor = the_actor(request)
    seen = screen(actor, pk)
    if seen.request.status == Status.DRAFT and "edit" in seen.allowed:
        return redirect("requests:edit", pk)
    mark_subject_read(actor=actor, subject=pk)
    looked(seen)
    return render(request, "requests/detail.html", _context(seen))


def _context(seen: Screen) -> dict[str, object]:
    consult, actor = seen.request, seen.actor
    slide_ids = list(consult.slides.values_list("slide_id", flat=True))
    expert_opened = opened_slides(consult.expert.user_id if consult.expert else None, slide_ids)
    version = signed_version(actor, consult)
    signed = version.tree.slides if version else ()
    if version:  # what the signature says, by the image that was opened: not what was opened or put there afterwards
        opened = {each.sha256 for each in signed if each.opened}
        expert_opened = {slide for slide, sha256 in image_hashes(slide_ids).items() if sha256 in opened}
    writes = "expert" in seen.parties and consult.status in {Status.ACCEPTED, Status.WAITING} and seen.sees_case
    offered = [name for name in ORDER if name in seen.allowed]
    main = "read" if writes else next((name for name in offered if name in MAIN), "")
    return seen.context | {
        "form": SeenForm(initial=seen.hidden),
        "acts": [{"name": name, "act": ACTS[name]} for name in offered if name != main],
        "main": main,
        "main_act": ACTS.get(main),
        "writes": writes,
        "needs_actor": bool(main) and not (writes and consult.status == Status.WAITING),
        "parts": _parts(seen, expert_opened),
        "kept_slides": _kept_slides(seen) if not seen.sees_case else [],
        "has_ended": consult.status in ENDED or seen.has_run_out,
        "is_expert": "expert" in seen.parties,
        "opened_count": sum(each.opened for each in signed) if version else len(expert_opened),
        "image_count": len(signed) if version else len(slide_ids),
        "is_signed": version is not None,
        "thread": thread(seen),
        "opened_by_name": opened_by_name(consult),
        "happened": events_of(consult, seen.view),
        "opinion": _opinion(seen, version),
        "own_reports": [] if seen.names_unknown else first_report.lines(actor, consult),
        "own_report_changed": writes and first_report.has_changed(consult),
        "needs_number": writes and not consult.answering_accession_number,
        "is_open": consult.status in OPEN,
        "end_reason": _end_reason(seen),
    }


def _end_reason(seen: Screen) -> str:
    """Why the expert declined; of one who has left `standing` says it."""
    code = "" if seen.expert_left else seen.request.end_reason
    return terms.label("decline_reasons", code) if code else ""


def _parts(seen: Screen, opened: set[UUID]) -> list[PartLines]:
    """The slides with links, while the actor may look at them."""
    if not seen.sees_case:
        return []
    shared = shared_slides(seen.request)
    visible = set(visible_slides(seen.actor).filter(pk__in=[s.pk for s in shared]).values_list("pk", flat=True))
    return parts_of(shared, seen.view, opened=opened, visible=visible)


def _kept_slides(seen: Screen) -> list[dict[str, str]]:
    """The slides as they were sent, in words that the reader may know: the record after the access has ended."""
    kept = sorted(
        seen.request.as_sent.get("slides", []),
        key=lambda slide: place(part=slide["part"], block=slide["block"], stain=slide["stain"], label=slide["label"]),
    )
    return [
        slide
        | {name: seen.view.text(slide[name]) for name in ("label", "part", "site", "block", "level")}
        | {"stain": terms.label("stains", slide["stain"])}
        for slide in kept
    ]


def _opinion(seen: Screen, version: ReportVersion | None) -> dict[str, object] | None:
    """What was signed, in short, as this reader may know it."""
    if version is None:
        return None
    content = as_known(seen.actor, version)[0] if seen.view.is_pseudonymised else version.tree
    return {
        "report": version.report,
        "version": version,
        "answer": content.text("answer"),
        "diagnosis": content.text("diagnosis"),
        "confidence": confidence_words(content),
        "signature": None if seen.names_unknown else version.signatures.first(),
    }
