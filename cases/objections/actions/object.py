"""Record that the patient objects to sharing a case: every share of it ends in the same transaction."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.objections.models import ONCE, Objection, StatedBy
from cases.objections.states import OBJECTION, TELL_READERS
from cases.policy import parties
from cases.queries import in_force
from core import clock, terms
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.workflow.engine import created

# Those that this version makes true. The narrower ones need to know care units, countries and meetings.
KINDS = tuple(each.code for each in terms.items("objection_types") if each.facts["closes"] == "all_external")


def record_objection(
    *, actor: Actor, case_id: UUID, seen: Seen | None, stated_by: str, kind: str = "sharing_all"
) -> Objection:
    """Record it; those who lose access are told so. Raises Hidden, Forbidden, Invalid, or Conflict where one stands."""
    if stated_by not in StatedBy.values:
        raise Invalid(_("The objection was not recorded."), fields={"stated_by": _("Say who told you.")})
    if kind not in KINDS:
        raise Invalid(_("The objection was not recorded."), fields={"kind": _("Choose what the patient objects to.")})
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        if not parties(actor, case):
            raise Forbidden(_("You can see this case, but an objection is recorded by its own laboratory."))
        readers = set(in_force([case.pk]).values_list("user", flat=True))
        objection = Objection(case=case, kind=kind, stated_by=stated_by, recorded_by=actor.name)
        objection.recorded_at = clock.now()
        try:
            with transaction.atomic():
                objection.save(force_insert=True)
        except IntegrityError as error:
            if ONCE not in str(error):
                raise
            raise Conflict(_("An objection to sharing this case is recorded already.")) from error
        created(
            OBJECTION,
            objection,
            "object",
            actor=actor,
            parties=parties(actor, case),
            case=case.pk,
            patient=case.patient_id,
            facts={"kind": kind, "stated_by": stated_by},
        )
        still = set(in_force([case.pk]).values_list("user", flat=True))
        people = [str(person) for person in sorted(readers - still)]
        key = dedupe_key(TELL_READERS, objection.pk, objection.version)
        enqueue(TELL_READERS, subject=objection.pk, key=key, payload={"lost": people}, request_id=actor.request_id)
    return objection
