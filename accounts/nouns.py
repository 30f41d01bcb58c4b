"""What the room's rows in the record are about: people and their organisations, named for those who administer them."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.agreements import visible_agreements
from core.actor import Actor, Purpose
from core.audit import names
from core.audit.hooks import noun


def _people(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return {row.pk: row.printed_name for row in policy.administered_people(actor).filter(pk__in=keys)}


def _organisations(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(policy.administered(actor).filter(pk__in=keys).values_list("pk", "short_name"))


def _memberships(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    rows = policy.administered_memberships(actor).filter(pk__in=keys).select_related("user", "organisation")
    return {row.pk: str(row) for row in rows}


def _invitations(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(policy.visible_invitations(actor).filter(pk__in=keys).values_list("pk", "email"))


def _tokens(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(policy.visible_tokens(actor).filter(pk__in=keys).values_list("pk", "name"))


def _agreements(actor: Actor, keys: Collection[UUID]) -> Mapping[UUID, str]:
    return {row.pk: str(row) for row in visible_agreements(actor).filter(pk__in=keys)}


def _by_address(actor: Actor, term: str) -> Iterable[UUID]:
    yield from policy.present_people(actor).filter(email__iexact=term).values_list("pk", flat=True)
    yield from policy.visible_invitations(actor).filter(email__iexact=term).values_list("pk", flat=True)


PERSON = noun("person", _("Person"), named=_people, found=_by_address)
ORGANISATION = noun("organisation", _("Organisation"), named=_organisations)
MEMBERSHIP = noun("membership", _("Membership"), named=_memberships)
INVITATION = noun("invitation", _("Invitation"), named=_invitations)
TOKEN = noun("token", _("Token for a machine"), named=_tokens)
AGREEMENT = noun("agreement", _("Agreement"), named=_agreements)
ADDRESS_CHANGE = noun("address_change", _("Change of address"))
JOB = noun("job", _("Job"))
names.serves(
    Purpose.OPERATIONS,
    *(PERSON, ORGANISATION, MEMBERSHIP, INVITATION, TOKEN, AGREEMENT, ADDRESS_CHANGE),
    *("session", "factor", "identity", "single_sign_on", "absence", "accounts", "admin"),
)
names.serves(Purpose.SYSTEM, JOB)
AUDIT = noun("audit", _("Audit"))
