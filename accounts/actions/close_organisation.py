"""Close an organisation that takes no part any more, and open it again. What it did and whose cases it keeps stays."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import policy
from accounts.hooks import still_open
from accounts.models import Agreement, Invitation, MachineToken, Membership, Organisation
from accounts.models.organisation import Kind
from accounts.states import Status
from core.actor import Actor
from core.audit import names
from core.audit.models import CoreNow
from core.audit.record import record
from core.errors import Conflict, Forbidden, Invalid

CLOSED = names.register("organisation.closed", gettext_lazy("Organisation closed"))
REOPENED = names.register("organisation.reopened", gettext_lazy("Organisation opened again"))


def close_organisation(*, actor: Actor, organisation_id: UUID) -> Organisation:
    """Close it: nobody chooses it, agrees or sends anything with it, or belongs to it any more.

    For the system and the platform administrator, Forbidden for everybody else. Raises Conflict with all that goes on
    there: members, invitations, agreements, tokens, organisations below it and open work are ended each in its own
    way first, so that nobody loses an answer by it. Raises Invalid for the place of an outside expert, into which the
    same person is invited again for another case.
    """
    with transaction.atomic():
        found = _lock(actor, organisation_id)
        _must_close(found)
        _set(found, actor, CLOSED, is_active=False)
    return found


def check(*, actor: Actor, organisation_id: UUID) -> None:
    """Refuse as close_organisation would now, and do nothing: for a page that asks first."""
    with transaction.atomic():
        _must_close(_lock(actor, organisation_id))


def reopen_organisation(*, actor: Actor, organisation_id: UUID) -> Organisation:
    """Open it again, with nobody in it: members are invited anew. Raises Conflict where it is open, or what it belongs
    to is closed."""
    with transaction.atomic():
        found = _lock(actor, organisation_id)
        if found.is_active:
            raise Conflict(_("This organisation is open."))
        if found.parent is not None and not found.parent.is_active:
            raise Conflict(_("%(name)s, to which it belongs, is closed.") % {"name": found.parent.name})
        _set(found, actor, REOPENED, is_active=True)
    return found


def _lock(actor: Actor, organisation_id: UUID) -> Organisation:
    found = policy.lock_organisation(actor, organisation_id)
    if not actor.is_system and not policy.is_platform_admin(actor):
        raise Forbidden(_("Organisations are closed by whoever runs this installation."))
    return found


def _must_close(organisation: Organisation) -> None:
    if organisation.kind == Kind.OUTSIDE:
        raise Invalid(_("This is the place of one outside expert. It stays: end the membership instead."))
    if not organisation.is_active:
        raise Conflict(_("This organisation is closed already."))
    if going_on := list(_going_on(organisation)):
        raise Conflict(" ".join([_("This organisation cannot be closed yet."), *going_on]))


def _set(organisation: Organisation, actor: Actor, action: str, *, is_active: bool) -> None:
    organisation.is_active = is_active
    organisation.save(update_fields=["is_active"])
    record(actor, action, object_kind="organisation", object_id=organisation.pk)


def _going_on(organisation: Organisation) -> Iterator[str]:
    """A sentence for each thing that must be ended first."""
    # Invitations before members: one that is accepted in between is counted here, or as a member there.
    waiting = Invitation.objects.filter(
        Q(organisation=organisation) | Q(asked_by__organisation=organisation),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=CoreNow(),
    ).count()
    if waiting:
        yield ngettext(
            "%(count)d invitation waits to be answered.", "%(count)d invitations wait to be answered.", waiting
        ) % {"count": waiting}
    members = Membership.objects.not_ended().filter(organisation=organisation).count()
    if members:
        yield ngettext("%(count)d membership goes on.", "%(count)d memberships go on.", members) % {"count": members}
    sides = Q(asking=organisation) | Q(answering=organisation)
    ahead = Q(valid_until__isnull=True) | Q(valid_until__gt=CoreNow())
    agreed = Agreement.objects.filter(sides, ahead).exclude(status__in=(Status.DECLINED, Status.WITHDRAWN)).count()
    if agreed:
        yield ngettext(
            "%(count)d agreement is proposed or binds.", "%(count)d agreements are proposed or bind.", agreed
        ) % {"count": agreed}
    tokens = MachineToken.objects.in_force().filter(organisation=organisation).count()
    if tokens:
        yield ngettext("%(count)d token of a machine stands.", "%(count)d tokens of machines stand.", tokens) % {
            "count": tokens
        }
    below = organisation.children.filter(is_active=True).order_by("name").values_list("name", flat=True)
    if names_below := ", ".join(below):
        yield _("These belong to it: %(names)s.") % {"names": names_below}
    yield from still_open(organisation.pk)
