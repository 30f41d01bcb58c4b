"""What the record calls it when somebody is kept out of a case. It has no number of its own."""

from django.utils.translation import gettext_lazy as _

from core.audit.hooks import noun

EXCLUSION = noun("exclusion", _("Person kept out"))
