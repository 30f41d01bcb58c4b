"""Holds a policy against a sentence in plain Python: everybody under every role, over every row there is.

The sentences see rows that were read once; the policies are conditions in SQL. Where one of these loses a condition,
somebody here sees too much or too little.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role
from accounts.scopes import Scope
from core.actor import Actor
from core.ids import new_id
from tests.cast import World

SOME = ("asker", "colleague", "expert", "expert_colleague", "stranger")


def people(*worlds: World) -> list[Actor]:
    """Some of each world, each under every role there is."""
    return [replace(world.people[who], role=role) for world in worlds for who in SOME for role in Role]


def machines(world: World) -> list[Actor]:
    """Of both laboratories: one that reads cases alone, and one for each further scope."""
    reads = [{Scope.CASES_READ}, *({Scope.CASES_READ, each} for each in Scope), {Scope.REQUESTS_READ}]
    labs = (world.asker.organisation, world.expert.organisation)
    return [
        Actor(None, "", organisation=lab, machine=new_id(), scopes=frozenset(each)) for lab in labs for each in reads
    ]


def platform() -> Actor:
    """Whoever runs the installation."""
    return Actor(User.objects.get(email="platform@installation.example").pk, "Platform")


Sees = Callable[[Actor, Any], bool]


def agree(
    actors: Collection[Actor], rows: Collection[Any], visible: Callable[[Actor], QuerySet[Any]], sees: Sees
) -> None:
    """Each of the actors sees the rows that the sentence says, and some see something and some do not."""
    told = set()
    for actor in actors:
        wanted = {row.pk for row in rows if sees(actor, row)}
        assert set(visible(actor).values_list("pk", flat=True)) == wanted, (actor.name, actor.role, actor.scopes)
        told.add(len(wanted))
    assert len(told) > 1, "a table that tells nothing"
