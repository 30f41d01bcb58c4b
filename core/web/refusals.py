"""Turns a Refusal raised by an action into the answer of its door, and leaves a denial in the audit.

A page gets an error page (or, for htmx, a short message), an API call problem+json. The denial is written in a
transaction of its own, because the action's has been rolled back.
"""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.audit import hooks, names
from core.audit.models import Outcome
from core.audit.record import record
from core.errors import Conflict, Hidden, Refusal, TooMany
from core.web.hooks import pages_asked

DENIED = names.register("access.denied", _("Access refused"))
BY_PAGE = "page"  # in the facts of a refusal: the script of an open page asked
AUDITED = {401, 403, 404}


def problem(refusal: Refusal) -> dict[str, object]:
    """The refusal as an RFC 9457 problem document that says what to do."""
    document: dict[str, object] = {
        "type": f"urn:consilium:problem:{refusal.code}",
        "title": refusal.message,
        "status": refusal.status,
    }
    if refusal.fields:
        document["fields"] = refusal.fields
    if isinstance(refusal, Conflict) and refusal.current:
        document["current"] = refusal.current
    return document


def problem_response(refusal: Refusal) -> HttpResponse:
    """problem+json for the API and for the project's own scripts."""
    answer = JsonResponse(problem(refusal), status=refusal.status, content_type="application/problem+json")
    return limited(answer, refusal)


def limited(answer: HttpResponse, refusal: Refusal) -> HttpResponse:
    """With how long to wait, where it is a limit that refuses: those that do not say count by the minute."""
    if refusal.status == TooMany.status:
        answer["Retry-After"] = str(getattr(refusal, "after", 0) or 60)
    return answer


def wants_problem(request: HttpRequest) -> bool:
    """Whether the caller is a program: it asks for JSON, or it is at the API, where nothing else is spoken."""
    return "json" in request.headers.get("Accept", "") or request.path.startswith("/api/")


def audit_denial(request: HttpRequest, refusal: Refusal) -> None:
    """Record that whoever made this request was refused, with its route and never with what was typed."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return
    match = request.resolver_match
    denied(
        actor,
        refusal,
        route=match.view_name if match else "",
        arguments=match.kwargs if match else {},
        method=request.method or "",
        is_by_page=_is_by_page(request),
    )


def denied(
    actor: Actor,
    refusal: Refusal,
    *,
    route: str,
    arguments: Mapping[str, object],
    method: str,
    is_by_page: bool = False,
) -> None:
    """Record that a signed-in person, or a machine, was refused, for doors that have no request of Django's too.

    `arguments` are what the address names. What is hidden beside a case that they see is no refusal of that case: it
    stands under their name alone.
    """
    told = refusal.status in AUDITED or (isinstance(refusal, TooMany) and refusal.is_told)
    if actor.is_system or not told:
        return
    ids = {key: str(value) for key, value in arguments.items()}
    facts: dict[str, object] = {"method": method, "status": refusal.status, "ids": ids}
    if is_by_page:
        facts["by"] = BY_PAGE
    with transaction.atomic():
        is_elsewhere = isinstance(refusal, Hidden) and hooks.hides_more(actor, arguments)
        place = hooks.Place() if is_elsewhere else hooks.place(arguments)
        record(
            actor,
            DENIED,
            outcome=Outcome.DENIED,
            object_kind=route[:40],
            object_id=next(iter(ids.values()), "")[:64],
            case=place.case,
            patient=place.patient,
            reason=refusal.code,
            facts=facts,
        )


def _is_by_page(request: HttpRequest) -> bool:
    """Whether the script of a page that is open asked, and nobody pressed anything: a form that saves itself says which
    version it saves (static/ui/autosave.mjs), the others have views of their own."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    return view in pages_asked() or ("If-Match" in request.headers and not request.path.startswith("/api/"))


class RefusalMiddleware:
    """Answers refusals. Sits inside the authentication middleware, so that the actor is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes its answer; a Http404 is treated as one, so that hidden and absent look the same."""
        if isinstance(exception, Http404):
            exception = Hidden("")
        if not isinstance(exception, Refusal):
            return None
        audit_denial(request, exception)
        return respond(request, exception)


def respond(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page, as a fragment (htmx), or as problem+json for a program."""
    if wants_problem(request):
        return problem_response(refusal)
    if getattr(request, "htmx", False):
        answer = render(request, "errors/_refusal.html", {"refusal": refusal}, status=refusal.status)
    else:
        templates = [f"errors/{refusal.code}.html", f"errors/{refusal.status}.html", "errors/400.html"]
        answer = render(request, templates, {"refusal": refusal}, status=refusal.status)
    return limited(answer, refusal)
