"""Record that the patient objects to sharing a case: every share of it ends in the same transaction."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.objections.models import LONGEST_NOTE, ONCE, Objection, StatedBy
from cases.objections.states import OBJECTION, TELL_READERS
from cases.policy import parties
from cases.queries import in_force
from core import clock, terms
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.letters import written
from core.workflow.engine import created

# Those that this version makes true. The narrower ones need to know care units, countries and meetings.
KINDS = tuple(each.code for each in terms.items("objection_types") if each.facts["closes"] == "all_external")


def record_objection(
    *,
    actor: Actor,
    case_id: UUID,
    seen: Seen | None,
    stated_by: str,
    kind: str = "sharing_all",
    stated_on: date | None = None,
    note: str = "",
) -> Objection:
    """Record it; those who lose access are told so. `stated_on` is a day at the laboratory, None for today.

    Raises Hidden, Forbidden, Invalid, also for a day to come, or Conflict where one stands.
    """
    if stated_by not in StatedBy.values:
        raise Invalid(_("The objection was not recorded."), fields={"stated_by": _("Say who told you.")})
    if kind not in KINDS:
        raise Invalid(_("The objection was not recorded."), fields={"kind": _("Choose what the patient objects to.")})
    note = written(note)
    if len(note) > LONGEST_NOTE:
        words = _("Write at most %(count)d characters.") % {"count": LONGEST_NOTE}
        raise Invalid(_("The objection was not recorded."), fields={"note": words})
    with transaction.atomic():
        case = lock_case(actor, case_id, seen)
        if not parties(actor, case):
            raise Forbidden(_("You can see this case, but an objection is recorded by its own laboratory."))
        today = timezone.localdate(clock.now(), ZoneInfo(case.organisation.time_zone))
        stated_on = stated_on or today
        if stated_on > today:
            words = _("This day is still to come.")
            raise Invalid(_("The objection was not recorded."), fields={"stated_on": words})
        readers = set(in_force([case.pk]).values_list("user", flat=True))
        objection = Objection(case=case, kind=kind, stated_by=stated_by, stated_on=stated_on, note=note)
        objection.recorded_at, objection.recorded_by = clock.now(), actor.name
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
            facts={"kind": kind, "stated_by": stated_by, "stated_on": stated_on.isoformat()},
        )
        still = set(in_force([case.pk]).values_list("user", flat=True))
        people = [str(person) for person in sorted(readers - still)]
        key = dedupe_key(TELL_READERS, objection.pk, objection.version)
        enqueue(TELL_READERS, subject=objection.pk, key=key, payload={"lost": people}, request_id=actor.request_id)
    return objection
