"""State a rule, drop the own one, confirm one, load the presets: none is ever edited, another supersedes it."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.agreements import below
from accounts.hooks import OrganisationMoved
from accounts.models import Organisation
from cases.access.grants import reconcile
from cases.basis.actions.turns import alone
from cases.basis.blocks import EMERGENCY
from cases.basis.conditions import Conditions
from cases.basis.kinds import Told
from cases.basis.models import LegalFact, LegalRule, RuleConfirmation
from cases.basis.policy import rule_parties
from cases.basis.rules import rule_for
from cases.basis.states import CONFIRMATION, RULE, FactStatus, RuleStatus
from cases.models import Case, Share
from core import clock
from core.actor import Actor
from core.audit.models import CoreNow
from core.errors import Conflict, Forbidden, Invalid
from core.workflow.engine import created, perform

PRESETS = Path(__file__).resolve().parents[1] / "presets.yaml"
LONGEST = 500
PARTS = ("needs", "blocks", "protection", "overrides", "told")  # a rule names its source for each
TOGETHER = 500  # cases made right at once


def presets() -> list[dict[str, Any]]:
    """The rules that ship."""
    found: list[dict[str, Any]] = yaml.safe_load(PRESETS.read_text(encoding="utf-8"))
    return found


def load_presets(*, actor: Actor) -> list[LegalRule]:
    """Make a version of each preset that is newer than what is there; those made, which is none the second time."""
    made = []
    with transaction.atomic():
        alone()
        known = dict(
            LegalRule.objects.filter(status=RuleStatus.IN_FORCE, organisation=None).values_list("country", "number")
        )
        for each in presets():
            if each["number"] <= known.get(each["country"], 0):
                continue
            as_of = datetime.combine(each["as_of"], datetime.min.time(), clock.now().tzinfo)
            first = each["country"] not in known
            made.append(
                _state(
                    actor,
                    country=each["country"],
                    number=each["number"],
                    preset=True,
                    as_of=each["as_of"],
                    conditions=Conditions.of(each).stored(),
                    sources=each["sources"],
                    valid_from=min(as_of, clock.now()) if first else clock.now(),
                )
            )
        if made:
            _make_right(Organisation.objects.filter(country__in={rule.country for rule in made}), actor)
    return made


def state_rule(
    *, actor: Actor, conditions: Conditions, source: str, reason: str, as_of: date, known: UUID | None
) -> LegalRule:
    """State the own organisation's rule, for it and those below, with its source and why it is not its country's.

    `known` is the rule that was on the screen. Raises Forbidden, Invalid, or Conflict where another holds by now.
    """
    organisation = _ruled(actor)
    wrong = {}
    for name, text in (("source", source), ("reason", reason)):
        if not text.strip() or len(text.strip()) > LONGEST:
            wrong[name] = _("Fill this in, with at most %(longest)s characters.") % {"longest": LONGEST}
    if not conditions.told & {Told.PRIVACY_OFFICER, Told.ADMINISTRATORS}:
        wrong["told"] = _("Somebody of the laboratory must be told.")
    if as_of > clock.now().date():
        wrong["as_of"] = _("This date lies in the future.")
    if wrong:
        raise Invalid(_("The rule was not stated."), fields=wrong)
    with transaction.atomic():
        alone()
        _must_be_known(organisation, known)
        newest = LegalRule.objects.filter(organisation=organisation).order_by("-number").first()
        rule = _state(
            actor,
            organisation_id=organisation,
            number=newest.number + 1 if newest else 1,
            as_of=as_of,
            conditions=conditions.stored(),
            sources={part: source.strip() for part in PARTS},
            reason=reason.strip(),
            valid_from=clock.now(),
        )
        _confirm(actor, rule, organisation)
        _make_right(Organisation.objects.filter(below({organisation})), actor)
    return rule


def drop_rule(*, actor: Actor, known: UUID, reason: str) -> LegalRule:
    """Drop the own organisation's rule (`known`, as it was on the screen): from now on that of an organisation above it
    or of its country holds, for it and those below. What was decided stays decided by the rule of its time.

    Raises Forbidden, Invalid, or Conflict where another rule holds by now, or where it is not the organisation's own.
    """
    organisation = _ruled(actor)
    if not reason.strip() or len(reason.strip()) > LONGEST:
        words = _("Fill this in, with at most %(longest)s characters.") % {"longest": LONGEST}
        raise Invalid(_("The rule was not dropped."), fields={"reason": words})
    with transaction.atomic():
        alone()
        _must_be_known(organisation, known)
        own = LegalRule.objects.select_for_update(of=("self",)).filter(pk=known, organisation=organisation).first()
        if own is None:
            raise Conflict(_("Your organisation has no rule of its own."))
        own.superseded_at = clock.now()
        who = rule_parties(actor)
        perform(RULE, own, "drop", actor=actor, parties=who, changed=["superseded_at"], reason=reason.strip())
        _make_right(Organisation.objects.filter(below({organisation})), actor)
    return own


def confirm_rule(*, actor: Actor, known: UUID | None) -> RuleConfirmation:
    """Confirm, for the own organisation and those below, the rule that was on the screen (`known`).

    Raises Forbidden, or Conflict where another holds by now or it is confirmed already.
    """
    organisation = _ruled(actor)
    with transaction.atomic():
        alone()
        _must_be_known(organisation, known)
        rule = rule_for(organisation).rule
        if rule is None:
            raise Conflict(_("There is no rule to confirm. State one."))
        return _confirm(actor, rule, organisation)


def _confirm(actor: Actor, rule: LegalRule, organisation: UUID) -> RuleConfirmation:
    made = RuleConfirmation(rule=rule, organisation_id=organisation, confirmed_at=clock.now(), confirmed_by=actor.name)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This rule is confirmed already.")) from error
    facts = {"rule": str(rule.pk), "number": rule.number}
    created(CONFIRMATION, made, "confirm", actor=actor, parties=rule_parties(actor), facts=dict(facts))
    return made


def _ruled(actor: Actor) -> UUID:
    if not rule_parties(actor) or actor.organisation is None:
        raise Forbidden(_("Rules for sharing are confirmed and stated by the administrators of a laboratory."))
    return actor.organisation


def _must_be_known(organisation: UUID, known: UUID | None) -> None:
    rule = rule_for(organisation).rule
    if (rule.pk if rule else None) != known:
        raise Conflict(_("Another rule holds by now. Look at it, then decide."), current={"rule": str(rule)})


def _state(actor: Actor, **fields: Any) -> LegalRule:
    rule = LegalRule(made_at=clock.now(), made_by=actor.name, **fields)
    before = LegalRule.objects.select_for_update(of=("self",)).filter(
        country=rule.country, organisation=rule.organisation_id, status=RuleStatus.IN_FORCE
    )
    for old in before:
        old.superseded_at = rule.valid_from
        perform(RULE, old, "supersede", actor=actor, parties=rule_parties(actor), changed=["superseded_at"])
    rule.save(force_insert=True)
    facts: Mapping[str, object] = {"number": rule.number, "country": rule.country, "preset": rule.preset}
    created(RULE, rule, "state", actor=actor, parties=rule_parties(actor), facts=dict(facts))
    return rule


def follow_move(moved: OrganisationMoved) -> None:
    """The organisation_moved listener: other rules may hold for it and what is below, and blocks may concern others."""
    alone()
    _make_right(Organisation.objects.all(), moved.actor)


def _make_right(organisations: QuerySet[Organisation], actor: Actor) -> None:
    """What an emergency overrides and how a protected identity is shared may differ now, where anything is recorded or
    an emergency runs."""
    patients = LegalFact.objects.exclude(status=FactStatus.ENDED).values("patient")
    running = Share.objects.filter(source_kind=EMERGENCY, valid_until__gt=CoreNow()).values("case")
    concerned = Q(patient__in=patients) | Q(pk__in=running)
    found = Case.objects.filter(concerned, organisation__in=organisations.order_by().values("pk"))
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), TOGETHER):
        reconcile(keys[start : start + TOGETHER], actor=actor)
