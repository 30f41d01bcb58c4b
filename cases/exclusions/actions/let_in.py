"""Let somebody in again: what is still open to them for a reason opens."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.access.lock import Seen, lock_case
from cases.exclusions.models import Exclusion
from cases.exclusions.policy import visible_exclusions
from cases.exclusions.states import EXCLUSION
from cases.policy import parties
from core import clock
from core.actor import Actor
from core.errors import Hidden, Invalid
from core.workflow.engine import check_version, perform


def let_in(*, actor: Actor, exclusion_id: UUID, version: int, seen: Seen | None, reason: str) -> Exclusion:
    """Lift the exclusion, with why. Raises Hidden, Forbidden, Invalid without a reason, or Conflict."""
    if not reason.strip():
        raise Invalid(_("The person is still kept out."), fields={"reason": _("Give the reason.")})
    with transaction.atomic():
        visible = visible_exclusions(actor).filter(pk=exclusion_id)
        case_id = visible.values_list("case", flat=True).first()
        if case_id is None:
            raise Hidden(_("There is nothing here that you may see."))
        case = lock_case(actor, case_id, seen)
        exclusion = visible.select_for_update(of=("self",)).get()
        check_version(exclusion, version)
        exclusion.lifted_at, exclusion.lifted_by = clock.now(), actor.name
        perform(
            EXCLUSION,
            exclusion,
            "let_in",
            actor=actor,
            parties=parties(actor, case),
            case=case.pk,
            patient=case.patient_id,
            changed=["lifted_at", "lifted_by"],
            reason=reason.strip(),
            facts={"person": str(exclusion.person_id)},
        )
    return exclusion
