"""Everybody who may come to a door, as signed-in clients."""

from django.test import Client

from tests.accounts.machine_tokens import machine_client, standing_token
from tests.cast import World, client_for, outsider

WHO = (
    "anonymous",
    "nobody",  # signed in, a member of nothing
    "platform",  # runs the installation, a member of nothing
    "asker",
    "colleague",
    "staff",
    "clinician",
    "admin",
    "officer",  # the privacy officer of the asking laboratory
    "auditor",  # who audits it
    "expert",
    "expert_colleague",
    "expert_admin",
    "stranger",
    "mirrored",  # the asker of the other world: a stranger with every role
    "machine",  # a system of the asking laboratory, with a token that reads its cases and nothing else
)


def clients(world: World, mirror: World) -> dict[str, Client]:
    """One client for each."""
    found = {who: client_for(actor) for who, actor in world.people.items()}
    found["anonymous"] = Client()
    found["nobody"] = outsider("nobody@installation.example")
    found["platform"] = outsider("platform@installation.example")
    found["mirrored"] = client_for(mirror.asker)
    found["machine"] = machine_client(standing_token(world, "cases:read"))
    assert set(found) == set(WHO)
    return found
