"""Agreements between organisations: proposed by one side, confirmed or declined by the other, ended with notice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import agreements
from accounts.models import Agreement, Organisation
from accounts.models.agreement import LONGEST_REFERENCE, Identity, Work
from accounts.models.organisation import Kind
from accounts.states import AGREEMENT
from core import clock, terms
from core.actor import Actor
from core.errors import Forbidden, Hidden, Invalid
from core.workflow.engine import check_version, created, perform


@dataclass(frozen=True, slots=True)
class AgreementFields:
    """What is proposed. Both days are whole days where the proposing organisation is; `last_day` None is open-ended."""

    asking: UUID
    answering: UUID
    work: Collection[str]
    identity: str
    first_day: date
    last_day: date | None = None
    is_mutual: bool = False
    organ_systems: Collection[str] = ()
    reference: str = ""


def propose(*, actor: Actor, on_behalf_of: UUID, fields: AgreementFields) -> Agreement:
    """Propose an agreement on behalf of one of its two parties; it binds nobody before the other side confirms it.

    Raises Forbidden for an organisation that the actor does not represent, and Invalid for dates, organisations or
    codes that cannot be.
    """
    with transaction.atomic():
        mine = agreements.represented(actor).filter(pk=on_behalf_of, is_active=True).first()
        if mine is None:
            raise Forbidden(_("Agreements are made by the administrators of an organisation."))
        _check(mine, fields)
        agreement = Agreement.objects.create(
            asking_id=fields.asking,
            answering_id=fields.answering,
            is_mutual=fields.is_mutual,
            work=sorted(set(fields.work)),
            organ_systems=sorted(set(fields.organ_systems)),
            identity=fields.identity,
            reference=fields.reference.strip(),
            valid_from=_starts(fields.first_day, mine),
            valid_until=_starts(fields.last_day + timedelta(days=1), mine) if fields.last_day else None,
            proposed_for=mine,
            proposed_by_id=actor.membership,
        )
        created(AGREEMENT, agreement, "propose", actor=actor, parties=frozenset({"proposer"}), facts=_facts(agreement))
    return agreement


def confirm(*, actor: Actor, agreement_id: UUID, version: int | None) -> Agreement:
    """Bind both sides. Raises Invalid where its last day has passed while nobody answered."""
    with transaction.atomic():
        agreement = _lock(actor, agreement_id, version)
        if agreement.valid_until is not None and agreement.valid_until <= clock.now():
            raise Invalid(_("The last day of this proposal has passed. Ask for another one."))
        _perform(agreement, "confirm", actor)
    return agreement


def decline(*, actor: Actor, agreement_id: UUID, version: int | None, reason: str) -> Agreement:
    """Refuse a proposal; the reason is for the other side to read."""
    return _close(actor, agreement_id, version, "decline", reason)


def withdraw(*, actor: Actor, agreement_id: UUID, version: int | None, reason: str) -> Agreement:
    """Take a proposal back before it is answered."""
    return _close(actor, agreement_id, version, "withdraw", reason)


def end(
    *, actor: Actor, agreement_id: UUID, version: int | None, reason: str, last_day: date | None = None
) -> Agreement:
    """Give notice: it ends after `last_day`, or at once. What was sent under it goes on to its end.

    Raises Invalid without a reason, for a day that has passed, or one after the end that is agreed already.
    """
    _must_say(reason)
    with transaction.atomic():
        agreement = _lock(actor, agreement_id, version)
        at = clock.now()
        zone = agreement.proposed_for
        until = _starts(last_day + timedelta(days=1), zone) if last_day else at
        if until < at:
            raise Invalid(_("This day has passed."), fields={"last_day": _("Choose today or a later day.")})
        if agreement.valid_until is not None and until > agreement.valid_until:
            words = _("The agreement ends before that day.")
            raise Invalid(words, fields={"last_day": words})
        # One that has not begun ends as it begins: it never binds anybody.
        agreement.valid_until = max(until, agreement.valid_from + timedelta(microseconds=1))
        _perform(agreement, "end", actor, changed=["valid_until"], reason=reason.strip())
    return agreement


def _close(actor: Actor, agreement_id: UUID, version: int | None, action: str, reason: str) -> Agreement:
    _must_say(reason)
    with transaction.atomic():
        agreement = _lock(actor, agreement_id, version)
        _perform(agreement, action, actor, reason=reason.strip())
    return agreement


def _lock(actor: Actor, agreement_id: UUID, version: int | None) -> Agreement:
    rows = agreements.visible_agreements(actor).select_for_update(of=("self",), no_key=True)
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise Hidden(_("There is nothing here that you may see."))
    check_version(agreement, version)
    return agreement


def _perform(
    agreement: Agreement, action: str, actor: Actor, *, changed: Collection[str] = (), reason: str = ""
) -> None:
    perform(
        AGREEMENT,
        agreement,
        action,
        actor=actor,
        parties=agreements.parties(actor, agreement),
        changed=changed,
        reason=reason,
        facts=_facts(agreement),
    )


def _facts(agreement: Agreement) -> dict[str, object]:
    return {"asking": str(agreement.asking_id), "answering": str(agreement.answering_id)}


def _starts(day: date, organisation: Organisation) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(organisation.time_zone))


def _must_say(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Give the reason."), fields={"reason": _("Give the reason.")})


def _check(mine: Organisation, fields: AgreementFields) -> None:
    known = set(Organisation.objects.partners().filter(pk__in=[fields.asking, fields.answering]).values_list("pk"))
    wrong = {}
    for name in ("asking", "answering"):
        if (getattr(fields, name),) not in known:
            wrong[name] = _("Choose an organisation.")
    if mine.pk not in {fields.asking, fields.answering}:
        wrong["answering"] = _("Your organisation must be one of the two.")
    if fields.asking == fields.answering and mine.kind == Kind.LAB:
        wrong["answering"] = _("Within one laboratory no agreement is needed. Choose another organisation.")
    if not fields.work or not set(fields.work) <= set(Work.values):
        wrong["work"] = _("Choose what the agreement is about.")
    if not set(fields.organ_systems) <= set(terms.codes("organ_systems")):
        wrong["organ_systems"] = _("Choose from the list.")
    if fields.identity not in Identity.values:
        wrong["identity"] = _("Choose from the list.")
    if len(fields.reference.strip()) > LONGEST_REFERENCE:
        wrong["reference"] = _("Write at most %(count)d characters.") % {"count": LONGEST_REFERENCE}
    if fields.last_day is not None and fields.last_day < fields.first_day:
        wrong["last_day"] = _("The last day is before the first.")
    elif fields.last_day is not None and _starts(fields.last_day + timedelta(days=1), mine) <= clock.now():
        wrong["last_day"] = _("Choose today or a later day.")
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)
