"""The roles of a membership, and what each sees and does of its own lab's work.

The sets are the one place that says it; policies, worklists and the role table in docs read them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The role of a person in an organisation."""

    PATHOLOGIST = "pathologist", _("Pathologist")
    TRAINEE = "trainee", _("Trainee (needs a co-signature)")
    LAB_STAFF = "lab_staff", _("Laboratory staff")
    SECRETARY = "secretary", _("Secretary")
    MDT_COORDINATOR = "mdt_coordinator", _("MDT coordinator")
    CLINICIAN = "clinician", _("Clinician")
    LAB_ADMIN = "lab_admin", _("Laboratory administrator")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    AUDITOR = "auditor", _("Auditor")


SEE_HOME_CASES = frozenset({Role.PATHOLOGIST, Role.TRAINEE, Role.LAB_STAFF, Role.SECRETARY})
EDIT_CASES = frozenset({Role.PATHOLOGIST, Role.TRAINEE, Role.LAB_STAFF, Role.SECRETARY})
REQUEST = frozenset({Role.PATHOLOGIST, Role.TRAINEE})
SIGN = frozenset({Role.PATHOLOGIST})
REGISTERED = frozenset({Role.PATHOLOGIST, Role.TRAINEE, Role.CLINICIAN})  # have a number in a professional register
ADMINISTER = frozenset({Role.LAB_ADMIN})
READ_AUDIT = frozenset({Role.PRIVACY_OFFICER})  # of the own organisation, and nothing else of the admin site
