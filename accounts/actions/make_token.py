"""Make a token with which a machine of the own laboratory uses the API."""

import ipaddress
from collections.abc import Collection
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy, tokens
from accounts.models import MachineToken
from accounts.models.machine_token import YEAR
from accounts.scopes import Scope, are_sound
from accounts.told_of_tokens import BEFORE_END, MADE, TELL, TOKEN_ENDS
from core import clock
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Forbidden, Invalid
from core.jobs.queue import dedupe_key, enqueue
from core.letters import written

TOKEN_MADE = names.register("token.made", gettext_lazy("Token for a machine made"))


def make_token(
    *, actor: Actor, name: str, purpose: str, scopes: Collection[str], network: str = "", days: int
) -> tuple[MachineToken, str]:
    """The token and its text, which is nowhere afterwards: whoever makes it takes it to the machine now.

    `network` is in CIDR notation, '' for any; `days` is its life, at most 365. The other administrators and the privacy
    officers of the laboratory are told, and 14 days before its end all of them. Raises Forbidden for everybody but an
    administrator of a laboratory, and Invalid by field.
    """
    if not policy.may_make_tokens(actor):
        raise Forbidden(_("Tokens are made by the administrator of a laboratory, for its own machines."))
    name, purpose = written(name), written(purpose)
    within, wrong = _checked(name, purpose, scopes, network.strip(), days)
    if wrong:
        raise Invalid(_("The token was not made."), fields=wrong)
    fresh, at = tokens.made(), clock.now()
    with transaction.atomic():
        token = MachineToken(
            organisation_id=actor.lab(),
            name=name,
            purpose=purpose,
            prefix=fresh.prefix,
            secret_hash=fresh.secret_hash,
            scopes=[each for each in Scope.values if each in scopes],
            network=within,
            created_by_id=actor.who(),
            created_at=at,
            expires_at=at + timedelta(days=days),
        )
        try:
            with transaction.atomic():
                token.save(force_insert=True)
        except IntegrityError as error:
            words = _("There is a token of this name already. Choose another name, or withdraw that one first.")
            raise Invalid(words, fields={"name": words}) from error
        facts: dict[str, object] = {"scopes": token.scopes, "days": days, "network": within}
        record(actor, TOKEN_MADE, object_kind="token", object_id=token.pk, facts=facts)
        enqueue(TELL, subject=token.pk, key=dedupe_key(TELL, token.pk, MADE), payload={"step": MADE})
        if timedelta(days=days) > BEFORE_END:
            key = dedupe_key(TOKEN_ENDS, token.pk)
            enqueue(TOKEN_ENDS, subject=token.pk, key=key, due_at=token.expires_at - BEFORE_END)
    return token, fresh.text


def _checked(name: str, purpose: str, scopes: Collection[str], network: str, days: int) -> tuple[str, dict[str, str]]:
    """The network in its usual notation, and what is wrong, by field."""
    wrong = {}
    if not 0 < len(name) <= 60:
        wrong["name"] = _("Say which machine this is, in 60 characters at most.")
    if not 0 < len(purpose) <= 200:
        wrong["purpose"] = _("Say what it is for, in 200 characters at most.")
    if not are_sound(scopes):
        wrong["scopes"] = _("Choose from the list. Whatever a machine does, it must be able to read cases.")
    if not 1 <= days <= YEAR.days:
        wrong["days"] = _("A token is valid for 365 days at most.")
    try:
        network = str(ipaddress.ip_network(network)) if network else ""
    except ValueError:
        wrong["network"] = _("Enter a network such as 192.0.2.0/24 or 2001:db8::/48, or one address.")
    return network, wrong
