"""One signing in of a person at one browser: what the list of own sessions shows, and what every door asks."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation
from accounts.models.user import User
from core.audit.models import CoreNow
from core.ids import new_id


class SignIn(models.Model):
    """The session's data hold the key of this row; the row decides whether the session counts (accounts.sessions).

    `active_at` is the last time that somebody did something, to half a minute. `factor` is the kind of authenticator
    that was proved besides the password ('' for the password alone), by allauth's names, or `provider` where the
    identity provider has asked for it. `organisation` is whose provider signed the person in. `membership` is
    the one that the session began or went on under last, which the next one begins under. `agent` is what the browser
    said of itself. Rows are forgotten 30 days after they began; the audit keeps what happened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="sign_ins", verbose_name=_("person"))
    began_at = models.DateTimeField(_("signed in"), db_default=CoreNow())
    active_at = models.DateTimeField(_("last at work"), db_default=CoreNow())
    ended_at = models.DateTimeField(_("ended"), null=True)
    factor = models.CharField(_("second factor"), max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("single sign-on of")
    )
    membership = models.ForeignKey(
        "accounts.Membership", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("works as")
    )
    address = models.CharField(_("network address"), max_length=45, blank=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes: ClassVar = [models.Index(fields=["person", "-began_at"], name="accounts_sign_ins_of")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.began_at:%Y-%m-%d %H:%M}"
