"""Where tests read who looked at a patient, and what was recorded last."""

from django.urls import reverse

from core.audit.models import AuditEvent
from tests.cast import World


def page(world: World, state: str = "sent", **query: str) -> str:
    """The page that says who looked at the patient of this case."""
    return reverse("desk:looked", args=[world.case(state).patient_id], query=query)


def newest(action: str) -> AuditEvent:
    """The last row of this act."""
    return AuditEvent.objects.filter(action=action).latest("at", "pk")
