"""The audit names of looking, which no table of transitions holds."""

from django.utils.translation import gettext_lazy as _

from core.audit.names import register

CASE_READ = register("case.read", _("Case opened"))
CASES_LISTED = register("case.listed", _("List of cases shown"))
PATIENTS_SEARCHED = register("patient.searched", _("Patient register searched"))
PATIENT_READ = register("patient.read", _("Patient record opened"))
CASES_IMPORTED = register("case.imported", _("Cases imported from a file"))
SLIDE_DESCRIBED = register("slide.described", _("Slide details shown"))
SLIDE_OPENED = register("slide.opened", _("Slide opened"))
SLIDE_CLOSED = register("slide.closed", _("Slide closed"))
