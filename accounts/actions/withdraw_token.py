"""Withdraw a machine's token before its end."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.models import MachineToken
from accounts.told_of_tokens import TELL, TOKEN_ENDS, WITHDRAWN
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden, Hidden
from core.jobs.queue import cancel, dedupe_key, enqueue

TOKEN_WITHDRAWN = names.register("token.withdrawn", gettext_lazy("Token of a machine withdrawn"))


def withdraw_token(*, actor: Actor, token_id: UUID) -> MachineToken:
    """It opens nothing from the next request on. The other administrators and the privacy officers are told.

    Raises Hidden for another laboratory's, Forbidden for who only reads of it, Conflict when it is withdrawn already.
    """
    with transaction.atomic():
        rows = policy.visible_tokens(actor).select_for_update(of=("self",), no_key=True)
        token = rows.filter(pk=token_id).first()
        if token is None:
            raise Hidden(_("This token is not there."))
        if not policy.administered(actor).filter(pk=token.organisation_id).exists():
            raise Forbidden(_("Tokens are withdrawn by an administrator of the laboratory. Ask one."))
        if token.withdrawn_at:
            raise Conflict(_("This token was withdrawn already."))
        token.withdrawn_at, token.withdrawn_by_id = clock.now(), actor.person
        token.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record(actor, TOKEN_WITHDRAWN, object_kind="token", object_id=token.pk)
        cancel(TOKEN_ENDS, token.pk)
        enqueue(TELL, subject=token.pk, key=dedupe_key(TELL, token.pk, WITHDRAWN), payload={"step": WITHDRAWN})
    return token
