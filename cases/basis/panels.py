"""What pages about a case show of its legal basis: a card where access is explained, a note on the case page."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.access import branches
from cases.basis.blocks import stands
from cases.basis.policy import facts_of_case
from cases.basis.rules import rule_for
from cases.basis.states import FactStatus
from cases.basis.words import fact_view, rule_view
from cases.models import Case
from cases.page_hooks import Panel, Steps
from cases.policy import parties
from core.actor import Actor

NO_BASIS_NOW = gettext_lazy("Shared by a record that does not count any more")
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


def basis_of_case(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """The rule that holds, with its source, and what is recorded under it."""
    standing = facts_of_case(actor, case).exclude(status=FactStatus.ENDED).prefetch_related("organisations")
    context: dict[str, object] = {
        "rule": rule_view(rule_for(case.organisation_id)),
        "facts": [fact_view(each) for each in standing],
        "words": [NO_BASIS_NOW] if stands(case)[2] else [],
        "may_open": bool(parties(actor, case)),
        "case_id": case.pk,
    }
    return [Panel(_("Legal basis"), "basis/_of_case.html", context, order=70, aside=True)]


def basis_on_case_page(request: HttpRequest, actor: Actor, case: Case) -> Iterable[Panel]:
    """For the own laboratory: what is recorded, beside the rest; and first of all what speaks against sharing."""
    if not branches.is_home(actor, case):
        return
    met, against, has_no_basis = stands(case)
    words = [str(each.label) for each in against]
    if has_no_basis:
        words.append(str(NO_BASIS_NOW))
    context: dict[str, object] = {
        "met": [each.label for each in met],
        "against": words,
        "may_open": bool(parties(actor, case)),
        "case_id": case.pk,
    }
    yield Panel(_("Legal basis"), "basis/_on_case_page.html", context, order=70, aside=True)
    if words:
        yield Panel(_("Something speaks against sharing"), "basis/_stands.html", context, order=6)
