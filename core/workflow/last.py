"""Who took the last step on a noun: after a lost race that may be the same person, in another window."""

from uuid import UUID

from core.actor import Actor
from core.workflow.models import TimelineEntry


def last_step_is_own(actor: Actor, noun: str, noun_id: UUID) -> bool:
    """Whether this actor took the newest step on the noun. One query."""
    steps = TimelineEntry.objects.filter(noun=noun, noun_id=noun_id)
    last = steps.order_by("-at", "-id").values_list("person", flat=True).first()
    return last is not None and last == actor.person
