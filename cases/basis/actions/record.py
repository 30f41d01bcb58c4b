"""Record what a rule asks for or what speaks against sharing: shares close or open in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from cases.access.lock import Seen
from cases.basis.actions.lock import lock_concerned
from cases.basis.actions.watch import watched
from cases.basis.kinds import AGAINST, REACHES, Against, How, Kind, Protection
from cases.basis.models import LegalFact
from cases.basis.rules import Applied, rule_for
from cases.basis.states import FACT, FactStatus
from cases.models import Case
from cases.policy import parties
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.letters import written
from core.workflow.engine import created

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What is recorded. `all_cases` is for every case of the patient in the laboratory, else for the one alone.

    `on_day` is when the patient said so or was told, `by_whom` who told the patient, took the consent or confirmed.
    `reach` and `organisations` are of a block, from `first_day` on (today); `last_day` is of a consent.
    """

    kind: str
    on_day: date
    by_whom: str
    how: str
    all_cases: bool = False
    reach: str = ""
    organisations: Collection[UUID] = ()
    first_day: date | None = None
    last_day: date | None = None


def record(*, actor: Actor, case_id: UUID, seen: Seen | None, said: Said) -> LegalFact:
    """Record it for a case or for all of its patient. Raises Hidden, Forbidden, Invalid or Conflict."""
    with transaction.atomic():
        case, locked = lock_concerned(actor, case_id, seen, all_cases=said.all_cases)
        at, zone = clock.now(), ZoneInfo(case.organisation.time_zone)
        named = list(Organisation.objects.partners().filter(pk__in=said.organisations).order_by("pk"))
        if wrong := _wrong(said, rule_for(case.organisation_id), named, case, at.astimezone(zone).date()):
            raise Invalid(_("Nothing was recorded."), fields=wrong)
        if _stands_already(said, case, named):
            raise Conflict(_("The same is recorded already, and stands. End that first if it is no longer right."))
        fact = LegalFact(
            patient=case.patient,
            case=None if said.all_cases else case,
            kind=said.kind,
            on_day=said.on_day,
            by_whom=written(said.by_whom),
            how=said.how,
            reach=said.reach if said.kind == Kind.BLOCK else "",
            valid_from=_from(said, at, zone),
            valid_until=_midnight(said.last_day + timedelta(days=1), zone) if said.last_day else None,
            recorded_at=at,
            recorded_by=actor.name,
        )
        with watched(actor, locked, fact):
            fact.save(force_insert=True)
            fact.organisations.set(named)
            created(
                FACT,
                fact,
                said.kind,
                actor=actor,
                parties=parties(actor, case),
                case=case.pk,
                patient=case.patient_id,
                facts={"kind": said.kind, "reach": fact.reach, "all_cases": said.all_cases, "cases": len(locked)},
            )
    return fact


def _stands_already(said: Said, case: Case, named: Collection[Organisation]) -> bool:
    """Whether the same refusal, block or protection stands, for this case or for all of them as is said now."""
    if said.kind not in AGAINST:
        return False
    rows = LegalFact.objects.filter(patient=case.patient_id, kind=said.kind, status=FactStatus.STANDS)
    rows = rows.filter(case=None if said.all_cases else case, reach=said.reach if said.kind == Kind.BLOCK else "")
    wanted = {each.pk for each in named}
    return any(
        {each.pk for each in row.organisations.all()} == wanted for row in rows.prefetch_related("organisations")
    )


def _from(said: Said, at: datetime, zone: ZoneInfo) -> datetime:
    return max(at, _midnight(said.first_day, zone)) if said.first_day else at


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _wrong(said: Said, applied: Applied, named: Collection[Organisation], case: Case, today: date) -> dict[str, str]:
    wrong = {}
    if said.kind not in Kind.values:
        wrong["kind"] = _("Choose what is recorded.")
    if said.on_day > today:
        wrong["on_day"] = _("This date lies in the future.")
    if not said.by_whom.strip():
        wrong["by_whom"] = _("Give the name.")
    elif len(said.by_whom.strip()) > LONGEST_NAME:
        wrong["by_whom"] = _("This is too long: at most %(longest)s characters.") % {"longest": LONGEST_NAME}
    if said.how not in How.values:
        wrong["how"] = _("Choose how.")
    if said.last_day and said.kind != Kind.CONSENT:
        wrong["last_day"] = _("Only a consent runs out.")
    elif said.last_day and said.last_day < today:
        wrong["last_day"] = _("This day is over.")
    if said.kind == Kind.CLEARED and applied.conditions.protection != Protection.CONFIRMED:
        wrong["kind"] = _("The rule %(rule)s allows sharing under a pseudonym only.") % {"rule": applied.name}
    return wrong | (_wrong_block(said, applied, named, case) if said.kind == Kind.BLOCK else {})


def _wrong_block(said: Said, applied: Applied, named: Collection[Organisation], case: Case) -> dict[str, str]:
    if said.reach not in REACHES:
        return {"reach": _("Choose whom it keeps out.")}
    if Against(said.reach) not in applied.conditions.blocks:
        return {"reach": _("The rule %(rule)s knows no such block.") % {"rule": applied.name}}
    if len(named) != len(set(said.organisations)):
        return {"organisations": _("Choose from the organisations listed.")}
    if named and said.reach != Against.ORGANISATION:
        return {"organisations": _("Only a block for other organisations names some.")}
    if case.organisation_id in {each.pk for each in named}:
        return {"organisations": _("A block does not keep out the laboratory itself.")}
    return {}
