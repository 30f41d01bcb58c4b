"""The audit names of looking, which no table of transitions holds."""

from django.utils.translation import gettext_lazy as _

from core.audit.names import register

CASE_READ = register("case.read", _("Case opened"))
CASES_LISTED = register("case.listed", _("List of cases shown"))
SLIDE_OPENED = register("slide.opened", _("Slide opened"))
SLIDE_CLOSED = register("slide.closed", _("Slide closed"))
