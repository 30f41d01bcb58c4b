"""What a person is told by mail about their own account: short, no patients, and what to do if it was not them."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.jobs.queue import dedupe_key, enqueue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTICE_MAIL = "accounts.notice_mail"

# code: (subject, sentence)
NOTICES: "dict[str, tuple[StrOrPromise, StrOrPromise]]" = {
    "factor_added": (
        _("A second factor was added to your account"),
        _("A second factor was added to your account: an authenticator app or a passkey. It opens your account."),
    ),
    "factor_removed": (
        _("A second factor was removed from your account"),
        _("A second factor was removed from your account: an authenticator app or a passkey."),
    ),
    "codes_made": (
        _("New recovery codes were made for your account"),
        _("New recovery codes were made for your account. The earlier ones no longer work."),
    ),
    "code_used": (
        _("A recovery code was used for your account"),
        _("Somebody signed in to your account with a recovery code. It no longer works."),
    ),
    "factors_taken": (
        _("Your second factors were removed by an administrator"),
        _(
            "An administrator of your laboratory removed all second factors of your account, because they were said to "
            "be lost, and ended all your sessions. At the next sign-in you set up a new one."
        ),
    ),
    "identity_linked": (
        _("Single sign-on was linked to your account"),
        _("Your organisation's single sign-on was linked to your account. It opens your account."),
    ),
    "identity_unlinked": (
        _("Single sign-on was unlinked from your account"),
        _("Your organisation's single sign-on was unlinked from your account. It no longer opens your account."),
    ),
    "provider_gone": (
        _("You need a password from now on"),
        _(
            "Your organisation has removed or changed its single sign-on, by which alone you came in until now. On "
            "the sign-in page follow the link for a forgotten password to choose one, or ask your administrator."
        ),
    ),
    "attempts": (
        _("Somebody tried to sign in to your account"),
        _(
            "Somebody tried several times to sign in to your account, or to prove to be you, and failed. Your account "
            "accepts no further attempts for a few minutes. If it was you, wait and try again."
        ),
    ),
}


def tell(person: UUID, notice: str, *, occasion: str = "") -> None:
    """Queue the mail. Of one `occasion` it is sent once; without one, each time."""
    key = dedupe_key(NOTICE_MAIL, person, version=notice, occasion=occasion or new_id().hex)
    enqueue(NOTICE_MAIL, subject=person, key=key, payload={"notice": notice})
