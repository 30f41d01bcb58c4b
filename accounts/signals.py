"""What happens where a library signs somebody in or out or changes a second factor: rows in the audit, and the
session's own row. Neither Django nor allauth offers another place to hear of it.
"""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actors, attempts, factors, sessions
from accounts.actors import ACTING
from accounts.identities import PROVIDER, within
from accounts.models import Membership, User
from accounts.notices import tell
from accounts.sessions import SIGN_IN, Standing
from core.actor import Actor, Door
from core.audit import names
from core.audit.models import Outcome
from core.audit.record import record

SIGNED_IN = names.register("session.started", _("Signed in"))
SIGNED_OUT = names.register("session.ended", _("Signed out"))
REFUSED = names.register("session.refused", _("Sign-in refused"))
FACTOR_REFUSED = names.register("session.factor_refused", _("Second factor refused"))
FACTOR_ADDED = names.register("factor.added", _("Second factor added"))
FIRST_STEPS = {"password", PROVIDER}
FACTOR_REMOVED = names.register("factor.removed", _("Second factor removed"))


def _actor(user: User, request: HttpRequest | None) -> Actor:
    memberships = actors.memberships_of(user)
    return actors.actor_for(
        user,
        actors.choose(memberships, request.session.get(ACTING) if request else None),
        door=Door.WEB,
        session=actors.session_digest(request.session.session_key) if request else "",
        address=actors.client_address(request) if request else "",
    )


def _first_membership(user: User, through: UUID | None) -> Membership | None:
    """What a session begins under: the membership worked under last, if it is still in force, else the oldest; and of
    those, where an organisation's provider signed the person in, one of that organisation if there is any."""
    own = set(user.memberships.active().filter(within(through)).values_list("pk", flat=True)) if through else set()
    memberships = actors.memberships_of(user)
    served = [each for each in memberships if each.pk in own]
    return actors.choose(served or memberships, str(sessions.worked_under(user)))


@receiver(user_logged_in)
def signed_in(sender: object, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """A session began: it gets its row, and one that it takes the place of in this browser ends."""
    facts: dict[str, object] = {}
    if request is not None:
        before: Standing | None = getattr(request, "standing", None)
        if before is not None and before.row is not None:
            sessions.end(before.row.person, only=before.row.pk)
        proofs = [each for each in get_authentication_records(request, user) if each.get("method") == "mfa"]
        factor = str(proofs[-1].get("type", "")) if proofs else ""
        first = [each for each in get_authentication_records(request, user) if each.get("method") in FIRST_STEPS]
        first = [each for each in first if not each.get("again")]
        came = first[-1] if first and first[-1]["method"] == PROVIDER else None
        if came:
            factor = factor or str(came["factor"])
        address, agent = actors.client_address(request), request.headers.get("User-Agent", "")
        through = UUID(str(came["organisation"])) if came else None
        membership = _first_membership(user, through)
        under = membership.pk if membership else None
        row = sessions.begin(user, factor=factor, address=address, agent=agent, organisation=through, membership=under)
        request.session[SIGN_IN] = str(row.pk)
        if under:
            request.session[ACTING] = str(under)
        facts = {"sign_in": str(row.pk), "factor": factor, **({"provider_of": str(through)} if through else {})}
    record(_actor(user, request), SIGNED_IN, object_kind="person", object_id=user.pk, facts=facts)


@receiver(user_logged_out)
def signed_out(sender: object, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    """A session ended, with its tiles and streams."""
    if user is None:
        return
    key = request.session.get(SIGN_IN) if request else None
    if key:
        sessions.end(user, only=key)
    record(_actor(user, request), SIGNED_OUT, object_kind="person", object_id=user.pk)


@receiver(user_login_failed)
def refused(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Somebody failed to sign in; what was typed is not kept, only whom it would have been."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email__iexact=email).first()
    who = attempts.by_nobody(request, user)
    record(who, REFUSED, outcome=Outcome.DENIED, object_kind="person", object_id=user.pk if user else "")
    if user is not None:
        attempts.failed(user, who)


@receiver(authentication_failed)
def factor_refused(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The password was right and the code was not, or the code of a fresh proof."""
    who = attempts.by_nobody(request, user)
    record(who, FACTOR_REFUSED, outcome=Outcome.DENIED, object_kind="person", object_id=user.pk)
    attempts.failed(user, who)


@receiver(authenticator_used)
def factor_used(sender: object, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever loses recovery codes hears of it at the first one that is used."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        tell(user.pk, "code_used")


@receiver(post_save, sender=Authenticator)
def factor_added(sender: object, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """The person set up a second factor, by showing that it works: this session has proved it, under a new key."""
    request: HttpRequest | None = context.request
    if not created or request is None or request.user.pk != instance.user_id:
        return
    user = User.objects.get(pk=instance.user_id)
    facts: dict[str, object] = {"kind": instance.type}
    record(_actor(user, request), FACTOR_ADDED, object_kind="person", object_id=user.pk, facts=facts)
    if instance.type in factors.REAL and SIGN_IN in request.session:
        sessions.proved(request.session[SIGN_IN], instance.type)
        request.session.cycle_key()


@receiver(post_delete, sender=Authenticator)
def factor_removed(sender: object, instance: Authenticator, **kwargs: Any) -> None:
    """The person removed one of their own. Without any left, sessions count as opened by the password alone.

    An administrator's removal is an action with a row of its own.
    """
    request: HttpRequest | None = context.request
    if request is None or request.user.pk != instance.user_id:
        return
    user = User.objects.get(pk=instance.user_id)
    facts: dict[str, object] = {"kind": instance.type}
    record(_actor(user, request), FACTOR_REMOVED, object_kind="person", object_id=user.pk, facts=facts)
    if instance.type in factors.REAL and not factors.kinds_of(user) & set(factors.REAL):
        sessions.unproved(user, keep=request.session.get(SIGN_IN))
