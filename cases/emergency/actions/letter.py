"""Record that the letter which the patient was owed has been sent."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.emergency.actions.lock import lock_emergency
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import parties
from cases.emergency.states import EMERGENCY
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.workflow.engine import perform


def send_letter(*, actor: Actor, access_id: UUID, version: int, sent_on: date) -> EmergencyAccess:
    """Record the day, at the laboratory, on which it left. Raises Hidden, Forbidden, Invalid or Conflict.

    The letter itself is the laboratory's own: what a rule demands of it differs by country (Told.PATIENT).
    """
    with transaction.atomic():
        access = lock_emergency(actor, access_id, version=version)
        if access.letter_sent_on is not None:
            raise Conflict(_("The letter is recorded as sent already."), current={"version": access.version})
        zone = ZoneInfo(access.case.organisation.time_zone)
        if not timezone.localdate(access.started_at, zone) <= sent_on <= timezone.localdate(clock.now(), zone):
            wrong = _("Enter a day from the emergency access until today.")
            raise Invalid(_("The letter was not recorded."), fields={"sent_on": wrong})
        before = parties(actor, access)
        access.letter_sent_on = sent_on
        perform(
            EMERGENCY,
            access,
            "send_letter",
            actor=actor,
            parties=before,
            case=access.case_id,
            patient=access.case.patient_id,
            changed=["letter_sent_on"],
            facts={"sent_on": sent_on.isoformat()},
        )
    return access
