"""What pages about a case show of a patient's objection: a card where access is explained, a note on the case page."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.models import Case
from cases.objections.blocks import yields_to_emergency
from cases.objections.policy import visible_objections
from cases.objections.states import Status
from cases.page_hooks import Panel
from cases.policy import parties
from core.actor import Actor


def objection_of_case(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """The standing objection, or that there is none; earlier ones below it."""
    rows = list(visible_objections(actor).filter(case=case.pk).order_by("-recorded_at"))
    standing = next((each for each in rows if each.status == Status.STANDING), None)
    context: dict[str, object] = {
        "standing": standing,
        "opens_in_emergency": standing and yields_to_emergency(standing.kind, case.organisation_id),
        "earlier": [each for each in rows if each.status != Status.STANDING],
        "may_record": bool(parties(actor, case)),
        "case_id": case.pk,
    }
    return [Panel(_("Objection of the patient"), "objections/_of_case.html", context, order=80, aside=True)]


def standing_objection(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """First on the case page of the own laboratory while one stands; nothing otherwise."""
    found = visible_objections(actor).filter(case=case.pk, status=Status.STANDING).first()
    if found is None:
        return []
    context: dict[str, object] = {"standing": found, "case_id": case.pk}
    return [Panel(_("The patient objects to sharing"), "objections/_stands.html", context, order=5)]
