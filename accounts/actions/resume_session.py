"""Go on in a session at which nobody was at work for a while."""

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.models import SignIn
from core.actor import Actor
from core.audit import names
from core.audit.record import record

RESUMED = names.register("session.resumed", gettext_lazy("Went on after a pause"))


def resume_session(*, actor: Actor, sign_in: SignIn, proved_by: str) -> None:
    """The door has proved that it is the person. An end after 12 hours, and one that was made, stand."""
    with transaction.atomic():
        sessions.resume(sign_in)
        facts: dict[str, object] = {"sign_in": str(sign_in.pk), "method": proved_by}
        record(actor, RESUMED, object_kind="person", object_id=sign_in.person_id, facts=facts)
