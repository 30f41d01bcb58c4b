"""Finding an expert: by name or laboratory, subspecialty and laboratory; what is listed can be chosen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.agreements import reach
from accounts.doors import member_required, the_actor
from accounts.models import Absence, Membership
from accounts.models.agreement import Identity, Work
from accounts.policy import experts
from accounts.roles import Role
from consult.requests.models import ConsultRequest
from consult.requests.outside.policy import confirmed_for
from consult.requests.states import REQUEST, Status
from consult.requests.views.screen import Screen, screen
from core import clock, terms
from core.actor import Actor
from core.errors import Forbidden

LISTED = 12
CARD = ("user", "organisation", "deputy__user")
NAMED = 5  # laboratories without an agreement, in the sentence that says so


@dataclass(frozen=True, slots=True)
class ExpertCard:
    """One who can be asked, with what helps to choose.

    `report_language` is the laboratory's, `languages` those in which the person takes consultations, or else the
    laboratory, where it is said.
    `away` is the present absence; `this_week` how many requests were sent to a person with a limit. `identity` is how
    much of the patient may be sent there (a value of Identity), '' where no agreement allows anything.
    """

    membership: Membership
    subspecialties: list[str]
    report_language: str
    identity: str = Identity.IDENTIFIED
    languages: str = ""
    away: Absence | None = None
    this_week: int | None = None

    @property
    def deputy(self) -> str:
        """Who stands in while the expert is away; '' where nobody does."""
        return self.membership.deputy.user.printed_name if self.away and self.membership.deputy else ""

    @property
    def is_full(self) -> bool:
        """Whether the week holds as many requests as the expert takes."""
        limit = self.membership.weekly_capacity
        return self.this_week is not None and limit is not None and self.this_week >= limit

    @property
    def is_outside(self) -> bool:
        """Whether this person is here for this case only."""
        return self.membership.role == Role.OUTSIDE_EXPERT

    @property
    def only_pseudonymised(self) -> bool:
        """Whether the agreement with the laboratory lets no patient's identity go there."""
        return self.identity == Identity.PSEUDONYMISED

    @property
    def id(self) -> str:
        """For the radio button."""
        return str(self.membership.pk)


@dataclass(frozen=True, slots=True)
class Found:
    """The experts of a search, at most LISTED, the one chosen already first; whether there are more.

    `beyond` are laboratories with somebody who fits, but without an agreement: their names, for the sentence below.
    """

    cards: list[ExpertCard]
    more: bool
    chosen: str
    beyond: list[str]


def find(
    actor: Actor, query: QueryDict, *, chosen: UUID | None, organ_system: str, allowed: Mapping[UUID, str], case: UUID
) -> Found:
    """Who fits, in the laboratories `allowed`. Without a search: those of the case's own subspecialty.

    Whoever was confirmed from outside for this case stands before the others.
    """
    searched = any(query.get(name) for name in ("text", "subspecialty", "lab"))
    organ = query.get("subspecialty", "") if "subspecialty" in query or searched else organ_system
    fit = experts(actor, text=query.get("text", ""), organ_system=organ, lab=_uuid(query.get("lab", "")))
    found = list(fit.filter(organisation__in=allowed).select_related(*CARD)[: LISTED + 1])
    outside = list(confirmed_for(case).select_related(*CARD).prefetch_related("expertise"))
    allowed = {**allowed, **{each.organisation_id: Identity.IDENTIFIED for each in outside}}
    shown = [each for each in [*outside, *found[:LISTED]] if each.pk != chosen]
    known = [*outside, *experts(actor).select_related(*CARD).filter(pk=chosen)] if chosen else []
    if first := next((each for each in known if each.pk == chosen), None):
        shown.insert(0, first)
    elsewhere = fit.exclude(organisation__in=allowed).order_by("organisation__name")
    beyond = list(elsewhere.values_list("organisation__name", flat=True).distinct()[:NAMED])
    cards = cards_of(shown, allowed)
    return Found(cards, len(found) > LISTED, str(chosen or ""), beyond)


def who_may_be_asked(actor: Actor, organ_system: str) -> dict[UUID, str]:
    """The laboratories that may be asked about a case of this organ system, with how much of the patient."""
    if actor.organisation is None:
        return {}
    return reach(actor.organisation, work=Work.CONSULTATION, organ_system=organ_system)


def cards_of(members: Sequence[Membership], allowed: Mapping[UUID, str]) -> list[ExpertCard]:
    """The cards of experts, in their order. Two queries; wants CARD and the expertise."""
    keys = [each.pk for each in members]
    now = Absence.objects.in_force().filter(membership__in=keys).select_related("membership__organisation")
    away = {absence.membership_id: absence for absence in now}
    limited = [each.pk for each in members if each.weekly_capacity is not None]
    week = sent_this_week(limited) if limited else {}
    return [
        ExpertCard(
            member,
            [terms.label("organ_systems", each.organ_system) for each in member.expertise.all()],
            language_words(member.organisation.language[:2]),
            allowed.get(member.organisation_id, ""),
            ", ".join(language_words(code) for code in member.languages or member.organisation.languages),
            away.get(member.pk),
            week.get(member.pk, 0) if member.pk in limited else None,
        )
        for member in members
    ]


def card(member: Membership) -> ExpertCard:
    """The card of one expert who was chosen, whatever the agreements say."""
    return cards_of([member], {member.organisation_id: Identity.IDENTIFIED})[0]


def language_words(code: str) -> str:
    """A language by its name in the active one."""
    return str(get_language_info(code)["name_translated"]) if code else ""


def sent_this_week(experts: Collection[UUID]) -> dict[UUID, int]:
    """How many requests were sent to each since Monday 00:00 UTC. One query."""
    now = clock.now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = ConsultRequest.objects.filter(expert__in=experts, sent_at__gte=monday).order_by()
    return dict(rows.values("expert").annotate(sent=Count("pk")).values_list("expert", "sent"))


def labs(actor: Actor, allowed: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """The laboratories that have somebody who may be asked about such a case, for the filter."""
    rows = experts(actor).filter(organisation__in=allowed).order_by("organisation__name")
    return [(str(key), name) for key, name in rows.values_list("organisation", "organisation__name").distinct()]


@member_required
@require_GET
def search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of experts as a fragment of the request form; `expert` is the one chosen on the page."""
    actor = the_actor(request)
    seen: Screen = screen(actor, pk)
    if not REQUEST.rule(Status.DRAFT, "edit").parties & seen.parties:  # it names who else was confirmed for the case
        raise Forbidden(_("You can see this, but this step is for somebody else."))
    chosen = _uuid(request.GET.get("expert", ""))
    organ = seen.view.organ_system
    found = find(
        actor, request.GET, chosen=chosen, organ_system=organ, allowed=who_may_be_asked(actor, organ), case=seen.view.id
    )
    return render(request, "requests/_experts.html", {"found": found})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
