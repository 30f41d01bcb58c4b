"""The audit names of searching."""

from django.utils.translation import gettext_lazy as _

from core.audit.names import register

SEARCHED = register("search.made", _("Searched"))
LIMITED = register("search.limited", _("Too many searches"))
