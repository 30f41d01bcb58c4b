"""What tests of machines share: a token made by the laboratory's administrator, who brings it, and what is answered."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.actions.make_token import make_token
from accounts.models import MachineToken
from accounts.scopes import Scope
from core import clock
from core.actor import Actor
from tests.cast import Answer, World

_numbers = count(1)
ALL = tuple(Scope.values)
NEW = {
    "accession_number": "LIS-1",
    "organ_system": "skin",
    "patient": {"family_name": "Other", "identifiers": [{"system": "LOCAL", "value": "9"}], "sex": "F"},
}


def made_token(world: World, *scopes: str, **more: Any) -> tuple[MachineToken, str]:
    """A token of the asking laboratory with these scopes, and its text."""
    given: dict[str, Any] = {"name": f"Machine {next(_numbers)}", "purpose": "For the tests", "days": 90} | more
    return make_token(actor=world.admin, scopes=scopes, **given)


def machine_token(world: World, *scopes: str, **more: Any) -> str:
    """Its text."""
    return made_token(world, *scopes, **more)[1]


def standing_token(world: World, *scopes: str) -> str:
    """The text of one that was put there without the action, and so without jobs: for what lives longer than a test."""
    fresh, at = tokens.made(), clock.now()
    MachineToken.objects.create(
        organisation_id=world.admin.lab(),
        name=f"Standing {fresh.prefix}",
        purpose="For the tests",
        prefix=fresh.prefix,
        secret_hash=fresh.secret_hash,
        scopes=list(scopes),
        created_by_id=world.admin.who(),
        created_at=at,
        expires_at=at + timedelta(days=1),
    )
    return fresh.text


def machine_client(text: str) -> Client:
    """A program that brings the token and no cookies."""
    return Client(headers={"Authorization": f"Bearer {text}"})


def machine(world: World, *scopes: str, **more: Any) -> Actor:
    """The actor that such a token makes."""
    token, _text = made_token(world, *scopes, **more)
    return tokens.actor_of(token, "192.0.2.7")


def cases(client: Client, **more: Any) -> Answer:
    """What is answered when the list of cases is asked for."""
    return client.get(reverse("api-cases"), **more)


def problem(answer: Answer) -> tuple[int, str]:
    """Status and kind of a refusal, which is always problem+json."""
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]
