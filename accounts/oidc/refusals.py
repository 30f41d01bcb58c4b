"""Why somebody does not come in by single sign-on, each with a page that says what to do."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# code: (status, title, what to do)
WORDS: "dict[str, tuple[int, StrOrPromise, StrOrPromise]]" = {
    "unknown": (
        403,
        _("You have no account here yet"),
        _(
            "Your organisation knows you, but nobody has made an account for you here. If you have one already, sign "
            "in as you did until now and link it under “Sign-in and sessions”. If not, ask the administrator of your "
            "laboratory for an invitation."
        ),
    ),
    "not_a_member": (
        403,
        _("You do not belong to this organisation here"),
        _(
            "Your account is not a member of this organisation at the moment. Ask its administrator, or sign in in "
            "another way if you work for another laboratory as well."
        ),
    ),
    "left": (
        403,
        _("Your account is closed"),
        _("Your account was deactivated. If you think that is a mistake, ask the administrator of your laboratory."),
    ),
    "address_taken": (
        403,
        _("There is an account with your e-mail address already"),
        _(
            "For your safety accounts are never joined by their address. Sign in as you did until now and link the two "
            "under “Sign-in and sessions”; after that you can sign in this way."
        ),
    ),
    "no_particulars": (
        403,
        _("Your organisation did not tell us your name and e-mail address"),
        _("An account needs both. Ask the administrator of your laboratory for an invitation."),
    ),
    "address_unconfirmed": (
        403,
        _("Your organisation did not say that your e-mail address is confirmed"),
        _(
            "A new account takes an address only where the provider sends the claim email_verified as true. Show this "
            "to your administrator, or ask them for an invitation."
        ),
    ),
    "linked_to_another": (
        409,
        _("This sign-in belongs to another account"),
        _("Nothing was changed. Sign out, sign in with it and see which account it opens, or ask your administrator."),
    ),
    "another_person": (
        403,
        _("That was somebody else"),
        _("The person who signed in there is not the one who is signed in here. Nothing was done."),
    ),
    "not_fresh": (
        403,
        _("This is no fresh proof"),
        _(
            "Your organisation did not say that you have signed in just now, so it proves nothing at this moment. Use "
            "a passkey or an authenticator app here, and tell your administrator: the claim auth_time is missing or "
            "old."
        ),
    ),
    "stale": (
        400,
        _("This way in is no longer open"),
        _("It was used already, took more than ten minutes, or began in another browser. Begin again."),
    ),
    "cancelled": (
        403,
        _("You did not sign in"),
        _("Your organisation's page sent you back without signing you in. Begin again, or sign in in another way."),
    ),
    "rejected": (
        403,
        _("The answer of your organisation was not accepted"),
        _(
            "What it sent does not prove who you are, so nobody was signed in. Begin again. If it happens again, tell "
            "the administrator of your laboratory."
        ),
    ),
    "unreachable": (
        503,
        _("Your organisation's sign-in cannot be reached"),
        _("It does not answer at the moment. Wait a few minutes and begin again, or sign in in another way."),
    ),
}


class SignInRefused(Refusal):
    """Nobody came in: `code` is one of WORDS. `person` is whose account it would have been, where that is known."""

    def __init__(self, code: str, *, person: UUID | None = None) -> None:
        self.status, title, message = WORDS[code]
        super().__init__(str(message))
        self.code, self.title, self.person = code, str(title), person
