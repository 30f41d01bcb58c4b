"""Who sees what is recorded of a patient, who sees the rules, and who confirms and states them."""

from django.db.models import Q, QuerySet

from accounts.agreements import above
from accounts.models import Organisation
from accounts.roles import READ_LEGAL_RULES, SET_LEGAL_RULES
from cases.access import branches
from cases.basis.models import LegalFact, LegalRule, SharingDecision
from cases.basis.states import FactStatus
from cases.models import Case
from cases.policy import visible_patients
from core.actor import Actor


def visible_facts(actor: Actor) -> QuerySet[LegalFact]:
    """Those about patients and cases of the own laboratory. Who reads by a share hears only that it has ended."""
    at_home = branches.home(actor).filter(branches.not_denied(actor))
    own = Q(case__in=at_home) | Q(case__isnull=True, patient__in=visible_patients(actor))
    return LegalFact.objects.filter(own)


def facts_of_case(actor: Actor, case: Case) -> QuerySet[LegalFact]:
    """Those that concern one case of the own laboratory: its own, and its patient's; ended ones too."""
    return visible_facts(actor).filter(Q(case=case) | Q(case__isnull=True, patient=case.patient_id))


def visible_decisions(actor: Actor) -> QuerySet[SharingDecision]:
    """Those about the own laboratory's cases."""
    at_home = branches.home(actor).filter(branches.not_denied(actor))
    return SharingDecision.objects.filter(case__in=at_home)


def reads_rules(actor: Actor) -> bool:
    """Whether there are rules that the actor reads: those of the own organisation."""
    return actor.organisation is not None and actor.role in READ_LEGAL_RULES


def visible_rules(actor: Actor) -> QuerySet[LegalRule]:
    """Every version that is or was the own organisation's, of those above it, and of its country."""
    if not reads_rules(actor):
        return LegalRule.objects.none()
    country = Organisation.objects.filter(pk=actor.lab()).values("country")
    of = Q(organisation__in=above(actor.lab()).values("pk")) | Q(country__in=country)
    return LegalRule.objects.filter(of)


def rule_parties(actor: Actor) -> frozenset[str]:
    """'rule_admin' for who confirms and states rules for the own organisation, 'system' for what loads presets."""
    if actor.is_system:
        return frozenset({"system"})
    may = actor.organisation is not None and actor.role in SET_LEGAL_RULES
    return frozenset({"rule_admin"}) if may else frozenset()


def may_end(fact: LegalFact) -> list[str]:
    """How a record can be ended: consent that stands is withdrawn by the patient, everything else just ends."""
    if fact.status == FactStatus.ENDED:
        return []
    return ["withdraw", "end"] if fact.kind == "consent" and fact.status == FactStatus.STANDS else ["end"]
