"""Audit names of looks at requests; the names of steps come from the table in states.py."""

from django.utils.translation import gettext_lazy as _

from core.audit.names import register

READ = register("request.read", _("Request read"))
PREVIEWED = register("request.previewed", _("Request previewed"))
LISTED = register("request.listed", _("Requests listed"))
