"""On which ground somebody acts on a case: the share that opens it to them, and the purpose that the record gives."""

import dataclasses
from collections.abc import Collection
from uuid import UUID

from cases.access import branches
from cases.models import Case
from core.actor import Actor, Purpose


def on_ground(actor: Actor, case: Case) -> tuple[Actor, UUID | None]:
    """The actor as the record shall name them for an act on this case, and the key of the share; None at home.

    Emergency access comes before every other reason while it runs, because it opens the whole case. One query for
    somebody who reads by a share, none at home.
    """
    if branches.is_home(actor, case):
        return actor, None
    return _shares(actor, [case.pk]).get(case.pk, (actor, None))


def grounds(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, tuple[Actor, UUID | None]]:
    """The same for several cases, by their keys; those of the own laboratory are missing. Two queries at most."""
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
    found: dict[UUID, tuple[Actor, UUID | None]] = {}
    for case, share, purpose in grants.values_list("content_object", "share", "purpose"):
        if purpose == Purpose.EMERGENCY and found.get(case, (actor, None))[0].purpose != Purpose.EMERGENCY:
            found[case] = dataclasses.replace(actor, purpose=Purpose.EMERGENCY), share
        found.setdefault(case, (actor, share))
    return found
