"""What the record calls rules and records. A rule is named by its place and version; a record has no number."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.basis.models import LegalFact
from cases.basis.policy import visible_rules
from core.actor import Actor, Purpose
from core.audit.hooks import Place, locates, noun
from core.audit.names import serves


def _named(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return {rule.pk: str(rule) for rule in visible_rules(actor).filter(pk__in=keys).select_related("organisation")}


def _place(key: UUID) -> Place | None:
    """The case that it was recorded for, or the patient where it holds for all of them."""
    fact = LegalFact.objects.filter(pk=key).only("case", "patient").first()
    if fact is None:
        return None
    return Place(case=fact.case_id) if fact.case_id else Place(patient=fact.patient_id)


locates("fact_id", _place)
RULE = noun("legal_rule", _("Rule for sharing"), named=_named)
CONFIRMATION = noun("legal_confirmation", _("Confirmation of a rule"))
serves(Purpose.OPERATIONS, RULE, CONFIRMATION)
FACT = noun("legal_fact", _("Record for the legal basis"))
