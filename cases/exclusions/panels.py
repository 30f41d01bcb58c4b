"""Who is kept out of a case, where its own laboratory reads who can see it, and among what happened to it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.exclusions.models import Exclusion
from cases.exclusions.policy import visible_exclusions
from cases.exclusions.states import EDITOR, Status
from cases.models import Case
from cases.page_hooks import Panel, Steps
from cases.policy import parties
from core.actor import Actor


def kept_out_of_case(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """Those who are kept out, those who once were below them; nothing for who may not record it."""
    if not EDITOR & parties(actor, case):
        return []
    rows = list(visible_exclusions(actor).filter(case=case.pk).select_related("person").order_by("-recorded_at", "pk"))
    context: dict[str, object] = {
        "standing": [each for each in rows if each.status == Status.STANDING],
        "earlier": [each for each in rows if each.status != Status.STANDING],
        "case_id": case.pk,
    }
    return [Panel(_("Kept out"), "exclusions/_of_case.html", context, order=20)]


def _names(exclusions: Collection[UUID]) -> dict[UUID, str]:
    """Whom each is about. One query."""
    rows = Exclusion.objects.filter(pk__in=exclusions).select_related("person")
    return {each.pk: each.person.printed_name for each in rows}


STEPS = Steps({"keep_out": "person-slash", "let_in": "person-check"}, _names)
