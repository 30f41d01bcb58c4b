"""End sessions: one's own at another browser, or all of somebody whom one administers."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy, sessions
from accounts.models import User
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Hidden

REVOKED = names.register("session.revoked", gettext_lazy("Own sessions ended from another browser"))
ENDED_ALL = names.register("person.sessions_ended", gettext_lazy("All sessions of a person ended"))


def end_session(*, actor: Actor, sign_in_id: UUID) -> None:
    """End one session of one's own. Raises Hidden where it is not there, is another person's or has ended."""
    with transaction.atomic():
        person = User.objects.get(pk=actor.who())
        if not sessions.end(person, only=sign_in_id):
            raise Hidden(_("This session is not there, or it has ended."))
        record(actor, REVOKED, object_kind="person", object_id=person.pk, facts={"sign_in": str(sign_in_id)})


def end_other_sessions(*, actor: Actor, keep: UUID) -> int:
    """End every session of one's own but this one; how many."""
    with transaction.atomic():
        person = User.objects.get(pk=actor.who())
        ended = sessions.end(person, but=keep)
        record(actor, REVOKED, object_kind="person", object_id=person.pk, facts={"ended": ended})
    return ended


def end_sessions_of(*, actor: Actor, person_id: UUID) -> User:
    """End every session of a person: a lost computer, a doubt. The person signs in again and works on.

    Raises Hidden for a person whom the actor does not administer, or not any more.
    """
    with transaction.atomic():
        person = policy.present_people(actor).filter(pk=person_id).first()
        if person is None:
            raise Hidden(_("This person is not there."))
        sessions.end_all(person)
        record(actor, ENDED_ALL, object_kind="person", object_id=person.pk)
    return person
