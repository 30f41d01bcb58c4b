"""Finding an expert: by name or laboratory, subspecialty and laboratory; what is listed can be chosen."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language_info
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from accounts.models import Membership
from accounts.policy import experts
from consult.requests.views.screen import Screen, screen
from core import terms
from core.actor import Actor

LISTED = 12


@dataclass(frozen=True, slots=True)
class ExpertCard:
    """One who can be asked, with what helps to choose.

    `report_language` is the laboratory's. In which languages a person works is not known here: the language of their
    pages would be read as all they speak.
    """

    membership: Membership
    subspecialties: list[str]
    report_language: str

    @property
    def id(self) -> str:
        """For the radio button."""
        return str(self.membership.pk)


@dataclass(frozen=True, slots=True)
class Found:
    """The experts of a search, at most LISTED, the one chosen already first; whether there are more."""

    cards: list[ExpertCard]
    more: bool
    chosen: str


def find(actor: Actor, query: QueryDict, *, chosen: UUID | None, organ_system: str) -> Found:
    """Who fits. Without a search: those of the case's own subspecialty."""
    searched = any(query.get(name) for name in ("text", "subspecialty", "lab"))
    organ = query.get("subspecialty", "") if "subspecialty" in query or searched else organ_system
    found = list(
        experts(actor, text=query.get("text", ""), organ_system=organ, lab=_uuid(query.get("lab", ""))).select_related(
            "user", "organisation"
        )[: LISTED + 1]
    )
    shown = [each for each in found[:LISTED] if each.pk != chosen]
    if chosen and (first := experts(actor).filter(pk=chosen).first()):
        shown.insert(0, first)
    return Found([card(each) for each in shown], len(found) > LISTED, str(chosen or ""))


def card(member: Membership) -> ExpertCard:
    """The card of one expert."""
    language = member.organisation.language[:2]
    return ExpertCard(
        member,
        [terms.label("organ_systems", each.organ_system) for each in member.expertise.all()],
        str(get_language_info(language)["name_translated"]) if language else "",
    )


def labs(actor: Actor) -> list[tuple[str, str]]:
    """The laboratories that have somebody to ask, for the filter."""
    rows = experts(actor).order_by("organisation__name").values_list("organisation", "organisation__name").distinct()
    return [(str(key), name) for key, name in rows]


@member_required
@require_GET
def search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of experts as a fragment of the request form; `expert` is the one chosen on the page."""
    actor = the_actor(request)
    seen: Screen = screen(actor, pk)
    chosen = _uuid(request.GET.get("expert", ""))
    found = find(actor, request.GET, chosen=chosen, organ_system=seen.view.organ_system)
    return render(request, "requests/_experts.html", {"found": found})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
