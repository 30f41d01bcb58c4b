"""What allauth asks the project: nobody signs up by themselves, mails go out as jobs, passwords change by an action."""

from typing import Any, ClassVar
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import actors, reauthentication
from accounts.actions.set_password import set_password
from accounts.effects import PASSWORD_CHANGED_MAIL, PASSWORD_RESET_MAIL
from accounts.identities import PROVIDER, proving_provider
from accounts.models import User
from accounts.notices import tell
from accounts.sessions import Standing
from core.actor import Actor, Door
from core.ids import new_id
from core.jobs.queue import dedupe_key, enqueue

WAYS = {
    "reauthenticate": _("Your password"),
    "mfa_reauthenticate": _("A code from your authenticator app"),
    "mfa_reauthenticate:webauthn": _("Your passkey"),
    PROVIDER: _("At your organisation"),
}
OWN_STAGES = {"allauth.mfa.stages.AuthenticateStage": "accounts.factors.FactorStage"}
NOTICE_OF = {
    "mfa/email/totp_activated": "factor_added",
    "mfa/email/webauthn_added": "factor_added",
    "mfa/email/totp_deactivated": "factor_removed",
    "mfa/email/webauthn_removed": "factor_removed",
    "mfa/email/recovery_codes_generated": "codes_made",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closed registration, and allauth's acts as our own."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        # As long as allauth's limit for one address (login_failed: five in 300 s).
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never; see accounts.actions.invite."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which attempts are counted; over a socket only the proxy knows it."""
        return actors.client_address(request) or "unknown"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By what failed sign-ins for one account are counted. allauth's has the host in it, as whoever asks spells it:
        each spelling (capitals, a port, a dot at the end) would be a count of its own."""
        return str(credentials.get("email", "")).lower()

    def reauthenticate(self, user: User, password: str) -> bool:
        """By the one way in which a password is checked for an act; allauth would look for its own row of addresses."""
        return reauthentication.is_password(self.request, user, password)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's, in our words."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, User) and proving_provider(user):
            found.append({"id": PROVIDER, "url": reverse("account_sso_prove")})
        return [{**each, "description": WAYS[each["id"]]} for each in found]

    def get_login_stages(self) -> list[str]:
        """allauth's, with a second step that knows what the identity provider has asked for."""
        found: list[str] = super().get_login_stages()
        return [OWN_STAGES.get(each, each) for each in found]

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not within minutes of signing in: somebody who has just chosen a password is not asked for it again."""
        return not reauthentication.is_fresh(self.request)

    def set_password(self, user: User, password: str) -> None:
        """By the action, so that it is recorded."""
        actor = getattr(self.request, "actor", None) or Actor(
            person=user.pk, name=user.printed_name, door=Door.WEB, address=actors.client_address(self.request)
        )
        standing: Standing = self.request.standing
        own = standing.row if standing.person == user else None
        set_password(actor=actor, user=user, password=password, keep=own.pk if own else None)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A job makes the link and sends it: no secret waits in the queue, and no mail server is waited for here."""
        ask_for_password_mail(user.pk)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What else allauth would send. To an address that nobody has goes nothing, after the same work as usual.

        So the time of the answer does not tell whether there is such an account, and nobody can have mails sent to
        strangers.
        """
        ask_for_password_mail(new_id())

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that the password or a second factor was changed, whoever did it."""
        if notice := NOTICE_OF.get(template_prefix):
            tell(user.pk, notice)
            return
        key = dedupe_key(PASSWORD_CHANGED_MAIL, user.pk, occasion=new_id().hex)
        enqueue(PASSWORD_CHANGED_MAIL, subject=user.pk, key=key)


def ask_for_password_mail(person: UUID) -> None:
    """Queue the mail with the link to this person; for an id that nobody has the job finds nobody and sends nothing."""
    key = dedupe_key(PASSWORD_RESET_MAIL, person, occasion=new_id().hex)
    enqueue(PASSWORD_RESET_MAIL, subject=person, key=key)


def display_name(user: User) -> str:
    """The printed name."""
    return user.printed_name
