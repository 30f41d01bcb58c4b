"""An emergency of the tests: the stranger, a pathologist elsewhere, opens a case of the asking laboratory."""

from datetime import datetime

from accounts.actors import actor_for
from accounts.models import Membership, User
from cases.emergency.actions.open import open_access
from cases.emergency.finding import Wanted
from cases.emergency.models import EmergencyAccess
from cases.models import Case
from core.actor import Actor, Door
from notifications.models import Notification
from tests.cast import PASSWORD, World

NOTE = "Bleeding in theatre, no time to ask"
TYPED = {"reason": "emergency_care", "note": NOTE, "password": PASSWORD}


def call(world: World, actor: Actor | None = None, state: str = "sent", **how: object) -> EmergencyAccess:
    """Open the case by its link, or as `how` says (the fields of Wanted)."""
    wanted = Wanted(**how) if how else Wanted(case=world.case(state).pk)  # type: ignore[arg-type]  # a test's words
    return open_access(
        actor=actor or world.stranger, wanted=wanted, reason="emergency_care", note=NOTE, proved_by="password"
    )


def join(world: World, name: str, role: str, lab: Actor) -> Actor:
    """Somebody new in the laboratory of `lab`, under this role."""
    user = User.objects.create_user(f"{name}@{world.name}.example", PASSWORD, given_name="North", family_name=name)
    member = Membership.objects.create(user=user, organisation_id=lab.lab(), role=role)
    return actor_for(user, Membership.objects.select_related("organisation").get(pk=member.pk), door=Door.WEB)


def by_number(world: World, state: str = "sent") -> dict[str, str]:
    """What somebody types who has the accession number."""
    case = world.case(state)
    return {
        **TYPED,
        "by": "number",
        "organisation": str(case.organisation_id),
        "accession_number": case.accession_number,
    }


def two_of_one_patient(world: World) -> tuple[dict[str, str], list[Case]]:
    """What somebody types who has a number of a patient with two cases, and these."""
    cases = [world.case("sent"), world.case("draft")]
    Case.objects.filter(pk=cases[1].pk).update(patient=cases[0].patient)
    return by_patient("north-sent-1", cases[0].organisation_id), [world.case("sent"), world.case("draft")]


def by_patient(value: str, organisation: object = "") -> dict[str, str]:
    """What somebody types who has a number of the patient that the laboratory gave."""
    return {**TYPED, "by": "patient", "system": "LOCAL", "value": value, "organisation": str(organisation)}


def moved(access: EmergencyAccess) -> tuple[str, datetime | None]:
    """Where it stands now."""
    access.refresh_from_db()
    return access.status, access.ended_at


def told(kind: str) -> set[str]:
    """The addresses of whom a notification of this kind went to."""
    return set(Notification.objects.filter(kind=kind).values_list("recipient__email", flat=True))
