"""The audit names of what happens to the record itself, and of mails; the other rooms register their own."""

from django.utils.translation import gettext_lazy as _

from core.actor import Purpose
from core.audit.names import register, serves

LISTED = register("audit.listed", _("Looked at the audit"))
STEPS_LISTED = register("audit.steps_listed", _("Looked at the steps"))
RETIRED = register("audit.retired", _("Audit entries retired after their time"))
VERIFIED = register("audit.verified", _("Audit held against its seals"))
serves(Purpose.COMPLIANCE, "audit")
MAIL_SENT = register("mail.sent", _("Mail sent"))
