"""Signing in, failing to and signing out leave audit rows. Django offers no other place to hear of them."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actors
from accounts.models import User
from core.actor import Actor, Door
from core.audit import names
from core.audit.models import Outcome
from core.audit.record import record

SIGNED_IN = names.register("session.started", _("Signed in"))
SIGNED_OUT = names.register("session.ended", _("Signed out"))
REFUSED = names.register("session.refused", _("Sign-in refused"))


def _actor(user: User, request: HttpRequest | None) -> Actor:
    memberships = actors.memberships_of(user)
    return actors.actor_for(
        user,
        actors.choose(memberships, None),
        door=Door.WEB,
        session=actors.session_digest(request.session.session_key) if request else "",
        address=actors.client_address(request) if request else "",
    )


@receiver(user_logged_in)
def signed_in(sender: object, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """A session began."""
    record(_actor(user, request), SIGNED_IN, object_kind="person", object_id=user.pk)


@receiver(user_logged_out)
def signed_out(sender: object, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    """A session ended."""
    if user is not None:
        record(_actor(user, request), SIGNED_OUT, object_kind="person", object_id=user.pk)


@receiver(user_login_failed)
def refused(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Somebody failed to sign in; what was typed is not kept, only whom it would have been."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email__iexact=email).first()
    record(
        Actor(person=None, name="", address=actors.client_address(request) if request else ""),
        REFUSED,
        outcome=Outcome.DENIED,
        object_kind="person",
        object_id=user.pk if user else "",
    )
