"""What tests of machines have in common: a token, made by the laboratory's administrator, and who brings it."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client

from accounts import tokens
from accounts.actions.make_token import make_token
from accounts.models import MachineToken
from core import clock
from tests.cast import World

_numbers = count(1)


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
