"""The audit names of searching, and of reading the record: whoever looks who looked is on record too (NEN 7513)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import READ_AUDIT
from core.actor import Purpose
from core.audit.names import register, serves

PATIENT_FOUND = register("audit.patient_searched", _("Patient searched for in the audit"))
PATIENT_READ = register("audit.patient_read", _("Looked up who had seen a patient's data"))
PATIENT_PRINTED = register("audit.patient_printed", _("List of who looked made to print or keep"))
OWN_READ = register("audit.own_read", _("Looked at the own trail"))
EXPORTED = register("audit.exported", _("Audit exported"))
SEARCHED = register("search.made", _("Searched"))
LIMITED = register("search.limited", _("Too many searches"))
serves(Purpose.COMPLIANCE, PATIENT_PRINTED)  # unless it was made for the patient
serves(Purpose.COMPLIANCE, PATIENT_READ, roles=READ_AUDIT)
