"""What the matrix needs of emergency access, objections, exclusions and the legal basis: made when a row asks, and
undone after it."""

import json
from datetime import UTC, date, datetime, timedelta

from cases.basis.actions.record import Said, record
from cases.basis.actions.rule import state_rule
from cases.basis.conditions import WITHOUT_RULE
from cases.basis.models import LegalFact
from cases.basis.rules import rule_for
from cases.emergency.actions.end import end
from cases.emergency.models import EmergencyAccess
from cases.exclusions.actions.keep_out import keep_out
from cases.exclusions.models import Exclusion
from cases.objections.actions.object import record_objection
from cases.objections.models import Objection
from tests.access.row import people
from tests.cast import PASSWORD, World, local_day
from tests.emergency.helping import call

HOLDER = people("stranger")
LETTER_WRITERS = people("asker colleague staff officer admin")
CALLERS = people("asker colleague clinician expert expert_colleague stranger mirrored")
REVIEWED = "version=2&outcome=justified&note=In+order"
LETTER = "version=2&sent_on_day=2&sent_on_month=1&sent_on_year=2020"
LETTER_JSON = json.dumps({"version": 2, "sent_on": "2020-01-02"})
REVIEWED_JSON = json.dumps({"version": 2, "outcome": "justified", "note": "In order"})
OPENED_JSON = json.dumps(
    {
        "case": "00000000-0000-7000-8000-000000000000",
        "reason": "transplant",
        "note": "In theatre now",
        "password": PASSWORD,
    }
)


def of_emergency(world: World) -> dict[str, object]:
    """One that runs: the stranger's, to a case of the asking laboratory."""
    return {"access_id": _emergency(world).pk}


def of_ended_emergency(world: World) -> dict[str, object]:
    """One whose review is owed."""
    access = _emergency(world)
    if access.status == "running":
        end(actor=world.stranger, access_id=access.pk)
    return {"access_id": access.pk}


def of_owed_letter(world: World) -> dict[str, object]:
    """One of long ago about which the patient is still owed a letter."""
    found, began = of_ended_emergency(world), datetime(2020, 1, 1, 12, tzinfo=UTC)
    EmergencyAccess.objects.filter(person=world.stranger.person).update(
        letter_owed=True, started_at=began, ends_at=began + timedelta(hours=1)
    )
    return found


def _emergency(world: World) -> EmergencyAccess:
    return EmergencyAccess.objects.filter(person=world.stranger.person).first() or call(world)


def of_objection(world: World) -> dict[str, object]:
    """One that stands, on a case of the asking laboratory."""
    case, seen = world.case("sent"), world.seen("sent")
    found = Objection.objects.filter(case=case).first()
    found = found or record_objection(actor=world.staff, case_id=case.pk, seen=seen, stated_by="patient")
    return {"objection_id": found.pk}


def of_exclusion(world: World) -> dict[str, object]:
    """One that stands, on a case of the asking laboratory: of its auditor, who is no reader of it anyway."""
    case, seen = world.case("sent"), world.seen("sent")
    found = Exclusion.objects.filter(case=case).first()
    found = found or keep_out(
        actor=world.staff, case_id=case.pk, seen=seen, person_id=world.auditor.who(), reason="conflict"
    )
    return {"exclusion_id": found.pk}


def kept_out(world: World) -> str:
    """What keeps that auditor out."""
    return json.dumps({"person": str(world.auditor.who()), "reason": "conflict"})


RULE_READERS = people("asker colleague staff admin officer expert expert_colleague expert_admin stranger mirrored")
RULE_ADMINS = people("admin expert_admin")
INFORMED_JSON = json.dumps({"kind": "informed", "on_day": "2020-01-02", "by_whom": "Dr Clinician", "how": "oral"})
RULE_JSON = json.dumps(
    {
        "known": None,
        "conditions": WITHOUT_RULE.stored(),
        "law": "Policy 7",
        "reason": "Decided by the board",
        "as_of": "2020-01-02",
    }
)


def of_own_rule(world: World) -> dict[str, object]:
    """Rules of their own, of both laboratories."""
    for actor in (world.admin, world.expert_admin):
        rule = rule_for(actor.lab()).rule
        if rule is None or rule.organisation_id is None:
            state_rule(
                actor=actor,
                conditions=WITHOUT_RULE,
                source="Policy 7",
                reason="Decided by the board",
                as_of=date(2020, 1, 2),
                known=rule.pk if rule else None,
            )
    return {}


def of_fact(world: World) -> dict[str, object]:
    """That the patient is informed, recorded for a case of the asking laboratory."""
    case, seen = world.case("sent"), world.seen("sent")
    fact = LegalFact.objects.filter(case=case).first()
    said = Said(kind="informed", on_day=local_day(), by_whom="Dr Clinician", how="oral")
    fact = fact or record(actor=world.staff, case_id=case.pk, seen=seen, said=said)
    return {"case_id": case.pk, "fact_id": fact.pk}
