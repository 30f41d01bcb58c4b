"""Lift an objection: what is still shared for a reason opens again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.objections.models import Objection
from cases.objections.policy import visible_objections
from cases.objections.states import OBJECTION, TELL_READERS
from cases.policy import parties
from cases.queries import in_force
from core import clock
from core.actor import Actor
from core.errors import Hidden, Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.engine import check_version, perform


def lift(*, actor: Actor, objection_id: UUID, version: int, seen: Seen | None, reason: str) -> Objection:
    """Lift it, with why; those who can open the case again are told so.

    Raises Hidden, Forbidden, Invalid without a reason, or Conflict.
    """
    if not reason.strip():
        raise Invalid(_("The objection still stands."), fields={"reason": _("Give the reason.")})
    with transaction.atomic():
        visible = visible_objections(actor).filter(pk=objection_id)
        case_id = visible.values_list("case", flat=True).first()
        if case_id is None:
            raise Hidden(_("There is nothing here that you may see."))
        case = lock_case(actor, case_id, seen)
        objection = visible.select_for_update(of=("self",)).get()
        check_version(objection, version)
        readers = set(in_force([case.pk]).values_list("user", flat=True))
        objection.lifted_at, objection.lifted_by = clock.now(), actor.name
        perform(
            OBJECTION,
            objection,
            "lift",
            actor=actor,
            parties=parties(actor, case),
            case=case.pk,
            patient=case.patient_id,
            changed=["lifted_at", "lifted_by"],
            reason=reason.strip(),
        )
        again = set(in_force([case.pk]).values_list("user", flat=True)) - readers
        key = dedupe_key(TELL_READERS, objection.pk, objection.version)
        people = {"again": sorted(map(str, again))}
        enqueue(TELL_READERS, subject=objection.pk, key=key, payload=dict(people), request_id=actor.request_id)
    return objection
