"""What pages about a case show of its legal basis: a card where access is explained, a note on the case page."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.access import branches
from cases.access.queries import get_case
from cases.basis.blocks import covers
from cases.basis.policy import facts_of_case
from cases.basis.rules import rule_for
from cases.basis.words import fact_view, rule_view
from cases.hooks import Panel, Steps
from core.actor import Actor

STEPS = Steps(
    {
        "informed": "info-circle",
        "consent": "check2-circle",
        "refusal": "x-circle",
        "block": "slash-circle",
        "protected": "incognito",
        "cleared": "person-check",
        "withdraw": "x-circle",
        "end": "dash-circle",
    }
)


def basis_of_case(request: HttpRequest, actor: Actor, case_id: UUID) -> Iterable[Panel]:
    """The rule that holds, with its source, and what is recorded under it."""
    case = get_case(actor, case_id)
    standing = facts_of_case(actor, case).exclude(status="ended").prefetch_related("organisations")
    context: dict[str, object] = {
        "rule": rule_view(rule_for(case.organisation_id)),
        "facts": [fact_view(each) for each in standing],
        "case_id": case_id,
    }
    return [Panel(_("Legal basis"), "basis/_of_case.html", context, order=70, aside=True)]


def standing_against(request: HttpRequest, actor: Actor, case_id: UUID) -> Iterable[Panel]:
    """First on the case page of the own laboratory while something speaks against sharing; nothing otherwise."""
    case = branches.home(actor).filter(branches.not_denied(actor), pk=case_id).first()
    against = covers(case) if case else []
    if not against:
        return []
    context: dict[str, object] = {"against": [each.label for each in against], "case_id": case_id}
    return [Panel(_("Something speaks against sharing"), "basis/_stands.html", context, order=6)]
