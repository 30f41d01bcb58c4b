"""The words of the demo in the record."""

from django.utils.translation import gettext_lazy as _

from core.audit import names
from core.audit.hooks import noun

MADE = names.register("demo.made", _("Demo world made"))
DEMO = noun("demo", _("Demo"))
