"""On which ground somebody acts on a case: the share that opens it to them, for which purpose, and in whose place."""

import dataclasses
from collections.abc import Collection
from uuid import UUID

from cases import hooks
from cases.access import branches
from cases.models import Case
from core.actor import Actor, Purpose


def on_ground(actor: Actor, case: Case) -> tuple[Actor, UUID | None]:
    """The actor as the record shall name them for an act on this case, and the key of the share; None at home.

    Emergency access comes before every other reason while it runs, because it opens the whole case. One query for
    somebody who reads by a share, two for a deputy, none at home.
    """
    if branches.is_home(actor, case):
        return actor, None
    return _shares(actor, [case.pk]).get(case.pk, (actor, None))


def grounds(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, tuple[Actor, UUID | None]]:
    """The same for several cases, by their keys; those of the own laboratory are missing. Three queries at most."""
    if actor.person is None:
        return {}
    others = Case.objects.filter(pk__in=case_ids)
    if branches.sees_home(actor):
        others = others.exclude(organisation=actor.organisation)
    return _shares(actor, list(others.values_list("pk", flat=True)))


def _shares(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, tuple[Actor, UUID | None]]:
    """Of each case that a share opens the first one, an emergency before all others."""
    if not case_ids:
        return {}
    grants = branches.grants_in_force(actor).filter(content_object__in=case_ids).order_by("valid_from", "pk")
    columns = ("content_object", "purpose", "share", "share__source_kind", "share__source_id")
    first: dict[UUID, tuple[str, UUID, tuple[str, UUID]]] = {}
    for case, purpose, share, kind, source in grants.values_list(*columns):
        is_before = purpose == Purpose.EMERGENCY and first.get(case, ("",))[0] != Purpose.EMERGENCY
        if is_before or case not in first:
            first[case] = (purpose, share, (kind, source))
    absent = hooks.absent_people(ref for _purpose, _share, ref in first.values())
    return {case: (_as(actor, purpose, absent.get(ref)), share) for case, (purpose, share, ref) in first.items()}


def _as(actor: Actor, purpose: str, absent: UUID | None) -> Actor:
    """The actor in an emergency, and in the place of somebody who is away: nobody acts in their own."""
    if purpose == Purpose.EMERGENCY:
        actor = dataclasses.replace(actor, purpose=Purpose.EMERGENCY)
    if absent is not None and absent != actor.person and actor.on_behalf_of is None:
        actor = dataclasses.replace(actor, on_behalf_of=absent)
    return actor
