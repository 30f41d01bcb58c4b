"""The audit names of looking at reports and of a signature that was refused; the table of states holds the others."""

from django.utils.translation import gettext_lazy as _

from core.audit.names import register

READ = register("report.read", _("Report read"))
LISTED = register("report.listed", _("List of reports shown"))
PREVIEWED = register("report.previewed", _("Report previewed before signing"))
DOWNLOADED = register("report.downloaded", _("Report downloaded as PDF"))
SIGNATURE_REFUSED = register("report.signature_refused", _("Signature refused: wrong password"))
