"""The network of the demo's laboratories, the agreement by which they ask each other, and one that waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.actions.agreement import AgreementFields, confirm, propose
from accounts.actions.organisation import OrganisationFields, add_organisation
from accounts.models import Organisation
from accounts.models.agreement import Identity, Work
from accounts.models.organisation import Kind
from consult.desk.demo.cast import Cast
from consult.desk.demo.world import people
from core.actor import Door, system

COMMAND = system("demo", Door.COMMAND)
NETWORK = "North Sea Pathology Network"
ASKS, ANSWERS = "wexborough", "veenmeer"


def found_network() -> Organisation:
    """Make the network that all laboratories belong to."""
    fields = OrganisationFields(name=NETWORK, short_name="NSPN", country="NL", kind=Kind.NETWORK)
    return add_organisation(actor=COMMAND, fields=fields)


def agree_within(network: Organisation, moment: datetime) -> None:
    """Let every laboratory of the network ask every other about anything."""
    made = propose(
        actor=COMMAND,
        on_behalf_of=network.pk,
        fields=AgreementFields(
            asking=network.pk,
            answering=network.pk,
            is_mutual=True,
            work=[Work.CONSULTATION, Work.MDT],
            identity=Identity.IDENTIFIED,
            first_day=moment.date(),
            reference="NSPN 2025-01",
        ),
    )
    confirm(actor=COMMAND, agreement_id=made.pk, version=made.version)


def wait_for_an_answer(cast: Cast, now: datetime) -> Iterator[datetime]:
    """Two days ago one laboratory asked another to help with its backlog, under a pseudonym; nobody has answered."""
    yield now - timedelta(days=2)
    asks, answers = (_administrator(lab) for lab in (ASKS, ANSWERS))
    proposer, partner = cast.actor(asks), cast.memberships[answers].organisation_id
    if proposer.organisation is None:
        raise LookupError(asks)
    propose(
        actor=proposer,
        on_behalf_of=proposer.organisation,
        fields=AgreementFields(
            asking=proposer.organisation,
            answering=partner,
            work=[Work.INTERPRETATION],
            organ_systems=["gi_lower"],
            identity=Identity.PSEUDONYMISED,
            first_day=now.date(),
            last_day=now.date() + timedelta(days=180),
            reference="WX-PATH-118",
        ),
    )


def _administrator(lab: str) -> str:
    return next(each.id for each in people().values() if each.lab == lab and each.role == "lab_admin")
