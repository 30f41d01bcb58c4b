"""What the record calls a patient's objection. It has no number of its own."""

from django.utils.translation import gettext_lazy as _

from core.audit.hooks import noun

OBJECTION = noun("objection", _("Objection"))
