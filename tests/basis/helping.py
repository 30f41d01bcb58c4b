"""What the tests of the legal basis do again and again."""

from typing import Any

from accounts.models import Organisation
from cases.access.queries import visible_cases
from cases.basis.actions.end import end
from cases.basis.actions.record import Said, record
from cases.basis.kinds import How
from cases.basis.models import LegalFact
from consult.requests.actions.send import send
from consult.requests.models import ConsultRequest
from core.actor import Actor
from tests.cast import World, local_day


def move(world: World, country: str) -> None:
    """Put the asking laboratory into another country."""
    Organisation.objects.filter(pk=world.asker.lab()).update(country=country)


def note(world: World, kind: str, state: str = "accepted", actor: Actor | None = None, **more: Any) -> LegalFact:
    """Record something of the patient of this request's case."""
    given = {"on_day": local_day(), "by_whom": "Dr Clinician", "how": How.ORAL} | more
    said = Said(kind=kind, **given)  # type: ignore[arg-type]  # the fields of Said
    case = world.case(state)
    return record(actor=actor or world.staff, case_id=case.pk, seen=world.seen(state), said=said)


def finish(world: World, fact: LegalFact, how: str = "end", state: str = "accepted") -> LegalFact:
    """End what was recorded."""
    fact.refresh_from_db()
    return end(
        actor=world.staff,
        fact_id=fact.pk,
        case_id=world.case(state).pk,
        version=fact.version,
        seen=world.seen(state),
        how=how,
        reason="The patient said so",
    )


def sees(actor: Actor, world: World, state: str = "accepted") -> bool:
    """Whether this person sees the case now."""
    return visible_cases(actor).filter(pk=world.case(state).pk).exists()


def sent(world: World) -> ConsultRequest:
    """Send the draft."""
    request = world.request("draft")
    return send(actor=world.asker, request_id=request.pk, version=request.version, seen=world.seen("draft"))
